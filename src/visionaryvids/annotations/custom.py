"""Your own data: JSON Lines, a query a line; lines that start with # are comments.

    {"video": "beach.mp4", "query": "a dog runs into the sea", "windows": [[12.5, 17]], "saliency": [[13, 16, 0.9]]}

    video       the video's file name, with or without its ending: features and videos are looked for under it
    query       a sentence; null where the video is only rated: what is interesting here?
    windows     moments that match, [start_s, end_s] each; [] says that the video does not show what is asked
    saliency    how interesting it is, from 0 to 1: either stretches [start_s, end_s, score], and 0 elsewhere, or a list
                of numbers, one a clip of the features
    duration_s  optional; features and videos know it
    id          optional; the video's name and the number of the line
    split       optional, on all lines or on none: train, val or test

At least one of windows and saliency. What some lines have (a query, windows, saliency), all lines have: one model
learns from all of them. `custom_checks.py` finds what is wrong, and tells lines of QVHighlights apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations import custom_checks
from visionaryvids.annotations.jsonfiles import decode_lines, fault, raise_first, read_text
from visionaryvids.errors import AnnotationError, Problem
from visionaryvids.files import VIDEO_SUFFIXES
from visionaryvids.intervals import clips_in_windows, count_clips
from visionaryvids.types import Annotation

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, before it is known how long a clip of the features is.

    Attributes:
        line: its number, counted from 1.
        video_id: the video's name without ending.
        query_id: what tells queries apart.
        query: the sentence, or None.
        windows_s: `[start_s, end_s]` each, or None (no moment labels).
        clip_scores: a value in [0, 1] for each clip, or None.
        stretches: `[start_s, end_s, score]` each, or None; at most one of these two is there.
        duration_s: length of the video in seconds, if the line says it.
        split: `train`, `val`, `test`, or None.
    """

    line: int
    video_id: str
    query_id: str
    query: str | None
    windows_s: Rows | None
    clip_scores: tuple[float, ...] | None
    stretches: Rows | None
    duration_s: float | None
    split: str | None

    @property
    def rated(self) -> bool:
        """It has saliency labels."""
        return self.clip_scores is not None or self.stretches is not None

    def annotation(self, clip_s: float, duration_s: float | None = None) -> Annotation:
        """The line on a grid of clips: `ratings_TR` `[T, 1]` from 0 to 1, as one person's.

        Args:
            clip_s: length of a clip in seconds.
            duration_s: what is known of the video's length; it goes before what the line says. Without any, the end of
                the last stretch stands in for it.
        """
        known_s = self.duration_s if duration_s is None else duration_s
        windows = None if self.windows_s is None else np.array(self.windows_s, np.float64).reshape(-1, 2)
        ratings_TR = self._ratings(clip_s, known_s)[:, None] if self.rated else None
        return Annotation(self.video_id, self.query_id, self.query, known_s, clip_s, windows, ratings_TR)

    def _ratings(self, clip_s: float, duration_s: float | None) -> NDArray[np.float32]:
        """A value a clip; of stretches that overlap the highest counts, and a clip belongs where its middle is."""
        if self.stretches is None:
            return np.array(self.clip_scores, np.float32)
        last_s = max((end for _, end, _ in self.stretches), default=clip_s) if duration_s is None else duration_s
        scores_T = np.zeros(max(1, count_clips(last_s + clip_s / 2, clip_s)), np.float32)
        for start, end, score in self.stretches:
            inside_T = clips_in_windows([[start, end]], len(scores_T), clip_s)
            scores_T[inside_T] = np.maximum(scores_T[inside_T], score)
        return scores_T


def read(path: Path) -> tuple[Entry, ...]:
    """Every line, in the file's order.

    Raises:
        AnnotationError: the first problem of the file; names `path:line`.
    """
    entries, problems = parse(path)
    raise_first(problems)
    return tuple(entries)


def parse(path: Path) -> tuple[list[Entry], list[Problem]]:
    """The sound lines of a file, and every problem of the others and of all of them together."""
    try:
        text = read_text(path)
    except AnnotationError as error:
        return [], [error.problem]
    lines = ("" if line.lstrip().startswith("#") else line for line in text.split("\n"))
    records, problems = decode_lines("\n".join(lines), path)
    if not records and not problems:
        problems = [fault(f"{path}", "only comments", "a line for each query", custom_checks.HOW)]
    entries: list[Entry] = []
    for line, record in records:
        found = custom_checks.line_problems(f"{path}:{line}", record)
        problems += found
        entries += [] if found else [_entry(line, record)]
    return entries, problems + custom_checks.common_problems(path, entries)


def video_name(video: str) -> str:
    """A video's name without the ending of a video file, so that `v1.2` stays what it is."""
    return PurePath(video).stem if PurePath(video).suffix.lower() in VIDEO_SUFFIXES else video


def _entry(line: int, record: dict[str, Any]) -> Entry:
    video_id, saliency = video_name(record["video"]), record.get("saliency")
    stretched = saliency is not None and not custom_checks.is_a_value_a_clip(saliency)
    return Entry(
        line=line,
        video_id=video_id,
        query_id=str(record.get("id", f"{video_id}#{line}")),
        query=record.get("query"),
        windows_s=_rows(record.get("windows")),
        clip_scores=None if saliency is None or stretched else tuple(map(float, saliency)),
        stretches=_rows(saliency) if stretched else None,
        duration_s=record.get("duration_s"),
        split=record.get("split"),
    )


def _rows(value: list[list[float]] | None) -> Rows | None:
    return None if value is None else tuple(tuple(map(float, row)) for row in value)
