"""QVHighlights' `highlight_{train,val,test}_release.jsonl`: a query a line, with its moments and rated clips.

    {"qid": 2579, "query": "...", "duration": 150, "vid": "NUsG9BgSes0_210.0_360.0",
     "relevant_windows": [[82, 150]], "relevant_clip_ids": [41, ..., 74], "saliency_scores": [[1, 1, 2], ...]}

Clips last two seconds; three people rated each relevant clip 0 to 4; the other clips count as 0. The test split, and
pretraining files without ratings, lack the label keys. Source: Lei et al., "QVHighlights: Detecting moments and
highlights in videos via natural language queries", NeurIPS 2021 (moment_detr data/README.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations import checks
from visionaryvids.annotations.jsonfiles import fault, parse_jsonl, raise_first, shorten
from visionaryvids.errors import Problem
from visionaryvids.types import Annotation

CLIP_S = 2.0
NUM_RATERS = 3
LOWEST, HIGHEST = 0.0, 4.0

Record = dict[str, Any]


def read(path: Path) -> tuple[Annotation, ...]:
    """Every query's annotation, in the file's order.

    `windows_s` `[N, 2]` and `ratings_TR` `[int(duration / 2), 3]` from 0 to 4; None where the file has no such labels.

    Raises:
        AnnotationError: the first problem of the file; names `path:line`.
    """
    annotations, problems = parse(path)
    raise_first(problems)
    return tuple(annotations)


def parse(path: Path) -> tuple[list[Annotation], list[Problem]]:
    """The sound annotations of a file, and every problem of the others."""
    records, problems = parse_jsonl(path)
    annotations: list[Annotation] = []
    first_line: dict[str, int] = {}
    for line, record in records:
        where = f"{path}:{line}"
        found = [*_problems(where, record)] or [*_repeated(where, record, first_line)]
        problems += found
        if not found:
            first_line[str(record["qid"])] = line
            annotations.append(_annotation(record))
    return annotations, problems


def _problems(where: str, record: Record) -> list[Problem]:
    basics = [*checks.missing(where, record, ("qid", "vid", "query", "duration"))] or [
        *checks.file_name(where, "qid", _id_text(record["qid"])),
        *checks.file_name(where, "vid", record["vid"]),
        *checks.text(where, "query", record["query"]),
        *checks.number(where, "duration", record["duration"], CLIP_S, checks.MAX_DURATION_S),
    ]
    return basics or [*_window_problems(where, record), *_saliency_problems(where, record)]


def _id_text(qid: Any) -> Any:
    """A query id as text. Released ids are whole numbers; pretraining files use text."""
    return str(qid) if checks.is_number(qid) and isinstance(qid, int) else qid


def _repeated(where: str, record: Record, first_line: dict[str, int]) -> Iterator[Problem]:
    line = first_line.get(str(record["qid"]))
    if line is not None:
        yield fault(where, f"duplicate qid {record['qid']}, first on line {line}", "each qid once")


def _window_problems(where: str, record: Record) -> Iterator[Problem]:
    if "relevant_windows" not in record:
        return
    windows = record["relevant_windows"]
    # A clip that the video's end cuts short still counts as a whole one, so a window may end with it.
    last_s = float(np.ceil(record["duration"] / CLIP_S) * CLIP_S)  # a huge JSON integer overflows a NumPy float
    faults = [*checks.table(where, "relevant_windows", windows, width=2, low=0.0, high=last_s)]
    yield from faults
    for index, (start, end) in enumerate([] if faults else windows):
        if end <= start:
            yield fault(where, f"relevant_windows[{index}] = {shorten(windows[index])}", "an end after its start")


def _saliency_problems(where: str, record: Record) -> Iterator[Problem]:
    if "saliency_scores" not in record:
        return
    ids: Any = record.get("relevant_clip_ids")
    scores = record["saliency_scores"]
    faults = [
        *_clip_id_problems(where, ids, _num_clips(record)),
        *checks.table(where, "saliency_scores", scores, NUM_RATERS, LOWEST, HIGHEST),
    ]
    yield from faults
    if not faults and len(ids) != len(scores):
        yield fault(where, f"{len(ids)} relevant_clip_ids and {len(scores)} saliency_scores", "as many of each")


def _clip_id_problems(where: str, ids: Any, num_clips: int) -> Iterator[Problem]:
    if not isinstance(ids, list):
        yield fault(where, f"relevant_clip_ids = {shorten(ids)}", "a list of clip numbers beside saliency_scores")
        return
    if set(map(type, ids)) == {int} and len(set(ids)) == len(ids) and min(ids) >= 0 and max(ids) < num_clips:
        return  # all is well, found in a few passes in C
    seen: set[int] = set()
    for index, clip in enumerate(ids):
        name = f"relevant_clip_ids[{index}] = {shorten(clip)}"
        if type(clip) is not int or not 0 <= clip < num_clips:
            yield fault(where, name, f"a whole number from 0 to {num_clips - 1} (duration / {CLIP_S:g} clips)")
        elif clip in seen:
            yield fault(where, f"{name} appears twice", "each clip once")
        else:
            seen.add(clip)


def _num_clips(record: Record) -> int:
    """Clips that lie wholly in the video; as the reference counts them (UMT datasets/qvhighlights.py:75)."""
    return int(record["duration"] / CLIP_S)


def _annotation(record: Record) -> Annotation:
    windows = record.get("relevant_windows")
    return Annotation(
        video_id=record["vid"],
        query_id=str(record["qid"]),
        query=record["query"],
        duration_s=float(record["duration"]),
        clip_s=CLIP_S,
        windows_s=None if windows is None else np.array(windows, np.float64),
        ratings_TR=_ratings(record) if "saliency_scores" in record else None,
    )


def _ratings(record: Record) -> NDArray[np.float32]:
    ratings_TR = np.zeros((_num_clips(record), NUM_RATERS), np.float32)
    ratings_TR[record["relevant_clip_ids"]] = record["saliency_scores"]
    return ratings_TR
