"""Scores as a table for people: in percent, with chance and ceiling beside each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from visionaryvids.metrics.baselines import Baseline, in_percent, mean_of
from visionaryvids.tables import Table

TITLES = {
    "tvsum": "TVSum",
    "youtube": "YouTube Highlights",
    "charades": "Charades-STA",
    "qvhighlights": "QVHighlights",
}

Row = tuple[str, float, Baseline | None]
"""What a row is about, its score in percent, and its baseline in percent where it is known."""


def scoreboard(title: str, first: str, rows: Sequence[Row], notes: tuple[str, ...] = ()) -> Table:
    """Scores with their baselines beside them; columns that nothing fills are left out.

    Args:
        title: the line above.
        first: name of the first column.
        rows: see `Row`.
        notes: lines below, above those that explain the baselines.
    """
    beside = [baseline for _, _, baseline in rows if baseline is not None]
    best = f"best of {beside[0].n}" if beside else "best"
    columns = ("score", "random", best, "whole video", "ceiling")
    cells = [(score, *_beside(baseline)) for _, score, baseline in rows]
    filled = [index for index in range(len(columns)) if any(row[index] is not None for row in cells)]
    body = tuple((name, *(row[index] for index in filled)) for (name, _, _), row in zip(rows, cells, strict=True))
    explained = _explain(beside[0].n) if beside else ()
    return Table(title, (first, *(columns[index] for index in filled)), body, (*notes, *explained))


def domain_rows(scores: Mapping[str, float], beside: Mapping[str, Baseline | None]) -> list[Row]:
    """A row for each domain and, where there are several, one for their mean; scores are shares."""
    rows = [share_row(domain, score, beside[domain]) for domain, score in scores.items()]
    if len(rows) > 1:
        known = [baseline for _, _, baseline in rows if baseline is not None]
        mean = math.fsum(score for _, score, _ in rows) / len(rows)
        rows.append((f"mean of {len(rows)} domains", mean, mean_of(known) if known else None))
    return rows


def share_row(name: str, score: float, baseline: Baseline | None) -> Row:
    """A row from a score and a baseline that are shares."""
    return name, 100 * score, None if baseline is None else in_percent(baseline)


def _beside(baseline: Baseline | None) -> tuple[float | None, ...]:
    if baseline is None:
        return (None,) * 4
    ceiling = None if math.isnan(baseline.ceiling) else baseline.ceiling
    return baseline.random, baseline.best_of_n, baseline.whole_video, ceiling


def _explain(n: int) -> tuple[str, ...]:
    return (
        "random: mean of a random prediction · ceiling: no prediction exceeds it (TVSum: the best found by search)",
        f"best of {n}: what choosing among {n} random predictions by these labels finds",
    )
