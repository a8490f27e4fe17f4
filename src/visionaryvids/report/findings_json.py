"""Findings as JSON, and back: the contract `visionaryvids/find/1` that other programs rely on.

    {"schema": "visionaryvids/find/1", "video": "cat.mp4", "duration_s": 60.0, "clip_s": 1.0, "model": "lite",
     "results": [{"query": "a cat", "present": 0.97, "moments": [{"start_s": 3.0, "end_s": 9.0, "score": 0.91}],
                  "saliency": [0.02, ...]}]}

`query` is null where nothing was asked (highlights); `warnings` is there only where there are some. Several videos are
one such object a line. Readers leave keys alone that they do not know, so that the contract can grow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from visionaryvids.annotations import checks
from visionaryvids.annotations.jsonfiles import decode, decode_lines, fault, shorten
from visionaryvids.encodings import EXPECTED, text_of, wrong_byte
from visionaryvids.errors import AnnotationError, Problem
from visionaryvids.types import Answer, Findings, Moment

SCHEMA = "visionaryvids/find/1"
"""The contract's name; it changes when an old reader would misread a new file."""

REMEDY = "make the file again with `visionaryvids find VIDEO QUERY --json`"
_SAVE = "save it as UTF-8, or make it again with `visionaryvids find VIDEO QUERY --json`"

TIME_DIGITS, SCORE_DIGITS = 3, 4
GRID_DIGITS = 9
"""Of `clip_s`: it is multiplied by the number of a clip, and a third of a second cut to 0.333 is 20 s off after 6 h."""


def to_json(findings: Findings) -> dict[str, Any]:
    """One video's findings as plain values for JSON; seconds to a millisecond, scores to four digits."""
    return {
        "schema": SCHEMA,
        "video": findings.video,
        "duration_s": round(findings.duration_s, TIME_DIGITS),
        "clip_s": round(findings.clip_s, GRID_DIGITS),
        "model": findings.model,
        "results": [_result(answer) for answer in findings.answers],
    } | ({"warnings": list(findings.warnings)} if findings.warnings else {})


def to_lines(several: Iterable[Findings]) -> str:
    """One line of JSON for each video; pure ASCII, so that any terminal, file name and language survives."""
    return "".join(json.dumps(to_json(findings), allow_nan=False) + "\n" for findings in several)


def read_findings(path: Path) -> tuple[Findings, ...]:
    """What `visionaryvids find --json` printed, one value for each video.

    Raises:
        AnnotationError: the file cannot be read, or is not of this contract; names `path:line`.
    """
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise AnnotationError(str(path), f"cannot be read: {error}", "a file of findings", REMEDY) from error
    return decode_findings(content, path)


def decode_findings(content: bytes, name: Path) -> tuple[Findings, ...]:
    """Findings from the bytes of a file, in UTF-8 or in what its byte-order mark says; see `parse_findings`.

    Raises:
        AnnotationError: they are in another encoding, or the text is not of this contract.
    """
    try:
        text = text_of(content)
    except UnicodeDecodeError as error:
        raise AnnotationError(str(name), f"cannot be read: {wrong_byte(error)}", EXPECTED, _SAVE) from error
    return parse_findings(text, name)


def parse_findings(text: str, name: Path) -> tuple[Findings, ...]:
    """Findings from text: one JSON object written over as many lines as it likes, or one object a line.

    Args:
        text: the JSON.
        name: what messages call the text.

    Raises:
        AnnotationError: the text is not of this contract; names `name:line`.
    """
    if not text.strip():
        raise AnnotationError(f"{name}:1", "the file is empty", "findings", REMEDY)
    first, _ = decode(text.lstrip().split("\n", 1)[0], name, first_line=1)
    if isinstance(first, dict):
        numbered, faults = decode_lines(text, name)
    else:
        value, faults = decode(text, name, first_line=1)
        numbered = [(1, value)]
    _raise_first(faults)
    return tuple(from_json(value, f"{name}:{line}") for line, value in numbered)


def from_json(value: object, where: str = "findings") -> Findings:
    """The inverse of `to_json`.

    Args:
        value: a decoded JSON object.
        where: what messages call it.

    Raises:
        AnnotationError: it is not of this contract.
    """
    if not isinstance(value, dict):
        raise AnnotationError(where, shorten(value), "a JSON object {...}", REMEDY)
    _raise_first(_problems(where, value))
    return Findings(
        video=value["video"],
        duration_s=float(value["duration_s"]),
        clip_s=float(value["clip_s"]),
        model=value["model"],
        answers=tuple(_answer(result) for result in value["results"]),
        warnings=tuple(value.get("warnings", ())),
    )


def _result(answer: Answer) -> dict[str, Any]:
    return {
        "query": answer.query,
        "present": round(float(answer.present), SCORE_DIGITS),
        "moments": [
            {
                "start_s": round(float(moment.start_s), TIME_DIGITS),
                "end_s": round(float(moment.end_s), TIME_DIGITS),
                "score": round(float(moment.score), SCORE_DIGITS),
            }
            for moment in answer.moments
        ],
        "saliency": [round(score, SCORE_DIGITS) for score in answer.saliency_T.tolist()],
    }


def _answer(result: dict[str, Any]) -> Answer:
    moments = tuple(Moment(m["start_s"], m["end_s"], m["score"]) for m in result["moments"])
    return Answer(result["query"], result["present"], moments, result["saliency"])


def _raise_first(problems: Iterable[Problem]) -> None:
    for problem in problems:
        raise AnnotationError(problem.where, problem.found, problem.expected, REMEDY)


def _problems(where: str, value: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with one video's object; nothing where all is well. The first is raised, so order matters."""
    if value.get("schema") != SCHEMA:
        yield fault(where, f"schema {shorten(value.get('schema'))}", f'"schema": "{SCHEMA}"')
    yield from checks.missing(where, value, ("video", "duration_s", "clip_s", "model", "results"))
    yield from checks.text(where, "model", value["model"])
    if not isinstance(value["video"], str) or not value["video"] or "\0" in value["video"]:
        yield fault(where, f"video = {shorten(value['video'])}", "the path of a video")
    yield from checks.number(where, "duration_s", value["duration_s"], 0, checks.MAX_DURATION_S)
    yield from checks.number(where, "clip_s", value["clip_s"], 1e-3, checks.MAX_DURATION_S)
    yield from _list(where, "warnings", value.get("warnings", []), str)
    yield from _list(where, "results", value["results"], dict)
    for index, result in enumerate(value["results"]):
        yield from _result_problems(f"{where}, results[{index}]", result)


def _result_problems(where: str, result: dict[str, Any]) -> Iterator[Problem]:
    yield from checks.missing(where, result, ("query", "present", "moments", "saliency"))
    if result["query"] is not None:
        yield from checks.text(where, "query", result["query"])
    yield from checks.number(where, "present", result["present"], 0, 1)
    yield from _list(where, "saliency", result["saliency"], (int, float))
    for score in result["saliency"]:
        yield from checks.number(where, "saliency", score, 0, 1)
    yield from _list(where, "moments", result["moments"], dict)
    for index, moment in enumerate(result["moments"]):
        yield from _moment_problems(f"{where}, moments[{index}]", moment)


def _moment_problems(where: str, moment: dict[str, Any]) -> Iterator[Problem]:
    yield from checks.missing(where, moment, ("start_s", "end_s", "score"))
    yield from checks.number(where, "start_s", moment["start_s"], 0, checks.MAX_DURATION_S)
    yield from checks.number(where, "end_s", moment["end_s"], moment["start_s"], checks.MAX_DURATION_S)
    yield from checks.number(where, "score", moment["score"], 0, 1)


def _list(where: str, name: str, value: object, kind: type | tuple[type, ...]) -> Iterator[Problem]:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, list) or not all(isinstance(each, kinds) for each in value):
        expected = "a list of " + " or ".join(each.__name__ for each in kinds)
        yield fault(where, f"{name} = {shorten(value)}", expected)
