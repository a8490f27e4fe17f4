"""Read `result.json` files, and lay them out as a table: both protocols, chance, ceiling, published figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from visionaryvids.errors import InputError
from visionaryvids.tables import Table

SCHEMA = "visionaryvids/result/1"
COLUMNS = (
    "data",
    "preset",
    "metric",
    "held out",
    "best epoch on test",
    "random",
    "best of N random",
    "ceiling",
    "published",
)


def find_results(folders: Iterable[Path]) -> list[dict[str, Any]]:
    """Every `result.json` below some folders, in the order of their paths.

    Raises:
        InputError: there is none, or one is not a result of this schema.
    """
    folders = list(folders)
    paths = sorted(
        {path for folder in folders for path in (folder.rglob("result.json") if folder.is_dir() else [folder])}
    )
    if not paths:
        where = ", ".join(map(str, folders))
        raise InputError(
            where, "no result.json", "a finished run", "make one with `visionaryvids train` or `reproduce`"
        )
    return [_read(path) for path in paths]


def _read(path: Path) -> dict[str, Any]:
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(path), f"unreadable: {error}", "a result.json") from error
    if not isinstance(result, dict) or result.get("schema") != SCHEMA:
        raise InputError(str(path), "not a result of this version", f'"schema": "{SCHEMA}"')
    return result


def results_table(results: Sequence[dict[str, Any]], *, every_metric: bool = False) -> Table:
    """One row for the primary metric of each result, or for every metric; notes say what the columns mean."""
    names = [(r, name) for r in results for name in r["protocols"]["heldout"]["scores"]]
    rows = [_row(result, name) for result, name in names if every_metric or name == result["primary"]]
    return Table("Scores in %, mean ± standard deviation over seeds", COLUMNS, tuple(rows), tuple(_notes(results)))


def _row(result: dict[str, Any], metric: str) -> tuple[str | float | None, ...]:
    protocols, baseline = result["protocols"], result["baselines"].get(metric, {})
    best = f"{baseline['best_of_n']:.1f} (N = {baseline['n']})" if baseline else None
    published = ", ".join(f"{name.split(',')[0]} {score:g}" for name, score in result["published"].items())
    return (
        " ".join(filter(None, (result["dataset"], result["domain"]))),
        result["preset"],
        metric,
        _score(protocols["heldout"]["scores"][metric]),
        _score(protocols["paper"]["scores"][metric]),
        _number(baseline.get("random")),
        best,
        _number(baseline.get("ceiling")),
        published if metric == result["primary"] else None,
    )


def _score(summary: dict[str, Any]) -> str:
    """Mean and spread, or the one score and that it is one."""
    if summary["std"] is None:
        return f"{summary['mean']:.1f} (1 seed)"
    return f"{summary['mean']:.1f} ± {summary['std']:.1f} ({len(summary['picks'])} seeds)"


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _notes(results: Sequence[dict[str, Any]]) -> list[str]:
    rules = sorted({result["protocols"]["heldout"]["rule"] for result in results})
    return [
        f"held out: {'; or '.join(rules)}. Nothing is chosen on the test split.",
        "best epoch on test: each metric's best epoch over all learning rates, chosen on test, as published.",
        "best of N random: the best of N random predictions, N = the epochs that choice looked at. A score near it",
        "says more about looking N times than about the model.",
    ]
