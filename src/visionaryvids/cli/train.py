"""`visionaryvids train`: one recipe."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Missing, Verbosity
from visionaryvids.cli.own_data import OwnData
from visionaryvids.cli.runs import Flag, Jobs, Preset, Rates, Seeds, Together, command, run_plans
from visionaryvids.cli.train_options import Scaling, Starting
from visionaryvids.errors import ConfigError

if TYPE_CHECKING:  # this imports torch, which takes a second
    from visionaryvids.recipes.recipe import Recipe


def train(
    dataset: str,
    /,
    *,
    data: Path | None = None,
    own: OwnData = OwnData(),  # noqa: B008
    out: Path,
    domain: str | None = None,
    seeds: Seeds = (1,),
    lr: Rates = (),
    preset: Preset | None = None,
    epochs: int | None = None,
    changes: Annotated[tuple[str, ...], Parameter(name="--set", consume_multiple=True, negative="")] = (),
    missing: Missing = "error",
    device: str = "cpu",
    starting: Starting = Starting(),  # noqa: B008
    scaling: Scaling = Scaling(),  # noqa: B008
    jobs: Jobs = 1,
    together: Together = None,
    resume: Flag = False,
    tensorboard: Flag = False,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Train on a data set with the paper's settings, and print both protocols.

        visionaryvids train tvsum --domain BK --seed 1 2 3 --data data/tvsum --out runs/bk
        visionaryvids train qvhighlights --from umt-asr --data data/qvhighlights --out runs/tuned
        visionaryvids train custom --annotations mine.jsonl --videos videos --out runs/mine

    Parameters
    ----------
    dataset
        tvsum, youtube, qvhighlights, charades; qvhighlights-asr, to pre-train on speech; custom, data of your own.
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
    missing
        Examples whose features are absent are an error, or are left out and counted (skip).
    device
        Where to train: cpu, cuda, cuda:1.
    jobs
        Processes that runs are spread over; each gets its share of the cores.
    together
        Runs that train together in a process: on a GPU as one network, on a CPU by turns. Without it what is fastest;
        1 = one after another.
    resume
        Go on with what is in --out; a killed run loses at most the epoch under way.
    tensorboard
        Also write the curves for TensorBoard to OUT/tensorboard (needs the extra `track`).
    """
    verbosity.apply()
    from visionaryvids.recipes.changes import parse_changes
    from visionaryvids.recipes.reproduce import Plan
    from visionaryvids.training.start import preset_of

    given = {"epochs": epochs, "device": device, **asdict(scaling), **asdict(starting)}
    model_changes, setting_changes = parse_changes(changes, **given)
    if dataset == "custom":
        refuse_known(domain, data)
        recipe, folder = own.recipe(out, device, verbosity)
    else:
        own.refuse_for(dataset)
        recipe, folder = known(dataset, domain, data)
    recipe = recipe.tolerant() if missing == "skip" else recipe
    preset = preset or (preset_of(starting.start) if starting.start else "visionaryvids")
    rates = lr or (recipe.settings(preset).lr,)
    plan = Plan(
        recipe, folder, out, preset, seeds, rates, jobs, resume, model_changes, setting_changes, command(), together
    )
    run_plans([plan], device, verbosity, tensorboard)


def refuse_known(domain: str | None, data: Path | None) -> None:
    """Refuse options of the known data sets with data of the user's own.

    Raises:
        ConfigError: one of them is given.
    """
    for name, given in (("--domain", domain), ("--data", data)):
        if given is not None:
            raise ConfigError(
                name, "given for custom", "--annotations, and --features or --videos", f"leave {name} out"
            )


def known(dataset: str, domain: str | None, data: Path | None) -> tuple[Recipe, Path]:
    """The recipe of a known data set, and its folder.

    Raises:
        ConfigError: no such data set or domain, or no folder.
    """
    from visionaryvids.recipes.catalog import find_recipe

    recipe = find_recipe(dataset, domain)
    if data is None:
        raise ConfigError("--data", "not given", f"the folder of {dataset}", "`visionaryvids data download` makes one")
    return recipe, data
