"""The results page: every metric of every result, and for each result its command, its making and its curves."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from visionaryvids.report.results import read_result, results_table
from visionaryvids.tables import as_markdown

HEAD = """# Results

Made by `visionaryvids report results --page docs/results.md` from the `result.json` files; a test keeps both equal.
"""


def results_page(paths: Sequence[Path], page: Path) -> str:
    """The page as Markdown; pictures are linked relative to `page`."""
    results = [read_result(path) for path in paths]
    table = as_markdown(results_table(results, every_metric=True))
    parts = [_part(path, result, page) for path, result in zip(paths, results, strict=True)]
    return "\n".join([HEAD, table, *parts])


def _part(path: Path, result: dict[str, Any], page: Path) -> str:
    name = " ".join(filter(None, (result["dataset"], result["domain"])))
    folder = Path(os.path.relpath(path.parent, page.parent)).as_posix()
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
