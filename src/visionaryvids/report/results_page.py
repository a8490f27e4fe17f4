"""The results page: held-out tables, ablations, the paper's tables, every metric, and how each number was made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from visionaryvids.report.ablation_tables import (
    ABLATION_LEGEND,
    Ablations,
    ablation_table,
    ablations_of,
    is_ablation,
    sentences,
)
from visionaryvids.report.heldout_tables import heldout_domains_table, heldout_table
from visionaryvids.report.layout import LAYOUTS
from visionaryvids.report.making import Found, heldout_making, paper_making
from visionaryvids.report.paper_tables import PAPER_LEGEND, paper_table
from visionaryvids.report.results import is_held_out, read_result, results_table
from visionaryvids.report.run_times import run_times_table
from visionaryvids.report.same_domains import same_domains_table
from visionaryvids.tables import Table, as_markdown

Result = dict[str, Any]
DOMAINS = tuple(layout for layout in LAYOUTS if layout.by_domain)
TVSUM = next(layout for layout in LAYOUTS if layout.dataset == "tvsum")

HEAD = """# Results

Made by `visionaryvids report results --page docs/results.md` from the `result.json` files; a test keeps both equal.
"""

MAKING = """## How each number was made

`--data` names the folder where the data lay on the machine of that run (`../shared/data`: one beside the project, which
holds none itself); what must be in yours, and where to get it: docs/training.md, "The data".
"""


def tables(results: Sequence[Result], *, every_metric: bool) -> list[Table]:
    """For a terminal: the paper's protocol, the held-out ones and the ablations; none that would be empty."""
    paper, heldout = _apart(results)
    whole = [result for result in heldout if not is_ablation(result)]
    made = [results_table(paper, every_metric=every_metric)] if paper else []
    made += [heldout_table(whole)] if whole else []
    return made + [ablation_table(ablations) for ablations in ablations_of(heldout)]


def results_page(paths: Sequence[Path], page: Path) -> str:
    """The page as Markdown; pictures are linked relative to `page`."""
    found = [(path, read_result(path)) for path in paths]
    paper, heldout = _apart([result for _, result in found])
    parts = [
        _heldout_part(heldout),
        _ablation_part(heldout),
        _paper_part(paper),
        _time_part(paper),
        _metrics_part(paper),
    ]
    return "\n".join([HEAD, *filter(None, parts), _making_part(found, page)])


def _apart(results: Sequence[Result]) -> tuple[list[Result], list[Result]]:
    """Results of the paper's protocol, and held-out ones."""
    return [r for r in results if not is_held_out(r)], [r for r in results if is_held_out(r)]


def _heldout_part(results: Sequence[Result]) -> str:
    whole = [result for result in results if not is_ablation(result)]
    if not whole:
        return ""
    by_domain = [heldout_domains_table(layout, whole) for layout in DOMAINS]
    return _part("Held out: nothing is chosen on a test video", "", heldout_table(whole), *by_domain)


def _ablation_part(results: Sequence[Result]) -> str:
    """For each preset and protocol the paper's changes in words, where they are its own, above all changes."""
    groups = ablations_of(results)
    if not groups:
        return ""
    shown = [text for group in groups for text in (_in_words(group), as_markdown(ablation_table(group)))]
    return "\n".join(["## What each part is worth\n", *filter(None, shown)])


def _in_words(ablations: Ablations) -> str:
    told = sentences(ablations)
    return "\n".join([ABLATION_LEGEND, *(f"- {sentence}" for sentence in told), ""]) if told else ""


def _paper_part(results: Sequence[Result]) -> str:
    if not results:
        return ""
    same = {layout.dataset: same_domains_table(layout, results) for layout in DOMAINS}
    shown = [(paper_table(layout, results), same.get(layout.dataset)) for layout in LAYOUTS]
    return _part("The paper's tables", PAPER_LEGEND, *(table for pair in shown for table in pair))


def _time_part(results: Sequence[Result]) -> str:
    table = run_times_table(TVSUM, results)
    return _part("Time of table 3", "", table) if table is not None else ""


def _metrics_part(results: Sequence[Result]) -> str:
    return _part("Every metric of the paper's tables", "", results_table(results, every_metric=True)) if results else ""


def _making_part(found: Sequence[Found], page: Path) -> str:
    heldout = [(path, result) for path, result in found if is_held_out(result)]
    paper = [paper_making(path, result, page) for path, result in found if not is_held_out(result)]
    return "\n".join([MAKING, *heldout_making(heldout, page), *paper])


def _part(title: str, text: str, *shown: Table | None) -> str:
    return "\n".join(
        [f"## {title}\n", *filter(None, [text]), *(as_markdown(table) for table in shown if table is not None)]
    )
