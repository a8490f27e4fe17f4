"""Charades-STA's `charades_sta_{train,test}.txt`: a line `VIDEO START END##SENTENCE.` for each query.

    3MSZA 24.3 30.4##person turn a light on.

Seconds; no duration, no highlight labels. Source: Gao et al., "TALL: Temporal activity localization via language
query", ICCV 2017. Clips last a sixth of a second in UMT's features (configs/_base_/plugins/mr.py, `unit`).

Against the reference (UMT datasets/charades.py): inverted boundaries are swapped as there (:66-67); of the sentence
only a final full stop goes, where the reference cuts the last character whatever it is (:83).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visionaryvids.annotations import checks
from visionaryvids.annotations.jsonfiles import fault, raise_first, read_text, shorten
from visionaryvids.errors import AnnotationError, Problem
from visionaryvids.types import Annotation

CLIP_S = 1 / 6


def read(path: Path) -> tuple[Annotation, ...]:
    """Every line's annotation: `windows_s` `[1, 2]`, `query_id` = `{video}#{line}`.

    The line number, counted from 1, is in the id because the released files repeat some lines word for word.

    Raises:
        AnnotationError: the first problem of the file; names `path:line`.
    """
    annotations, problems = parse(path)
    raise_first(problems)
    return tuple(annotations)


def parse(path: Path) -> tuple[list[Annotation], list[Problem]]:
    """The sound annotations of a file, and every problem of the other lines. Blank lines are skipped."""
    try:
        text = read_text(path)
    except AnnotationError as error:
        return [], [error.problem]
    annotations: list[Annotation] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            annotation, found = _parse_line(f"{path}:{number}", number, line.strip())
            problems += found
            annotations += [annotation] if annotation else []
    return annotations, problems


def _parse_line(where: str, number: int, line: str) -> tuple[Annotation | None, list[Problem]]:
    head, separator, sentence = line.partition("##")
    fields = head.split()
    if not separator or len(fields) != 3:
        return None, [fault(where, shorten(line), "VIDEO START END##SENTENCE.")]
    video_id, query = fields[0], sentence.strip().removesuffix(".").strip()
    times = [checks.to_float(field) for field in fields[1:]]
    problems = [*checks.file_name(where, "video", video_id), *checks.text(where, "sentence", query)]
    problems += _time_problems(where, fields[1:], times)
    if problems:
        return None, problems
    return Annotation(video_id, f"{video_id}#{number}", query, None, CLIP_S, np.array([sorted(times)])), []


def _time_problems(where: str, texts: list[str], times: list[float]) -> list[Problem]:
    problems = [
        fault(where, f"time {shorten(text)}", f"seconds from 0 to {checks.MAX_DURATION_S:g}")
        for text, time in zip(texts, times, strict=True)
        if not checks.is_number(time, 0.0, checks.MAX_DURATION_S)
    ]
    if not problems and times[0] == times[1]:
        problems = [fault(where, f"the moment {texts[0]} to {texts[1]} has no length", "two different times")]
    return problems
