"""How each number of the results page was made: command, rule, commit, curves."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from visionaryvids.report.heldout_tables import method_name

Result = dict[str, Any]
Found = tuple[Path, Result]


def heldout_making(found: Sequence[Found], page: Path) -> list[str]:
    """A part for each data set and protocol; links are relative to `page`.

    Args:
        found: held-out results and where they are.
        page: the file that the parts go into.
    """
    together: dict[tuple[str, str], list[Found]] = {}
    for path, result in found:
        together.setdefault((result["dataset"], result["protocol"]), []).append((path, result))
    return [_heldout_part(f"{dataset} held out, {protocol}", group, page)
            for (dataset, protocol), group in together.items()]  # fmt: skip


def _heldout_part(title: str, found: Sequence[Found], page: Path) -> str:
    rule = found[0][1]["rule"]
    absent = {f"Absent: {name} ({reason})." for _, result in found for name, reason in result["absent"].items()}
    commands: dict[str, list[str]] = {}
    for path, result in found:
        link = f"[{method_name(result)}]({_folder(path, page)}/result.json) (commit {result['commit']})"
        commands.setdefault(result["command"], []).append(link)
    made = [f"- `{command}`: {', '.join(links)}" for command, links in commands.items()]
    return "\n".join([f"### {title}", "", " ".join([f"{rule[0].upper()}{rule[1:]}.", *sorted(absent)]), "", *made, ""])


def paper_making(path: Path, result: Result, page: Path) -> str:
    """The part of one result of the paper's protocol, with its curves; links are relative to `page`."""
    name = " ".join(filter(None, (result["dataset"], result["domain"])))
    folder, machine, split = _folder(path, page), result["machine"], result["split"]
    lines = [
        f"### {name}, preset {result['preset']}",
        "",
        f"`{result['command']}`",
        "",
        f"Last epoch: {result['protocols']['heldout']['rule']}. Best epoch: {result['protocols']['paper']['rule']}.",
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


def _folder(path: Path, page: Path) -> str:
    return Path(os.path.relpath(path.parent, page.parent)).as_posix()
