"""YouTube Highlights' `youtube_anno.json`: six domains, each clip a highlight (1), borderline (0) or not (-1).

One JSON object from video names to entries:

    {"BsjTtq337mM": {"fps": 30.0, "frames": "576", "domain": "dog", "clip": [[0, 100], ...], "match": [-1, ...]}, ...}

Source: Sun et al., "Ranking domain-specific highlights by analyzing edited videos", ECCV 2014; file as UMT released it
(UMT datasets/youtube.py:16-19 reads the same fields). There is no query.

A clip is an interval of about 100 frames, and the next one starts about 50 frames later. `Annotation` knows one clip
length, so `CLIP_S` is the nominal step, 50 frames at 30 frames a second: the same for every video, so that videos can
share a batch. Nothing that is trained or scored on this data set uses seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from visionaryvids.annotations import checks
from visionaryvids.annotations.jsonfiles import fault, raise_first, shorten
from visionaryvids.annotations.videos import CLOCK, Entry, clock_problems, duration_s, parse_videos
from visionaryvids.errors import Problem
from visionaryvids.types import Annotation

CLIP_S = 50 / 30
LABELS = (-1, 0, 1)


def read(path: Path) -> tuple[Annotation, ...]:
    """Every video's annotation, in the file's order: `ratings_TR` `[T, 1]` of -1, 0 or 1, no query.

    Raises:
        AnnotationError: the first problem of the file; names `path:line` and the video.
    """
    annotations, problems = parse(path)
    raise_first(problems)
    return tuple(annotations)


def parse(path: Path) -> tuple[list[Annotation], list[Problem]]:
    """The sound annotations of a file, and every problem of the others."""
    return parse_videos(path, _parse_entry)


def _parse_entry(where: str, video_id: str, entry: Entry) -> tuple[Annotation | None, list[Problem]]:
    problems = [*checks.missing(where, entry, (*CLOCK, "clip", "match"))] or [
        *clock_problems(where, entry),
        *_label_problems(where, entry["match"]),
        *_clip_problems(where, entry["clip"]),
    ]
    if not problems and len(entry["clip"]) != len(entry["match"]):
        found = f"{len(entry['match'])} labels for {len(entry['clip'])} clips"
        problems = [fault(where, found, "as many values in 'match' as intervals in 'clip'")]
    if problems:
        return None, problems
    ratings_TR = np.array(entry["match"], np.float32)[:, None]
    return Annotation(video_id, video_id, None, duration_s(entry), CLIP_S, ratings_TR=ratings_TR), []


def _label_problems(where: str, match: Any) -> Iterator[Problem]:
    if not isinstance(match, list) or not match:
        yield fault(where, f"match = {shorten(match)}", "a list of labels that is not empty")
        return
    for index, label in enumerate(match):
        if not checks.is_number(label) or label not in LABELS:
            yield fault(where, f"match[{index}] = {shorten(label)}", "-1, 0 or 1")


def _clip_problems(where: str, clips: Any) -> Iterator[Problem]:
    """Intervals in frames; the last one may end a little after `frames` in the released file, so the end is free."""
    faults = [*checks.table(where, "clip", clips, width=2, low=0.0, high=1e9)]
    yield from faults
    for index, (start, end) in enumerate([] if faults else clips):
        if end <= start:
            yield fault(where, f"clip[{index}] = {shorten(clips[index])}", "an end after its start")
