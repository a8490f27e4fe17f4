"""`visionaryvids train`: one recipe."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.runs import Flag, Jobs, Preset, Rates, Seeds, command, run_plans
from visionaryvids.cli.train_options import Scaling, Starting


def train(
    dataset: str,
    /,
    *,
    data: Path,
    out: Path,
    domain: str | None = None,
    seeds: Seeds = (1,),
    lr: Rates = (),
    preset: Preset | None = None,
    epochs: int | None = None,
    changes: Annotated[tuple[str, ...], Parameter(name="--set", consume_multiple=True, negative="")] = (),
    device: str = "cpu",
    starting: Starting = Starting(),  # noqa: B008
    scaling: Scaling = Scaling(),  # noqa: B008
    jobs: Jobs = 1,
    resume: Flag = False,
    tensorboard: Flag = False,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Train on a data set with the paper's settings, and print both protocols.

        visionaryvids train tvsum --domain BK --seed 1 2 3 --data data/tvsum --out runs/bk
        visionaryvids train qvhighlights --from umt-asr --data data/qvhighlights --out runs/tuned

    Parameters
    ----------
    dataset
        tvsum, youtube, qvhighlights, charades; qvhighlights-asr, to pre-train on speech.
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
        visionaryvids (the paper) or umt. With --from, whose network stays as it is, only which optimizer and learning
        rate; without it those of the checkpoint's preset.
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
    from visionaryvids.training.start import preset_of

    given = {"epochs": epochs, "device": device, **asdict(scaling), **asdict(starting)}
    model_changes, setting_changes = parse_changes(changes, **given)
    recipe = find_recipe(dataset, domain)
    preset = preset or (preset_of(starting.start) if starting.start else "visionaryvids")
    rates = lr or (recipe.settings(preset).lr,)
    plan = Plan(recipe, data, out, preset, seeds, rates, jobs, resume, model_changes, setting_changes, command())
    run_plans([plan], device, verbosity, tensorboard)
