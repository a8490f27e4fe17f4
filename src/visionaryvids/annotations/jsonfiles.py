"""JSON and JSON Lines files, read so that every fault names its file and line.

Each format has two readers: `parse_*` collects every fault (for `data check`), `read_*` raises the first one.
Stricter than `json`: a key that appears twice, NaN and Infinity are faults, as they are in the JSON standard (RFC 8259
sections 4 and 6); Python's `json` silently keeps the last key and accepts the constants.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from visionaryvids.encodings import EXPECTED, text_of, wrong_byte
from visionaryvids.errors import AnnotationError, Problem

_REMEDY = "mend this entry; if the file was downloaded, download it again"
_EMPTY = "write the annotations into it; if the file was downloaded, download it again"


def read_json(path: Path) -> Any:
    """The one JSON value in a file.

    Raises:
        AnnotationError: the file is missing, empty, not UTF-8, not JSON, or has a key twice; names `path:line`.
    """
    value, problems = parse_json(path)
    raise_first(problems)
    return value


def read_jsonl(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file, each with its line number, which counts from 1. Blank lines are skipped.

    Raises:
        AnnotationError: the file is missing, empty or not UTF-8, or a line is not a JSON object; names `path:line`.
    """
    records, problems = parse_jsonl(path)
    raise_first(problems)
    return records


def parse_json(path: Path) -> tuple[Any, list[Problem]]:
    """The one JSON value in a file (None where there is none), and what is wrong with it."""
    try:
        text = read_text(path)
    except AnnotationError as error:
        return None, [error.problem]
    return decode(text, path, first_line=1)


def parse_jsonl(path: Path) -> tuple[list[tuple[int, dict[str, Any]]], list[Problem]]:
    """The sound objects of a JSON Lines file with their line numbers, and what is wrong with the other lines."""
    try:
        text = read_text(path)
    except AnnotationError as error:
        return [], [error.problem]
    return decode_lines(text, path)


def decode_lines(text: str, path: Path) -> tuple[list[tuple[int, dict[str, Any]]], list[Problem]]:
    """`parse_jsonl` of text that has been read already; `path` is what problems call it."""
    records: list[tuple[int, dict[str, Any]]] = []
    problems: list[Problem] = []
    # Not `splitlines`: it also breaks at characters that JSON allows inside a string (U+2028).
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        value, faults = decode(line, path, first_line=number)
        if not faults and not isinstance(value, dict):
            faults = [_not_an_object(f"{path}:{number}", value)]
        problems += faults
        if not faults:
            records.append((number, value))
    return records, problems


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, or in what its byte-order mark says, without the mark.

    Raises:
        AnnotationError: the file is missing, not a readable file, empty, or in another encoding.
    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError as error:
        remedy = "check the path; `docs/data-formats.md` shows where each file belongs"
        raise AnnotationError(str(path), "no such file", "an annotation file", remedy) from error
    except (OSError, ValueError) as error:
        raise AnnotationError(str(path), f"cannot be read ({error})", "a readable file", "check the path") from error
    try:
        text = text_of(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AnnotationError(f"{path}:{line}", wrong_byte(error), EXPECTED, "save the file as UTF-8") from error
    if not text.strip():
        raise AnnotationError(f"{path}:1", "the file is empty", "at least one annotation", _EMPTY)
    return text


def line_of(text: str, key: str) -> int:
    """The line, counted from 1, on which an object key is first written; 1 where it is written in another way."""
    return text.count("\n", 0, max(text.find(json.dumps(key, ensure_ascii=False)), 0)) + 1


def raise_first(problems: Iterable[Problem]) -> None:
    """Raise the first problem, if there is one, as an `AnnotationError`."""
    for problem in problems:
        raise AnnotationError(problem.where, problem.found, problem.expected, problem.remedy)


def shorten(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: printable and short, however large or hostile the value is."""
    if isinstance(value, int) and value.bit_length() > 200:
        return "a whole number of more than 60 digits"
    text = repr(value[:limit] if isinstance(value, str | list) else value)
    return text if len(text) <= limit else text[:limit] + "..."


def fault(where: str, found: str, expected: str, remedy: str = "") -> Problem:
    """A problem of an annotation file; its remedy is the usual one unless a better one is known."""
    return Problem(where, found, expected, remedy or _REMEDY)


def decode(text: str, path: Path, first_line: int) -> tuple[Any, list[Problem]]:
    """One JSON value, and what is wrong with it; `first_line` is the line of the file on which the text starts."""
    repeated: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            repeated.extend(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return value

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"{path}:{first_line + error.lineno - 1}"
        return None, [fault(where, f"not JSON: {error.msg} at column {error.colno}", "JSON")]
    except (ValueError, RecursionError) as error:
        found = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return None, [fault(f"{path}:{first_line}", f"not usable JSON: {found}", "finite numbers and few levels")]
    return value, [_repeated(key, text, path, first_line) for key in repeated]


def _repeated(key: str, text: str, path: Path, first_line: int) -> Problem:
    at = text.rfind(json.dumps(key, ensure_ascii=False))
    line = first_line + text.count("\n", 0, max(at, 0))
    found = f"duplicate key {shorten(key)}"
    return fault(f"{path}:{line}", found, "each key once in an object", "remove one of the two")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"the constant {name}")


def _not_an_object(where: str, value: object) -> Problem:
    return fault(where, f"{type(value).__name__} {shorten(value)}", "a JSON object {...}")
