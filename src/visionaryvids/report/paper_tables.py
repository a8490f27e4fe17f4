"""The paper's tables with our rows in them: published, ours by preset, other code run here, chance and ceiling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from visionaryvids.report.layout import Layout, Line, absent_note, lay_out
from visionaryvids.report.published_scores import published_rows
from visionaryvids.report.score import Score, of_summary
from visionaryvids.tables import Table

Result = dict[str, Any]
BEST, LAST, NO_EPOCH = "best", "last", ""

PAPER_LEGEND = """\
- UMT, VisionaryVids: published. ours: a preset of this project, mean ± standard deviation over seeds (where there are
  several). X's code: that code run on this data, one seed.
- best: the best epoch over all learning rates, chosen on the test split, each metric its own, as the papers do.
  last: the last epoch at one learning rate, both fixed in advance.
- random: what random scores reach on average. best of N random: what the best of N reaches, N being the epochs that a
  best epoch was chosen from; a best epoch near it says more about looking than about the model. ceiling: nothing
  exceeds it.
- An average over fewer domains than there are says over how many; what it compares with stands below the table.
"""


def paper_table(layout: Layout, results: Sequence[Result]) -> Table:
    """One table of the paper.

    Args:
        layout: which.
        results: of the paper's protocol; those of other data sets are left out.
    """
    found = of_dataset(layout, results)
    own = [line for name, group in by_method(found).items() for line in own_lines(layout, name, group)]
    lines = [*published_lines(layout), *own, *rerun_lines(found), *chance_lines(layout, found)]
    notes = [*(_features(found) if found else ["Ours: no result yet."]), absent_note(layout, own), _sources(layout)]
    title = f"Table {layout.table}, {layout.title}{_metric(found)}, in %"
    return lay_out(layout, title, ("method", "epoch"), lines, notes, layout.digits)


def of_dataset(layout: Layout, results: Sequence[Result]) -> list[Result]:
    """The results that belong into a table."""
    return [r for r in results if r["dataset"] == layout.dataset and (not layout.by_domain or r["domain"])]


def by_method(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Results by preset and what was changed of it; a second one of the same domain makes a method of its own."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        names = (method_name(result) + (f" ({n})" if n > 1 else "") for n in count(1))
        free = next(name for name in names if all(r["domain"] != result["domain"] for r in groups.get(name, ())))
        groups.setdefault(free, []).append(result)
    return groups


def method_name(result: Result) -> str:
    """A preset with what was changed of it, as code, so that nobody takes it for a published row."""
    changes = {name: value for name, value in result.get("changes", {}).items() if name != "device"}
    return f"`{', '.join([result['preset'], *(f'{name}={value}' for name, value in changes.items())])}`"


def own_lines(layout: Layout, name: str, results: Sequence[Result]) -> list[Line]:
    """A method of ours under both protocols."""

    def under(protocol: str) -> dict[str, Score]:
        return by_column(layout, results, lambda result: _scores(result, protocol))

    return [Line((f"ours, {name}", BEST), under("paper")), Line((f"ours, {name}", LAST), under("heldout"))]


def by_column(
    layout: Layout, results: Sequence[Result], read: Callable[[Result], Mapping[str, Score]]
) -> dict[str, Score]:
    """Scores by the layout's columns.

    Args:
        layout: whose columns.
        results: of one method.
        read: a result's scores by metric.
    """
    if not layout.by_domain:
        return {metric: score for result in results for metric, score in read(result).items()}
    found = {result["domain"]: read(result).get(result["primary"]) for result in results}
    return {domain: score for domain, score in found.items() if score is not None}


def published_lines(layout: Layout) -> list[Line]:
    """What UMT and the paper published."""
    return [
        Line(
            (row.name, row.epoch),
            {column: Score(value) for column, value in row.scores.items()},
            None if row.average is None else Score(row.average),
        )
        for row in published_rows(layout.dataset)
    ]


def rerun_lines(results: Sequence[Result]) -> list[Line]:
    """What other people's code reached on the same data."""
    found: dict[tuple[str, str], dict[str, Score]] = defaultdict(dict)
    for result in results:
        for rerun in result["reruns"]:
            for epoch in (BEST, LAST):
                found[rerun["code"], epoch][_column(result)] = Score(rerun[epoch])
    return [Line(names, scores) for names, scores in found.items()]


def chance_lines(layout: Layout, results: Sequence[Result]) -> list[Line]:
    """Random, the best of as many random predictions as some row was chosen from, and the ceiling."""
    lucky: dict[int, dict[str, Score]] = defaultdict(dict)
    for result in results:
        for looks, column, value in _lucky(layout, result):
            lucky[looks][column] = Score(value)
    lines = [
        Line(("random", NO_EPOCH), by_column(layout, results, lambda result: levels(result, "random"))),
        *(Line((f"best of {looks} random", NO_EPOCH), scores) for looks, scores in sorted(lucky.items())),
        Line(("ceiling", NO_EPOCH), by_column(layout, results, lambda result: levels(result, "ceiling"))),
    ]
    return [line for line in lines if line.scores]


def _lucky(layout: Layout, result: Result) -> Iterator[tuple[int, str, float]]:
    """The number of looks, the column, and what that many random predictions reach at best."""
    for metric, level in result["baselines"].items():
        if not layout.by_domain or metric == result["primary"]:
            yield level["n"], result["domain"] if layout.by_domain else metric, level["best_of_n"]
    yield from ((rerun["looks"], _column(result), rerun["best_of_n"]) for rerun in result["reruns"])


def _column(result: Result) -> str:
    """Where a result's primary metric stands."""
    return result["domain"] or result["primary"]


def _scores(result: Result, protocol: str) -> dict[str, Score]:
    return {metric: of_summary(summary) for metric, summary in result["protocols"][protocol]["scores"].items()}


def levels(result: Result, name: str) -> dict[str, Score]:
    """What chance or perfection reaches: `random`, `best_of_n` or `ceiling`, by metric, where it is known."""
    found = result["baselines"].items()
    return {metric: Score(level[name]) for metric, level in found if level[name] is not None}


def _metric(results: Sequence[Result]) -> str:
    """The one metric of a table of domains."""
    metrics = {result["primary"] for result in results if result["domain"]}
    return f": {', '.join(sorted(metrics))}" if metrics else ""


def _features(results: Sequence[Result]) -> list[str]:
    """What ours were given and judged on, where a result says it: figures of other features compare with care."""
    told = {
        f"{name}: {result['features']}; {result['split']['train']} examples to learn from, "
        f"{result['split']['test']} to be judged on."
        for name, group in by_method(results).items()
        for result in group
        if result.get("features") and not result["domain"]
    }
    return sorted(told)


def _sources(layout: Layout) -> str:
    told = "; ".join(f"{row.name}, {row.epoch}: {row.source}" for row in published_rows(layout.dataset))
    return f"Published: {told}."
