"""Checks that annotation readers share: each yields what is wrong, and yields nothing where all is well.

`where` is `file:line`, `name` the field. Numbers are JSON numbers: a bool is not one, and neither is NaN.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any, TypeGuard

from visionaryvids.annotations.jsonfiles import fault, shorten
from visionaryvids.errors import Problem

MAX_DURATION_S = 7 * 86_400.0
"""A video of more than a week is taken for a mistake; it bounds the memory that one line of a file can ask for."""


MAX_NAME_BYTES = 200
"""Of a name in an annotation file, encoded: file systems stop at 255, and `_rgb.npy` and the like are added to it."""


def is_number(value: object, low: float = -1e12, high: float = 1e12) -> TypeGuard[int | float]:
    """Whether a JSON value is a number in `[low, high]`. Comparing does not overflow, however large an int is."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def is_file_name(value: object, max_bytes: int = MAX_NAME_BYTES) -> TypeGuard[str]:
    """Whether a value may be one component of a path: it cannot leave the folder that it is joined to.

    Args:
        value: what an annotation file holds.
        max_bytes: how long it may be in UTF-8.
    """
    # A lone surrogate is not printable, and could not be encoded below.
    if not isinstance(value, str) or not value.isprintable() or value in {"", ".", ".."}:
        return False
    # A leading `C:` would be a drive on Windows.
    return len(value.encode()) <= max_bytes and not re.search(r"[/\\]|^[A-Za-z]:", value)


def missing(where: str, record: Mapping[str, Any], names: Collection[str]) -> Iterator[Problem]:
    """A problem for each key that a record lacks."""
    for name in names:
        if name not in record:
            yield fault(where, f"no {name!r}", f"the keys {', '.join(names)}")


def file_name(where: str, name: str, value: object) -> Iterator[Problem]:
    """A problem where a name cannot safely be part of a feature file's path."""
    if not is_file_name(value):
        found = f"{name} = {shorten(value)}"
        yield fault(
            where,
            found,
            f"a plain name that stays in its folder: no separators, no '..', at most {MAX_NAME_BYTES} bytes",
        )


def text(where: str, name: str, value: object) -> Iterator[Problem]:
    """A problem where a value is not text with something in it."""
    if not isinstance(value, str) or not value.strip():
        yield fault(where, f"{name} = {shorten(value)}", "text that is not empty")
    elif not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        yield fault(where, f"{name} = {shorten(value)} has half a character (a lone surrogate)", "Unicode text")


def number(where: str, name: str, value: object, low: float, high: float) -> Iterator[Problem]:
    """A problem where a value is not a number in `[low, high]`."""
    if not is_number(value, low, high):
        yield fault(where, f"{name} = {shorten(value)}", f"a number from {low:g} to {high:g}")


def positive_text_number(where: str, name: str, value: object, high: float) -> Iterator[Problem]:
    """A problem where a value is neither a positive number up to `high` nor text that spells one."""
    if not 0 < to_float(value) <= high:
        yield fault(where, f"{name} = {shorten(value)}", f"a number above 0, at most {high:g}")


def to_float(value: object) -> float:
    """A number, or text that spells one, as a float; NaN for everything else."""
    if isinstance(value, str) and re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value.strip(), re.ASCII):
        value = float(value)
    return float(value) if is_number(value) else float("nan")


def _is_table(rows: list[Any], width: int, low: float, high: float) -> bool:
    """Whether all is well, in a few passes in C: files hold a hundred thousand such numbers."""
    if set(map(type, rows)) != {list} or set(map(len, rows)) != {width}:
        return False
    values = list(chain.from_iterable(rows))
    return set(map(type, values)) <= {int, float} and low <= min(values) and max(values) <= high


def table(where: str, name: str, value: object, width: int, low: float, high: float) -> Iterator[Problem]:
    """Problems of a list of rows: it must not be empty, and each row is `width` numbers in `[low, high]`."""
    if not isinstance(value, list) or not value:
        yield fault(where, f"{name} = {shorten(value)}", "a list that is not empty")
        return
    if _is_table(value, width, low, high):
        return
    for index, row in enumerate(value):
        if not isinstance(row, list) or len(row) != width:
            count = f"{len(row)} values" if isinstance(row, list) else shorten(row)
            yield fault(where, f"{name}[{index}] has {count}", f"{width} values in each row")
        else:
            bad = [v for v in row if not is_number(v, low, high)]
            if bad:
                yield fault(where, f"{name}[{index}] holds {shorten(bad[0])}", f"numbers from {low:g} to {high:g}")
