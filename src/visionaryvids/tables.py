"""A small table of scores as aligned text, as Markdown or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.errors import ConfigError

SUFFIXES = (".md", ".csv")
"""The kinds of file that `render` knows."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column names.

    Attributes:
        title: one line above the table.
        columns: names; the first column holds text, the others numbers.
        rows: as many cells as columns; None where there is no value.
        notes: lines below the table; one that starts with a blank goes on where the one before it ended.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    notes: tuple[str, ...] = ()


def as_text(table: Table) -> str:
    """The table for a terminal: numbers with two digits, aligned on the right."""
    cells = [table.columns, *([_cell(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.columns))]
    lines = [
        "  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in cells)
    ]
    lines.insert(1, "─" * len(lines[0]))
    return "\n".join([table.title, "", *lines, *(["", *table.notes] if table.notes else [])])


def as_markdown(table: Table) -> str:
    """The table for a document."""
    head = [f"**{table.title}**", "", _pipes(table.columns), _pipes(["---", *["---:"] * (len(table.columns) - 1)])]
    body = [_pipes([_cell(cell) for cell in row]) for row in table.rows]
    notes = ["", "  \n".join(table.notes).replace("  \n  ", " ")] if table.notes else []
    return "\n".join([*head, *body, *notes]) + "\n"


def as_csv(table: Table) -> str:
    """The numbers for a spreadsheet, with four digits and without title and notes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(cell, digits=4, nothing="") for cell in row] for row in table.rows)
    return out.getvalue()


def check_suffix(path: Path) -> None:
    """Refuse a file name that says neither Markdown nor CSV.

    Raises:
        ConfigError: the suffix is not one of `SUFFIXES`.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(str(path), f"suffix {path.suffix!r}", " or ".join(SUFFIXES), f"try {path.stem}.md")


def render(table: Table, path: Path) -> str:
    """The table in the format that the file's suffix asks for; see `check_suffix`."""
    check_suffix(path)
    return as_csv(table) if path.suffix.lower() == ".csv" else as_markdown(table)


def _cell(value: str | float | None, digits: int = 2, nothing: str = "-") -> str:
    return value if isinstance(value, str) else nothing if value is None else f"{value:.{digits}f}"


def _pipes(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
