"""The held-out side of `reproduce`: its options, how plans are run and told of."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, validators

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.terminal import is_terminal

if TYPE_CHECKING:  # these import torch, which takes a second
    from visionaryvids.recipes.heldout.method import Method
    from visionaryvids.recipes.heldout.plan import HeldOutPlan
    from visionaryvids.recipes.heldout.trials import Tried


@Parameter(name="*")
@dataclass(frozen=True)
class HeldOutOptions:
    """What is tested on what."""

    protocol: Literal["paper", "heldout"] = "paper"
    """paper: the published split and learning rates; gives the best epoch and the last one. heldout: TVSum rotates, so
    that each of its videos is tested once; YouTube uses its test lists; last epoch, one learning rate."""
    pooled: Annotated[bool, Parameter(negative="")] = False
    """Held out: one model for all domains."""
    folds: Annotated[int, Parameter(validator=validators.Number(gte=2))] = 10
    """Held out, pooled TVSum: so many trainings; as many as videos leaves one video out."""
    published: Annotated[bool, Parameter(negative="")] = False
    """Held out: TVSum's published ten test videos alone; nothing rotates."""
    parts: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")] = ()
    """Ablations of these parts only, e.g. "memory slots" optimizer."""


def run_plans(plans: list[HeldOutPlan], verbosity: Verbosity) -> None:
    """Run plans one after another; one table of all results on stdout, where things are on stderr."""
    from visionaryvids.report.heldout_tables import heldout_table
    from visionaryvids.tables import as_text

    results = [result for plan in plans for result in _run(plan, verbosity)]
    print(as_text(heldout_table(results)))


def _run(plan: HeldOutPlan, verbosity: Verbosity) -> list[dict[str, Any]]:
    from visionaryvids.recipes.heldout.plan import try_methods

    with _progress(f"{plan.protocol.dataset} {plan.protocol.name}", verbosity) as (on_start, on_trial):
        results = try_methods(plan, on_trial, on_start)
    for domain, reason in results[0]["absent"].items():
        verbosity.say(f"{plan.protocol.dataset} {domain} is absent: {reason}")
    for method in plan.methods:
        verbosity.say(f"{plan.folder(method)}: result.json")
    return results


@contextmanager
def _progress(
    title: str, verbosity: Verbosity
) -> Generator[tuple[Callable[[int], None], Callable[[Method, Tried], None]]]:
    """Who is told of the number of trials and of each finished one: a bar on a terminal, lines elsewhere with -v."""
    from tqdm import tqdm

    hidden = verbosity.quiet or not is_terminal(sys.stderr)
    with tqdm(desc=title, unit="training", disable=hidden, file=sys.stderr) as bar:

        def on_start(count: int) -> None:
            bar.reset(count)

        def on_trial(method: Method, tried: Tried) -> None:
            """Move on by one training; without a bar, say a line of it with -v."""
            bar.set_postfix_str(method.folder, refresh=False)
            bar.update()
            if hidden and verbosity.verbose:
                text = f"{title}: {method.folder}, fold {tried.fold + 1}, seed {tried.seed}: {tried.seconds:.1f} s"
                print(text, file=sys.stderr)

        yield on_start, on_trial
