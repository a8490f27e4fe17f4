"""Averages that compare: ours over the domains that are there, everybody else's over the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from visionaryvids.report.layout import Layout
from visionaryvids.report.paper_tables import (
    BEST,
    Result,
    by_column,
    by_method,
    levels,
    of_dataset,
    own_lines,
    published_lines,
)
from visionaryvids.report.score import ABSENT, Score, mean_of
from visionaryvids.tables import Table

COLUMNS = ("preset", "domains", "best", "last", "UMT", "VisionaryVids", "random", "best random", "ceiling")
NOTES = (
    "Each row is over the domains of its preset, also where others have more. UMT, VisionaryVids: published best",
    "  epochs. best random: the best of as many random predictions as the best epoch was chosen from.",
)


def same_domains_table(layout: Layout, results: Sequence[Result]) -> Table | None:
    """A row for each method of ours; None where there is none."""
    groups = by_method(of_dataset(layout, results))
    rows = tuple(_row(layout, name, group) for name, group in groups.items())
    return Table(f"{layout.title}, averages over the same domains, in %", COLUMNS, rows, NOTES) if rows else None


def _row(layout: Layout, name: str, results: Sequence[Result]) -> tuple[str, ...]:
    own = [line.scores for line in own_lines(layout, name, results)]
    published = {line.names[0]: line.scores for line in published_lines(layout) if line.names[1] == BEST}
    chance = [by_column(layout, results, partial(levels, name=level)) for level in ("random", "best_of_n", "ceiling")]
    domains = [domain for domain in layout.heads if domain in own[0]]
    shown = [*own, published["UMT"], published["VisionaryVids"], *chance]
    return (name, f"{len(domains)} of {len(layout.heads)}", *(_average(scores, domains) for scores in shown))


def _average(scores: Mapping[str, Score], domains: Sequence[str]) -> str:
    """Only where every one of the domains is there."""
    return mean_of([scores[d] for d in domains]).text() if all(d in scores for d in domains) else ABSENT
