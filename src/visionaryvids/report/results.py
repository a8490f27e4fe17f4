"""Read `result.json` files, and lay them out as a table: both protocols, chance, ceiling, published figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from visionaryvids.errors import InputError
from visionaryvids.report.score import of_summary
from visionaryvids.tables import Table

SCHEMA = "visionaryvids/result/1"
HELDOUT_SCHEMA = "visionaryvids/heldout/1"
COLUMNS = (
    "data", "preset", "seeds", "metric", "held out", "best epoch", "random", "best random", "ceiling", "UMT", "paper",
)  # fmt: skip


def find_results(folders: Iterable[Path]) -> list[Path]:
    """Every `result.json` below some folders (or a file itself), in the order of their paths.

    Raises:
        InputError: there is none.
    """
    folders = list(folders)
    found = sorted({path for f in folders for path in (f.rglob("result.json") if f.is_dir() else [f])})
    if not found:
        where = ", ".join(map(str, folders))
        raise InputError(
            where, "no result.json", "a finished run", "make one with `visionaryvids train` or `reproduce`"
        )
    return found


def read_result(path: Path) -> dict[str, Any]:
    """The content of a `result.json`, of the paper's tables (`SCHEMA`) or held out (`HELDOUT_SCHEMA`).

    Raises:
        InputError: it is not a result of this version.
    """
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(path), f"unreadable: {error}", "a result.json") from error
    if not isinstance(result, dict) or result.get("schema") not in (SCHEMA, HELDOUT_SCHEMA):
        raise InputError(str(path), "not a result of this version", f'"schema": "{SCHEMA}" or "{HELDOUT_SCHEMA}"')
    return result


def is_held_out(result: dict[str, Any]) -> bool:
    """Whether a result is of the held-out protocol, which has a table of its own."""
    return result["schema"] == HELDOUT_SCHEMA


def results_table(results: Sequence[dict[str, Any]], *, every_metric: bool = False) -> Table:
    """One row for the primary metric of each result, or for every metric; notes say what the columns mean."""
    rows = []
    for result, following in zip(results, [*results[1:], None], strict=True):
        names = result["protocols"]["heldout"]["scores"]
        rows += [_row(result, name) for name in names if every_metric or name == result["primary"]]
        if following is None or _name(following) != _name(result):  # once, below all results on the same data
            rows += _rerun_rows(result)
    return Table("Scores in %, mean ± standard deviation over seeds", COLUMNS, tuple(rows), tuple(_notes(results)))


def _row(result: dict[str, Any], metric: str) -> tuple[str | float | None, ...]:
    protocols, baseline = result["protocols"], result["baselines"].get(metric, {})
    published = result["published"] if metric == result["primary"] else {}
    return (
        _name(result),
        result["preset"],
        str(len(result["seeds"])),
        metric,
        of_summary(protocols["heldout"]["scores"][metric]).text(),
        of_summary(protocols["paper"]["scores"][metric]).text(),
        _number(baseline.get("random")),
        f"{baseline['best_of_n']:.1f} (N={baseline['n']})" if baseline else None,
        _number(baseline.get("ceiling")),
        _number(published.get("UMT")),
        _number(published.get("VisionaryVids")),
    )


def _rerun_rows(result: dict[str, Any]) -> list[tuple[str | float | None, ...]]:
    """What other people's code reaches on the same data: its last epoch, and its best on the test split."""
    metric = result["primary"]
    random = _number(result["baselines"].get(metric, {}).get("random"))
    return [
        (
            _name(result), r["code"], "1", metric, _number(r["last"]), _number(r["best"]),
            random, f"{r['best_of_n']:.1f} (N={r['looks']})", None, None, None,
        )
        for r in result["reruns"]
    ]  # fmt: skip


def _name(result: dict[str, Any]) -> str:
    return " ".join(filter(None, (result["dataset"], result["domain"])))


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _notes(results: Sequence[dict[str, Any]]) -> list[str]:
    rules = {result["protocols"]["heldout"]["rule"] for result in results}
    rule = rules.pop() if len(rules) == 1 else "last epoch at one learning rate, both fixed in advance"
    return [
        f"held out: {rule}. Nothing is chosen on the test split.",
        "best epoch: each metric's best epoch over all learning rates, chosen on the test split, as published.",
        "best random: the best of N random predictions; N is how many epochs that choice looked at. A best epoch",
        "  near it says more about looking than about the model. ceiling: nothing exceeds it.",
        "UMT, paper (VisionaryVids): published best epochs. X's code: that code run on this data, last and best epoch.",
        *dict.fromkeys(_about_present(result["present"]) for result in results if "present" in result),
    ]


def _about_present(fit: dict[str, Any]) -> str:
    """Whether a network's `present` is a probability, and by what."""
    if fit["line"] is None:
        return f"present: not calibrated on split val: {fit['why']}."
    return f"present: calibrated on split val, on {fit['there']} queries that its videos show and {fit['absent']} not."
