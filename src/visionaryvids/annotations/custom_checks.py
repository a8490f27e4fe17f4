"""What can be wrong with lines of your own data (`custom.py`): one by one, and all together."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visionaryvids.annotations import checks
from visionaryvids.annotations.jsonfiles import fault, shorten
from visionaryvids.errors import Problem

if TYPE_CHECKING:
    from visionaryvids.annotations.custom import Entry

FIELDS = ("video", "query", "windows", "saliency", "duration_s", "id", "split")
SPLITS = ("train", "val", "test")
HOW = "`visionaryvids data template` prints an example; docs/custom-data.md tells what each field means"

FOREIGN = {
    "vid": "video",
    "qid": "id",
    "relevant_windows": "windows",
    "duration": "duration_s",
    "saliency_scores": "saliency",
    "relevant_clip_ids": "the clips of saliency, as stretches [start_s, end_s, score]",
}
"""Fields of QVHighlights, and ours in their place."""

SHORTEST_S = 0.1
"""A video of fewer seconds is taken for a mistake."""

Record = dict[str, Any]
_SHOWN_LINES = 5


def is_a_value_a_clip(saliency: object) -> bool:
    """Whether saliency is a list of numbers; else it is, or should be, a list of stretches."""
    return isinstance(saliency, list) and bool(saliency) and not isinstance(saliency[0], list)


def line_problems(where: str, record: Record) -> list[Problem]:
    """Everything that is wrong with one line."""
    if {"qid", "vid"} <= record.keys():
        return [_qvhighlights(where, record)]
    return [
        *_unknown_fields(where, record),
        *_name_problems(where, record),
        *_query_problems(where, record),
        *_duration_problems(where, record),
        *_window_problems(where, record),
        *_saliency_problems(where, record),
    ]


def common_problems(path: Path, entries: Sequence[Entry]) -> list[Problem]:
    """Everything that is wrong with sound lines beside each other."""
    return [
        *_repeated_ids(path, entries),
        *_partly(path, entries, "query", lambda entry: entry.query is not None),
        *_partly(path, entries, "windows", lambda entry: entry.windows_s is not None),
        *_partly(path, entries, "saliency", lambda entry: entry.rated),
        *_partly(path, entries, "split", lambda entry: entry.split is not None),
        *_leaks(path, entries),
    ]


def _qvhighlights(where: str, record: Record) -> Problem:
    names = ", ".join(f"{theirs} -> {ours}" for theirs, ours in FOREIGN.items() if theirs in record)
    remedy = f"use `visionaryvids train qvhighlights --data FOLDER`, or rename its fields: {names}"
    return fault(where, "a line of QVHighlights' format", f"the fields {', '.join(FIELDS)}", remedy)


def _unknown_fields(where: str, record: Record) -> Iterator[Problem]:
    for name in record:
        if name not in FIELDS:
            near = FOREIGN.get(name) or next(iter(difflib.get_close_matches(name, FIELDS, n=1)), None)
            remedy = f"did you mean {near}?" if near else HOW
            yield fault(where, f"a field {shorten(name)}", f"one of {', '.join(FIELDS)}", remedy)


def _name_problems(where: str, record: Record) -> Iterator[Problem]:
    if "video" not in record:
        yield fault(where, "no 'video'", "the name of a video file", HOW)
    else:
        yield from checks.file_name(where, "video", record["video"])
    if "id" in record and not (checks.is_number(record["id"]) or checks.is_file_name(record["id"])):
        yield fault(where, f"id = {shorten(record['id'])}", "a number or a plain name", "or leave it out")
    if "split" in record and record["split"] not in SPLITS:
        yield fault(where, f"split = {shorten(record['split'])}", " or ".join(SPLITS), "or leave it out on every line")


def _query_problems(where: str, record: Record) -> Iterator[Problem]:
    if record.get("query") is not None:
        yield from checks.text(where, "query", record["query"])


def _duration_problems(where: str, record: Record) -> Iterator[Problem]:
    if "duration_s" in record:
        yield from checks.number(where, "duration_s", record["duration_s"], SHORTEST_S, checks.MAX_DURATION_S)


def _window_problems(where: str, record: Record) -> Iterator[Problem]:
    if record.get("windows") is None:
        if record.get("saliency") is None:
            yield fault(where, "neither 'windows' nor 'saliency'", "at least one of them", HOW)
    elif record["windows"] != []:
        yield from _stretch_problems(where, "windows", record, width=2)


def _saliency_problems(where: str, record: Record) -> Iterator[Problem]:
    saliency = record.get("saliency")
    if saliency is None or saliency == []:
        return
    if not is_a_value_a_clip(saliency):
        yield from _stretch_problems(where, "saliency", record, width=3)
        return
    bad = [index for index, value in enumerate(saliency) if not checks.is_number(value, 0.0, 1.0)]
    if bad:
        found = f"saliency[{bad[0]}] = {shorten(saliency[bad[0]])}" + (f" and {len(bad) - 1} more" * (len(bad) > 1))
        yield fault(where, found, "numbers from 0 to 1, one a clip", "divide by the highest value of your scale")


def _stretch_problems(where: str, name: str, record: Record, width: int) -> Iterator[Problem]:
    """Problems of rows `start_s, end_s` (and a score from 0 to 1), which are no longer than the video."""
    rows, duration_s = record[name], record.get("duration_s")
    faults = [*checks.table(where, name, rows, width, 0.0, checks.MAX_DURATION_S)]
    yield from faults
    for index, (start, end, *score) in enumerate([] if faults else rows):
        told = f"{name}[{index}] = {shorten(rows[index])}"
        if end <= start:
            yield fault(where, told, "an end after its start")
        elif checks.is_number(duration_s, SHORTEST_S) and end > duration_s:
            yield fault(where, told, f"an end within the video's {duration_s:g} s", "seconds, not frames or minutes?")
        if score and score[0] > 1:
            yield fault(where, told, "a score from 0 to 1", "divide by the highest value of your scale")


def _repeated_ids(path: Path, entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for entry in entries:
        line = first.setdefault(entry.query_id, entry.line)
        if line != entry.line:
            found = f"duplicate id {shorten(entry.query_id)}, first on line {line}"
            yield fault(f"{path}:{entry.line}", found, "each id once", "leave ids out, or make them differ")


def _partly(path: Path, entries: Sequence[Entry], name: str, has: Callable[[Entry], bool]) -> Iterator[Problem]:
    """A problem where some lines have what others have not."""
    without = [entry.line for entry in entries if not has(entry)]
    if 0 < len(without) < len(entries):
        found = f"no {name} on {len(without)} of {len(entries)} lines ({_listed(without)})"
        yield fault(f"{path}", found, "all lines or none", "split the file in two: one model learns from lines alike")


def _leaks(path: Path, entries: Sequence[Entry]) -> Iterator[Problem]:
    """A video that is learned from may not be tested on: its other queries would be known."""
    splits: dict[str, set[str]] = {}
    for entry in entries:
        splits.setdefault(entry.video_id, set()).update(filter(None, [entry.split]))
    for video_id, named in splits.items():
        if len(named) > 1:
            lines = [entry.line for entry in entries if entry.video_id == video_id]
            found = f"video {shorten(video_id)} is in {' and '.join(sorted(named))} (lines {_listed(lines)})"
            yield fault(f"{path}", found, "all lines of a video in one split", "move some of them")


def _listed(lines: Collection[int]) -> str:
    few = ", ".join(map(str, list(lines)[:_SHOWN_LINES]))
    return f"{few}, ..." if len(lines) > _SHOWN_LINES else few
