"""What `train` and `reproduce` share: their options, and how plans are run and told of."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, validators

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import progress

if TYPE_CHECKING:  # these import torch, which takes a second
    from visionaryvids.recipes.reproduce import Plan

Preset = Literal["visionaryvids", "umt"]
Seeds = Annotated[tuple[int, ...], Parameter(name=["--seed", "--seeds"], consume_multiple=True, negative="")]
Rates = Annotated[tuple[float, ...], Parameter(name="--lr", consume_multiple=True, negative="")]
Jobs = Annotated[int, Parameter(name=["-j", "--jobs"], validator=validators.Number(gte=1))]
Flag = Annotated[bool, Parameter(negative="")]


def run_plans(plans: list[Plan], verbosity: Verbosity, tensorboard: bool = False) -> None:
    """Run plans one after another; the table of all of them on stdout, where things are on stderr."""
    from visionaryvids.recipes.reproduce import reproduce as run
    from visionaryvids.report import tensorboard as curves
    from visionaryvids.report.results import results_table
    from visionaryvids.tables import as_text

    if tensorboard:
        curves.require()
    results = []
    for plan in plans:
        with progress(plan.recipe.name, plan.runs(), plan.settings().epochs, plan.recipe.primary, verbosity) as watch:
            results.append(run(plan, watch))
        if not verbosity.quiet:
            print(
                f"{plan.out}: result.json, curves.png, model.safetensors, metrics.jsonl, config.json", file=sys.stderr
            )
    print(as_text(results_table(results, every_metric=len(results) == 1)))
    if tensorboard:
        curves.export([plan.out for plan in plans])


def command() -> str:
    """What to type to do it again."""
    passing = {"--resume", "-q", "--quiet", "-v", "--verbose"}
    return shlex.join(["visionaryvids", *(word for word in sys.argv[1:] if word not in passing)])
