"""Whether the times of your own data lie within its videos: frames in the place of seconds are an easy mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from visionaryvids.annotations.custom import Entry
from visionaryvids.annotations.jsonfiles import raise_first
from visionaryvids.errors import Problem

SLACK_S = 1.0
"""Times may be off by a clip at a video's end."""


def refuse_wrong_times(path: Path, entries: Sequence[Entry], known_s: Mapping[str, float]) -> None:
    """Refuse times that do not fit the videos; see `time_problems`.

    Raises:
        AnnotationError: the first problem.
    """
    raise_first(time_problems(path, entries, known_s))


def time_problems(path: Path, entries: Sequence[Entry], known_s: Mapping[str, float]) -> Iterator[Problem]:
    """Times that do not fit the videos as they are.

    Args:
        path: the annotation file, for messages.
        entries: its lines.
        known_s: seconds of each video whose length is known.
    """
    for entry in entries:
        where, length_s = f"{path}:{entry.line}", known_s.get(entry.video_id)
        if length_s is None:
            continue
        last_s = max((row[1] for row in (*(entry.windows_s or ()), *(entry.stretches or ()))), default=0.0)
        if last_s > length_s + SLACK_S:
            found = f"a moment until {last_s:g} s of video {entry.video_id!r}"
            yield Problem(where, found, f"times within its {length_s:.1f} s", "seconds, not frames? another video?")
        if entry.duration_s is not None and abs(entry.duration_s - length_s) > SLACK_S:
            found = f"duration_s = {entry.duration_s:g} for video {entry.video_id!r}"
            yield Problem(where, found, f"its {length_s:.1f} s", "leave duration_s out, or look for the right file")
