"""`visionaryvids train` and `reproduce`: one recipe, or one table of the paper."""

from __future__ import annotations

import shlex
import sys
from functools import partial
from pathlib import Path
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


def train(
    dataset: str,
    /,
    *,
    data: Path,
    out: Path,
    domain: str | None = None,
    seeds: Seeds = (1,),
    lr: Rates = (),
    preset: Preset = "visionaryvids",
    epochs: int | None = None,
    changes: Annotated[tuple[str, ...], Parameter(name="--set", consume_multiple=True, negative="")] = (),
    device: str = "cpu",
    jobs: Jobs = 1,
    resume: Flag = False,
    tensorboard: Flag = False,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Train on a data set with the paper's settings, and print both protocols.

        visionaryvids train tvsum --domain BK --seed 1 2 3 --data data/tvsum --out runs/bk

    Parameters
    ----------
    dataset
        tvsum, youtube, qvhighlights or charades.
    data
        Folder of the data set; `visionaryvids data check` says whether it is whole.
    out
        Folder for the result: result.json, metrics.jsonl, model.safetensors, config.json, curves.png.
    domain
        TVSum (BK, BT, ...) and YouTube Highlights (dog, ...) have one model a domain.
    seeds
        One run for each; three make a spread.
    lr
        Learning rates. Without it the recipe's held-out rate (1e-4; umt 1e-3); `reproduce` runs the whole grid.
    preset
        visionaryvids (the paper) or umt.
    epochs
        Another number of epochs than the paper's.
    changes
        Other settings, as name=value: any field of the model or of the training, e.g. memory_slots=0 dropout=0.2.
    device
        Where to train: cpu, cuda, cuda:1.
    jobs
        Runs at a time; each gets its share of the cores.
    resume
        Go on with what is in --out; a killed run loses at most the epoch under way.
    tensorboard
        Also write the curves for TensorBoard to OUT/tensorboard (needs the extra `track`).
    """
    verbosity.apply()
    from visionaryvids.recipes.catalog import find_recipe
    from visionaryvids.recipes.changes import parse_changes
    from visionaryvids.recipes.reproduce import Plan

    model_changes, setting_changes = parse_changes(changes, epochs=epochs, device=device)
    recipe = find_recipe(dataset, domain)
    rates = lr or (recipe.settings(preset).lr,)
    plan = Plan(recipe, data, out, preset, seeds, rates, jobs, resume, model_changes, setting_changes, command())
    run_plans([plan], verbosity, tensorboard)


def reproduce(
    table: Literal["table3", "table4"],
    /,
    *,
    data: Path,
    out: Path,
    domains: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")] = (),
    seeds: Seeds = (1, 2, 3),
    preset: Preset = "visionaryvids",
    epochs: int | None = None,
    device: str = "cpu",
    jobs: Jobs = 1,
    resume: Flag = False,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Reproduce a table of the paper: every domain, the whole learning-rate grid, both protocols.

        visionaryvids reproduce table3 --domains BK --data data/tvsum --out results/table3

    Parameters
    ----------
    table
        table3 (TVSum) or table4 (YouTube Highlights).
    data
        Folder of the data set.
    out
        Gets a folder for each domain.
    domains
        Only these.
    seeds
        One run for each, at each learning rate.
    preset
        visionaryvids (the paper) or umt.
    epochs
        Another number of epochs than the paper's.
    device
        Where to train: cpu, cuda, cuda:1.
    jobs
        Runs at a time; each gets its share of the cores.
    resume
        Go on with what is in --out.
    """
    verbosity.apply()
    from visionaryvids.recipes.catalog import table as find_table
    from visionaryvids.recipes.changes import parse_changes
    from visionaryvids.recipes.reproduce import Plan

    _, changes = parse_changes((), epochs=epochs, device=device)
    told = partial(
        Plan, preset=preset, seeds=seeds, jobs=jobs, resume=resume, setting_changes=changes, command=command()
    )
    recipes = find_table(table, domains)
    run_plans([told(recipe, data, out / f"{recipe.dataset}-{recipe.domain}-{preset}") for recipe in recipes], verbosity)


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
