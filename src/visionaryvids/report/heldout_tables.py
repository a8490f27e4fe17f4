"""Results under the held-out protocol, where no method has seen its test videos: every metric, and domain by domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from visionaryvids.report.layout import Layout, Line, absent_note, lay_out
from visionaryvids.report.score import ALL, Score, of_heldout
from visionaryvids.tables import Table

Row = tuple[str | None, ...]
Result = dict[str, Any]

ORDER = ("random", "ridge", "umt", "visionaryvids", "visionaryvids-small", "visionaryvids-plus")
"""Methods from little to much; any others come after them."""
LEVELS = (("random (expected)", "random"), ("ceiling", "ceiling"))

NOTES = (
    "Means over domains, each of which counts the same, ± standard deviation over seeds. Nothing was chosen on a test",
    "  video: last epoch, one learning rate, both fixed in advance. ridge: a linear model on the same features.",
    "rotation: each video is tested once, by a model of the others of its domain. pooled: by one model of all domains.",
    "  test-list: the published test videos.",
)


def heldout_table(results: Sequence[Result]) -> Table:
    """One row for each result; chance and ceiling below the results on the same videos."""
    metrics = list(dict.fromkeys(m for result in results for m in result["scores"][ALL]))
    columns = ("data", "protocol", "method", "videos", "seeds", *metrics)
    rows: list[Row] = []
    results = sorted(results, key=lambda result: (*_names(result), *_place(result)))
    for result, following in zip(results, [*results[1:], None], strict=True):
        rows.append((*_names(result), method_name(result), *_counts(result), *_cells(result, metrics)))
        if following is None or _same_videos(result) != _same_videos(following):
            rows += [(*_names(result), *row) for row in _levels(result, metrics)]
    return Table("Held out: scores in %", columns, tuple(rows), NOTES)


def heldout_domains_table(layout: Layout, results: Sequence[Result]) -> Table | None:
    """Methods by domain, a method's protocols one below the other; None where there is no result.

    Args:
        layout: a table of domains.
        results: whole methods' results; those of other data sets are left out.
    """
    found = sorted((r for r in results if r["dataset"] == layout.dataset), key=_place)
    if not found:
        return None
    lines = [_line(result) for result in found]
    levels = {tuple(result["videos"].items()): result for result in found}.values()
    lines += [_level_line(result, name, key) for result in levels for name, key in LEVELS]
    title = f"{layout.title} held out: {found[0]['primary']} in %"
    return lay_out(layout, title, ("method", "protocol"), lines, [absent_note(layout, lines)], layout.digits)


def method_name(result: Result) -> str:
    """The method, and what was changed of it."""
    change = result.get("change")
    return result["method"] if change is None else f"{change['part']}: {change['value']}"


def _place(result: Result) -> tuple[int, str, str]:
    method = result["method"]
    return ORDER.index(method) if method in ORDER else len(ORDER), method, result["protocol"]


def _line(result: Result) -> Line:
    scores = {domain: of_heldout(result, domain, result["primary"]) for domain in result["videos"]}
    return Line((method_name(result), result["protocol"]), scores)


def _level_line(result: Result, name: str, key: str) -> Line:
    levels = {domain: result["baselines"][domain][result["primary"]][key] for domain in result["videos"]}
    tested = f"{sum(result['videos'].values())} videos"
    return Line((name, tested), {domain: Score(level) for domain, level in levels.items()})


def _names(result: Result) -> tuple[str, str]:
    return result["dataset"], result["protocol"]


def _counts(result: Result) -> tuple[str, str]:
    return str(sum(result["videos"].values())), str(len(result["seeds"]))


def _same_videos(result: Result) -> tuple[Any, ...]:
    return (*_names(result), tuple(result["videos"].items()))


def _cells(result: Result, metrics: Sequence[str]) -> list[str | None]:
    known = result["scores"][ALL]
    return [of_heldout(result, ALL, metric).text() if metric in known else None for metric in metrics]


def _levels(result: Result, metrics: Sequence[str]) -> list[Row]:
    levels = result["baselines"][ALL]
    return [
        (name, None, None, *(f"{levels[m][key]:.1f}" if m in levels else None for m in metrics)) for name, key in LEVELS
    ]
