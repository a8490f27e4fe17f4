"""The results page: every metric of every result, and for each result its command, its making and its curves."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from visionaryvids.report.heldout_tables import heldout_table, method_name
from visionaryvids.report.results import is_held_out, read_result, results_table
from visionaryvids.tables import Table, as_markdown

HEAD = """# Results

Made by `visionaryvids report results --page docs/results.md` from the `result.json` files; a test keeps both equal.
"""


def tables(results: Sequence[dict[str, Any]], *, every_metric: bool) -> list[Table]:
    """The paper's way of counting and the held-out one, each in a table of its own; none that would be empty."""
    paper = [result for result in results if not is_held_out(result)]
    heldout = [result for result in results if is_held_out(result)]
    made = [results_table(paper, every_metric=every_metric)] if paper else []
    return made + ([heldout_table(heldout)] if heldout else [])


def results_page(paths: Sequence[Path], page: Path) -> str:
    """The page as Markdown; pictures are linked relative to `page`."""
    results = [read_result(path) for path in paths]
    shown = [as_markdown(table) for table in tables(results, every_metric=True)]
    parts = [_held_out_part(path, result, page) if is_held_out(result) else _part(path, result, page)
             for path, result in zip(paths, results, strict=True)]  # fmt: skip
    return "\n".join([HEAD, *shown, *parts])


def _held_out_part(path: Path, result: dict[str, Any], page: Path) -> str:
    absent = [f"Absent: {name} ({reason})." for name, reason in result["absent"].items()]
    lines = [
        f"## {result['dataset']} held out, {result['protocol']}, {method_name(result)}",
        "",
        f"`{result['command']}`",
        "",
        " ".join([f"{result['rule'][0].upper()}{result['rule'][1:]}.", *absent]),
        "",
        f"Commit {result['commit']}. [result.json]({_folder(path, page)}/result.json)",
        "",
    ]
    return "\n".join(lines)


def _folder(path: Path, page: Path) -> str:
    return Path(os.path.relpath(path.parent, page.parent)).as_posix()


def _part(path: Path, result: dict[str, Any], page: Path) -> str:
    name = " ".join(filter(None, (result["dataset"], result["domain"])))
    folder = _folder(path, page)
    machine, split = result["machine"], result["split"]
    lines = [
        f"## {name}, preset {result['preset']}",
        "",
        f"`{result['command']}`",
        "",
        f"Held out: {result['protocols']['heldout']['rule']}. Best epoch: {result['protocols']['paper']['rule']}.",
        "",
        f"Seeds {', '.join(map(str, result['seeds']))}; {split['train']} examples to learn from, {split['test']} to be "
        f"judged on; {result['minutes']:.0f} minutes of training in all; commit {result['commit']}; "
        f"torch {machine['torch']}, {machine['gpu'] or 'on a CPU'}. "
        f"[result.json]({folder}/result.json), [metrics.jsonl]({folder}/metrics.jsonl)",
        "",
        f"![curves]({folder}/curves.png)",
        "",
    ]
    return "\n".join(lines)
