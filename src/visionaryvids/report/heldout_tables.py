"""Results under the held-out protocol, where no method has seen its test videos: as one table of every metric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from visionaryvids.tables import Table

ALL = "all"
Row = tuple[str | None, ...]

NOTES = (
    "Means over domains, each of which counts the same, ± standard deviation over seeds. Nothing was chosen on a test",
    "  video: last epoch, one learning rate, both fixed in advance. ridge: a linear model on the same features.",
    "rotation: each video is tested once, by a model of the others of its domain. pooled: by one model of all domains.",
    "  test-list: the published test videos.",
)


def heldout_table(results: Sequence[dict[str, Any]]) -> Table:
    """One row for each result; chance and ceiling below the results on the same videos."""
    metrics = list(dict.fromkeys(m for result in results for m in result["scores"][ALL]))
    columns = ("data", "protocol", "method", "videos", "seeds", *metrics)
    rows: list[Row] = []
    for result, following in zip(results, [*results[1:], None], strict=True):
        rows.append((*_names(result), method_name(result), *_counts(result), *_cells(result["scores"][ALL], metrics)))
        if following is None or _same_videos(result) != _same_videos(following):
            rows += [(*_names(result), *row) for row in _levels(result, metrics)]
    return Table("Held out: scores in %", columns, tuple(rows), NOTES)


def method_name(result: dict[str, Any]) -> str:
    """The method, and what was changed of it."""
    change = result["change"]
    return result["method"] if change is None else f"{change['part']}: {change['value']}"


def score_text(score: dict[str, Any] | None) -> str | None:
    """`53.0 ± 1.2`; without the spread where there is one seed."""
    if score is None:
        return None
    return f"{score['mean']:.1f}" + ("" if score["std"] is None else f" ± {score['std']:.1f}")


def _names(result: dict[str, Any]) -> tuple[str, str]:
    return result["dataset"], result["protocol"]


def _counts(result: dict[str, Any]) -> tuple[str, str]:
    return str(sum(result["videos"].values())), str(len(result["seeds"]))


def _same_videos(result: dict[str, Any]) -> tuple[Any, ...]:
    return (*_names(result), tuple(result["videos"].items()))


def _cells(scores: dict[str, Any], metrics: Sequence[str]) -> list[str | None]:
    return [score_text(scores.get(metric)) for metric in metrics]


def _levels(result: dict[str, Any], metrics: Sequence[str]) -> list[Row]:
    levels = result["baselines"][ALL]
    return [
        (name, None, None, *(f"{levels[m][key]:.1f}" if m in levels else None for m in metrics))
        for name, key in (("random (expected)", "random"), ("ceiling", "ceiling"))
    ]
