"""How long the runs of table 3 took, beside UMT's own code."""

from __future__ import annotations

from collections.abc import Sequence

from visionaryvids.report.layout import Layout, Line, absent_note, lay_out
from visionaryvids.report.paper_tables import Result, by_method, of_dataset
from visionaryvids.report.published_scores import UMT_RUN_S
from visionaryvids.report.score import Score
from visionaryvids.tables import Table

NOTES = (
    "One run: one learning rate and seed, every epoch evaluated. By the clock, whatever else the machine was doing;",
    "  processor time and where it goes are in the page on benchmarks.",
    "UMT's code: 500 epochs on another, faster machine of two cores.",
)


def run_times_table(layout: Layout, results: Sequence[Result]) -> Table | None:
    """Seconds a run by domain, for each method of ours; None where there is no result."""
    found = of_dataset(layout, results)
    own = [Line((name,), {r["domain"]: _run_s(r) for r in group}) for name, group in by_method(found).items()]
    if not own:
        return None
    lines = [*own, Line(("UMT's code",), {domain: Score(seconds) for domain, seconds in UMT_RUN_S.items()})]
    notes = [*NOTES, *_totals(found), absent_note(layout, own)]
    return lay_out(layout, f"{layout.title}, seconds a run", ("method",), lines, notes, digits=0)


def _runs(result: Result) -> int:
    return len(result["rates"]) * len(result["seeds"])


def _run_s(result: Result) -> Score:
    return Score(60 * result["minutes"] / _runs(result))


def _totals(results: Sequence[Result]) -> list[str]:
    """All runs of each method, one after another."""
    return [
        f"{name}: {sum(map(_runs, group))} runs, {sum(r['minutes'] for r in group):.0f} minutes one after another."
        for name, group in by_method(results).items()
    ]
