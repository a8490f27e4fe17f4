"""What `train` and `reproduce` share: their options, and how plans are run and told of."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, validators

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import progress

if TYPE_CHECKING:  # these import torch, which takes a second
    from visionaryvids.recipes.reproduce import Plan

Preset = Literal["visionaryvids", "umt"]
Seeds = Annotated[tuple[int, ...], Parameter(name=["--seed", "--seeds"], consume_multiple=True, negative="")]
Rates = Annotated[tuple[float, ...], Parameter(name="--lr", consume_multiple=True, negative="")]
Jobs = Annotated[int, Parameter(name=["-j", "--jobs"], validator=validators.Number(gte=1))]
Together = Annotated[int | None, Parameter(validator=validators.Number(gte=1))]
Precision = Literal["fp32", "bf16", "fp16"]
Flag = Annotated[bool, Parameter(negative="")]


def run_plans(plans: list[Plan], device: str, verbosity: Verbosity, tensorboard: bool = False) -> None:
    """Run plans one after another; the table of all of them on stdout, where things are on stderr.

    Of several processes (`torchrun`) only the first one speaks.
    """
    from visionaryvids.report import tensorboard as curves
    from visionaryvids.training.processes import joined

    if tensorboard:
        curves.require()
    with joined(device) as processes:
        if processes.first:
            _print_table([_run(plan, verbosity) for plan in _trained(plans, verbosity)])
        else:
            silent = Verbosity(quiet=True)
            silent.apply()
            for plan in plans:
                _run(plan, silent)
            return
    if tensorboard:
        curves.export([plan.out for plan in plans])


def _trained(plans: list[Plan], verbosity: Verbosity) -> list[Plan]:
    """Plans whose results are still to be made; several that have several processes share them for their runs."""
    if len(plans) == 1 or plans[0].jobs == 1:
        return plans
    from visionaryvids.recipes.reproduce import train_plans
    from visionaryvids.training.sweep import Watch

    epochs = sum(plan.runs() * plan.settings().epochs for plan in plans)
    with progress(f"{len(plans)} tasks", 1, epochs, "", verbosity) as watch:
        train_plans(plans, Watch(on_count=watch.on_count))
    return [replace(plan, resume=True) for plan in plans]


def _run(plan: Plan, verbosity: Verbosity) -> dict[str, Any]:
    """Run a plan while telling how far it is; its result."""
    from visionaryvids.recipes.reproduce import reproduce

    with progress(plan.recipe.name, plan.runs(), plan.settings().epochs, plan.recipe.primary, verbosity) as watch:
        result = reproduce(plan, watch)
    verbosity.say(f"{plan.out}: result.json, curves.png, model.safetensors, metrics.jsonl, config.json")
    return result


def _print_table(results: list[dict[str, Any]]) -> None:
    from visionaryvids.report.results import results_table
    from visionaryvids.tables import as_text

    print(as_text(results_table(results, every_metric=len(results) == 1)))


def command() -> str:
    """What to type to do it again."""
    passing = {"--resume", "-q", "--quiet", "-v", "--verbose"}
    return shlex.join(["visionaryvids", *(word for word in sys.argv[1:] if word not in passing)])
