"""`visionaryvids train`: one recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.runs import Flag, Jobs, Preset, Rates, Seeds, command, run_plans


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
