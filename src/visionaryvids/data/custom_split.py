"""Which lines of your own data are for learning and which for testing."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from visionaryvids.annotations.custom import Entry
from visionaryvids.errors import AnnotationError

LOG = logging.getLogger("visionaryvids")
TEST_SHARE = 0.2

Splits = Mapping[str, Sequence[Entry]]
"""The lines of `train`, and of `val`, `test` or both."""


def split_of(path: Path, entries: Sequence[Entry]) -> Splits:
    """The lines of each split: as the file says, or else by a hash of the videos' names, which is said once.

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
    if not told:
        _say_once(f"{path}: no field 'split': {_counts(chosen)}, chosen by a hash of their names")
    return splits


def judged_on(splits: Splits) -> str:
    """The split that training is judged by: `val`, or `test` where there is none."""
    return "val" if "val" in splits else "test"


def _by_hash(video_ids: set[str]) -> dict[str, str]:
    """`train` or `test` for each video: the fifth with the lowest hashes, about, and the lowest of all in any case."""
    places = {video_id: _place(video_id) for video_id in video_ids}
    lowest, highest = min(places, key=places.__getitem__), max(places, key=places.__getitem__)
    chosen = {video_id: "test" if place < TEST_SHARE else "train" for video_id, place in places.items()}
    return {**chosen, lowest: "test", **({highest: "train"} if highest != lowest else {})}


def _place(video_id: str) -> float:
    """Where a name falls in [0, 1)."""
    return int.from_bytes(hashlib.sha256(video_id.encode()).digest()[:6]) / 2**48


def _counts(chosen: Mapping[str, str]) -> str:
    learnt = sum(split == "train" for split in chosen.values())
    return f"{learnt} videos are for learning and {len(chosen) - learnt} for testing"


@lru_cache(maxsize=1000)
def _say_once(message: str) -> None:
    LOG.warning(message)
