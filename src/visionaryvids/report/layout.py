"""The columns of the paper's tables, and lines of scores under them; what is absent is shown and averaged as absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from visionaryvids.report.score import ABSENT, Score, mean_of
from visionaryvids.tables import Table


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of the paper.

    Attributes:
        table: its number there.
        dataset: as in our results.
        title: what it is about.
        heads: what stands above each column, by domain or, where the data set has no domains, by metric.
        by_domain: columns are domains, of the primary metric, with an average at the end.
        digits: after the decimal point, as in the paper.
    """

    table: int
    dataset: str
    title: str
    heads: Mapping[str, str]
    by_domain: bool = True
    digits: int = 1


LAYOUTS = (
    Layout(
        1, "qvhighlights", "QVHighlights",
        {
            "MR-full-R1@0.5": "R1@0.5", "MR-full-R1@0.7": "R1@0.7", "MR-full-mAP@0.5": "mAP@0.5",
            "MR-full-mAP@0.75": "mAP@0.75", "MR-full-mAP": "mAP avg",
            "HL-min-VeryGood-mAP": "HD mAP", "HL-min-VeryGood-Hit1": "HIT@1",
        },
        by_domain=False, digits=2,
    ),
    Layout(
        2, "charades", "Charades-STA",
        {"Rank1@0.5": "R1@0.5", "Rank1@0.7": "R1@0.7", "Rank5@0.5": "R5@0.5", "Rank5@0.7": "R5@0.7"},
        by_domain=False, digits=2,
    ),
    Layout(3, "tvsum", "TVSum", {d: d for d in ("VT", "VU", "GA", "MS", "PK", "PR", "FM", "BK", "BT", "DS")}),
    Layout(
        4, "youtube", "YouTube Highlights",
        {
            "dog": "Dog", "gymnastics": "Gym.", "parkour": "Park.",
            "skating": "Ska.", "skiing": "Ski.", "surfing": "Surf.",
        },
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row before it is text.

    Attributes:
        names: its left cells; the first is whose scores these are.
        scores: by the layout's columns, where there are any.
        average: over all domains, where it is known without them.
    """

    names: tuple[str, ...]
    scores: Mapping[str, Score]
    average: Score | None = None


def lay_out(
    layout: Layout, title: str, names: Sequence[str], lines: Sequence[Line], notes: Sequence[str], digits: int
) -> Table:
    """The lines as a table.

    Args:
        layout: its columns.
        title: above the table.
        names: what stands above the lines' names.
        lines: the rows.
        notes: below the table; none that is empty.
        digits: after the decimal point.
    """
    columns = (*names, *layout.heads.values(), *(("Avg",) if layout.by_domain else ()))
    rows = tuple((*line.names, *_cells(layout, line, digits)) for line in lines)
    return Table(title, columns, rows, tuple(filter(None, notes)))


def _cells(layout: Layout, line: Line, digits: int) -> list[str]:
    cells = [line.scores[name].text(digits) if name in line.scores else ABSENT for name in layout.heads]
    return [*cells, average_text(layout, line, digits)] if layout.by_domain else cells


def average_text(layout: Layout, line: Line, digits: int = 1) -> str:
    """The average over the domains that are there, with how many where some are not: `84.2 (7/10)`."""
    if line.average is not None:
        return line.average.text(digits)
    found = [line.scores[name] for name in layout.heads if name in line.scores]
    if not found:
        return ABSENT
    share = "" if len(found) == len(layout.heads) else f" ({len(found)}/{len(layout.heads)})"
    return mean_of(found).text(digits) + share


def absent_note(layout: Layout, lines: Sequence[Line]) -> str:
    """Which domains are absent from whose lines; empty where none is, or where the columns are no domains."""
    if not layout.by_domain:
        return ""
    missing: dict[tuple[str, ...], dict[str, None]] = {}
    for line in lines:
        heads = tuple(head for name, head in layout.heads.items() if name not in line.scores)
        missing.setdefault(heads, {})[line.names[0]] = None
    told = [f"{', '.join(heads)} (of {', '.join(names)})" for heads, names in missing.items() if heads]
    return f"Absent, and not counted in averages: {'; '.join(told)}" if told else ""
