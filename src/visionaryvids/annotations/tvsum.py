"""TVSum's `tvsum_anno.json`: 50 videos in ten domains, each two-second clip rated 1 to 5 by 20 people.

One JSON object from video names to entries:

    {"akI8YFjEmUw": {"fps": 29.97, "frames": "3995", "domain": "VU", "title": "...", "anno": [[20 numbers], ...]}, ...}

Source: Song et al., "TVSum: Summarizing web videos using titles", CVPR 2015; file as UMT released it (UMT
datasets/tvsum.py:90-93 reads the same fields). The title is the query.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visionaryvids.annotations import checks
from visionaryvids.annotations.jsonfiles import raise_first
from visionaryvids.annotations.videos import CLOCK, Entry, clock_problems, duration_s, parse_videos
from visionaryvids.errors import Problem
from visionaryvids.types import Annotation

CLIP_S = 2.0
NUM_RATERS = 20
LOWEST, HIGHEST = 1.0, 5.0


def read(path: Path) -> tuple[Annotation, ...]:
    """Every video's annotation, in the file's order: `ratings_TR` `[T, 20]` from 1 to 5, `query` the title.

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
    problems = [*checks.missing(where, entry, (*CLOCK, "title", "anno"))] or [
        *clock_problems(where, entry),
        *checks.text(where, "title", entry["title"]),
        *checks.table(where, "anno", entry["anno"], NUM_RATERS, LOWEST, HIGHEST),
    ]
    if problems:
        return None, problems
    ratings_TR = np.array(entry["anno"], np.float32)
    return Annotation(video_id, video_id, entry["title"], duration_s(entry), CLIP_S, ratings_TR=ratings_TR), []
