"""Which lines of your own data are for learning and which for testing."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from pathlib import Path

from visionaryvids.annotations.custom import Entry
from visionaryvids.errors import AnnotationError

TEST_SHARE = 0.2
VAL = "val"

Splits = Mapping[str, Sequence[Entry]]
"""The lines of `train`, and of `val`, `test` or both."""


def split_of(path: Path, entries: Sequence[Entry]) -> Splits:
    """The lines of each split: as the file says, or else by a hash of the videos' names (see `how_split`).

    All lines of a video are in one split. A name decides on its own, so that videos that are added later move no other
    one; but there is always a video to test on.

    Args:
        path: the annotation file, for messages.
        entries: all of its lines, sound beside each other.

    Raises:
        AnnotationError: there is nothing to learn from or nothing to test on.
    """
    told = any(entry.split is not None for entry in entries)
    chosen = {e.video_id: e.split or "" for e in entries} if told else _by_hash({e.video_id for e in entries})
    splits: dict[str, list[Entry]] = {}
    for entry in entries:
        splits.setdefault(chosen[entry.video_id], []).append(entry)
    if "train" not in splits or len(splits) < 2:
        remedy = "annotate a second video" if not told else "name the split of each line, or of none"
        raise AnnotationError(f"{path}", f"lines of {' and '.join(splits)} only", "lines to learn and to test", remedy)
    _refuse_unmeasurable(path, splits)
    return splits


def how_split(splits: Splits) -> str | None:
    """What the user should know if the file does not say the split: how many videos were chosen, and how."""
    if any(entry.split is not None for lines in splits.values() for entry in lines):
        return None
    counts = {name: len({entry.video_id for entry in lines}) for name, lines in splits.items()}
    what = f"{counts['train']} videos are for learning and {counts['test']} for testing"
    return f"no field 'split': {what}, chosen by a hash of their names"


def judged_on(splits: Container[str]) -> str:
    """The split that training is judged by: `val`, or `test` where there is none."""
    return VAL if VAL in splits else "test"


def _refuse_unmeasurable(path: Path, splits: Splits) -> None:
    """Refuse moments of which none is in the split that training is judged by."""
    judged = judged_on(splits)
    windows = [entry.windows_s for entry in splits[judged] if entry.windows_s is not None]
    if windows and not any(windows):
        found = f"none of the {len(windows)} lines of split {judged} has a moment"
        raise AnnotationError(f"{path}", found, "some that do", "give each line a field 'split': train or test")


def _by_hash(video_ids: set[str]) -> dict[str, str]:
    """`train` or `test` for each video: the fifth with the lowest hashes, about, and the lowest of all in any case."""
    places = {video_id: _place(video_id) for video_id in video_ids}
    lowest, highest = min(places, key=places.__getitem__), max(places, key=places.__getitem__)
    chosen = {video_id: "test" if place < TEST_SHARE else "train" for video_id, place in places.items()}
    return {**chosen, lowest: "test", **({highest: "train"} if highest != lowest else {})}


def _place(video_id: str) -> float:
    """Where a name falls in [0, 1)."""
    return int.from_bytes(hashlib.sha256(video_id.encode()).digest()[:6]) / 2**48
