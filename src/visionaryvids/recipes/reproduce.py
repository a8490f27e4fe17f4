"""Run a recipe and leave its result: all runs of the grid, both protocols, chance and ceiling beside them.

OUT/result.json         scores under both protocols, seeds, spread, baselines, minutes, command, commit, machine
OUT/metrics.jsonl       a line an epoch of every run, with its learning rate and seed
OUT/model.safetensors   the held-out protocol's weights: last epoch, fixed learning rate, first seed; of your own data
                        with what makes its `present` a probability
OUT/config.json         what the model is and how it was trained
OUT/curves.png          loss and metric over epochs, as in the paper's Figures 3-20
OUT/runs/lr0.0001-seed1/...   each run on its own
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from visionaryvids.files import whole_file, write_atomically, write_json
from visionaryvids.metrics.baselines import Baseline
from visionaryvids.model.checkpoint import load_checkpoint, save_checkpoint
from visionaryvids.model.config import ModelConfig
from visionaryvids.recipes.recipe import Recipe
from visionaryvids.recipes.result_folder import refuse_result
from visionaryvids.recipes.rows import describe_rows
from visionaryvids.report.plots import Curve, draw_curves
from visionaryvids.report.results import SCHEMA
from visionaryvids.training import protocols
from visionaryvids.training.present import PresentFit
from visionaryvids.training.processes import Processes
from visionaryvids.training.protocols import FinishedRun
from visionaryvids.training.provenance import machine
from visionaryvids.training.settings import Settings, Task
from visionaryvids.training.start import find_start
from visionaryvids.training.sweep import Sweep, Watch, run_sweep, run_sweeps
from visionaryvids.types import Annotation

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a recipe is to be run.

    Attributes:
        recipe: what.
        data: folder of the data set.
        out: where the result goes.
        preset: `visionaryvids` or `umt`.
        seeds: at least one; three make a spread.
        rates: learning rates; the recipe's grid without it. The held-out rate is the recipe's, or the only one given.
        jobs: processes that runs are spread over.
        resume: go on with what is in `out`.
        model_changes, setting_changes: fields of `ModelConfig` and `Settings` to set on top of recipe and preset.
        command: what the user typed, for the record.
        together: runs that train together in a process; None = what is fastest.
    """

    recipe: Recipe
    data: Path
    out: Path
    preset: str = "visionaryvids"
    seeds: tuple[int, ...] = (1,)
    rates: tuple[float, ...] = ()
    jobs: int = 1
    resume: bool = False
    model_changes: dict[str, Any] = field(default_factory=dict)
    setting_changes: dict[str, Any] = field(default_factory=dict)
    command: str = ""
    together: int | None = None

    def settings(self) -> Settings:
        """How every run is trained, but for learning rate and seed."""
        return self.recipe.settings(self.preset, **self.setting_changes)

    def model(self, task: Task) -> ModelConfig:
        """The network: the preset's, or one built as the checkpoint that training starts from."""
        start = self.setting_changes.get("start")
        if start is None:
            return self.recipe.model(task, self.preset, **self.model_changes)
        found = load_checkpoint(start)
        if found.inputs is not None and task.inputs is not None and not self.setting_changes.get("fresh"):
            remedy = f"extract features with {found.inputs.spec.name}, or learn parts anew: --fresh video audio query"
            found.inputs.spec.refuse_other(task.inputs.spec, start, remedy)
        return self.recipe.model_like(found.network.config, task, **self.model_changes)

    def grid(self) -> tuple[float, ...]:
        """The learning rates: those given, else the recipe's grid (preset `umt` has one rate)."""
        return self.rates or (self.recipe.rates if self.preset != "umt" else (self.settings().lr,))

    def runs(self) -> int:
        """How many runs there will be."""
        return len(self.grid()) * len(self.seeds)


def reproduce(plan: Plan, watch: Watch | None = None) -> dict[str, Any]:
    """Run a plan; the content of `result.json` (empty in all but the first of several processes).

    Args:
        plan: what to run.
        watch: who is told of epochs and runs.

    Raises:
        InputError: data, options or the folder are wrong (each message says what to do).
    """
    refuse_result(plan.out, resume=plan.resume)
    sweep, task = _sweep(plan)
    settings = sweep.settings
    _tell_start(settings, sweep.model)
    runs = run_sweep(sweep, task, watch)
    if not Processes.here().first:
        return {}
    rate = settings.lr if settings.lr in sweep.rates else sweep.rates[0]
    lead = replace(settings, lr=rate, seed=plan.seeds[0])
    fit = _leave_weights(plan, sweep.run_folder(lead), task)
    result = {**_result(plan, sweep, task, runs, rate), **({} if fit is None else {"present": fit.to_dict()})}
    _leave(plan, sweep, runs, lead, result)
    return result


def train_plans(plans: Sequence[Plan], watch: Watch | None = None) -> None:
    """Do the runs of several plans in the processes of the first; `reproduce`, told to resume, makes results of them.

    Raises:
        InputError: as `reproduce`.
    """
    for plan in plans:
        refuse_result(plan.out, resume=plan.resume)
    run_sweeps([_sweep(plan)[0] for plan in plans], watch)


def _sweep(plan: Plan) -> tuple[Sweep, Task]:
    """What a plan runs, and the task."""
    read = partial(plan.recipe.as_preset(plan.preset).task, plan.data)
    task = read()
    sweep = Sweep(
        load=read,
        model=plan.model(task),
        settings=plan.settings(),
        rates=plan.grid(),
        seeds=plan.seeds,
        folder=plan.out,
        jobs=plan.jobs,
        resume=plan.resume,
        together=plan.together,
    )
    return sweep, task


def _tell_start(settings: Settings, model: ModelConfig) -> None:
    """Refuse a checkpoint that does not fit before anything is trained; say what of it is not used."""
    start = find_start(settings, model)
    if start is not None:
        level = logging.WARNING if start.fresh or start.left else logging.INFO
        LOG.log(level, "%s: %s", settings.start, start)


def _result(plan: Plan, sweep: Sweep, task: Task, runs: Sequence[FinishedRun], rate: float) -> dict[str, Any]:
    paper, heldout = protocols.paper(runs), protocols.heldout(runs, rate)
    annotations = task.annotations("test")
    baselines = plan.recipe.baselines(annotations, paper.looks)
    return {
        "schema": SCHEMA,
        "dataset": plan.recipe.dataset,
        "domain": plan.recipe.domain,
        "preset": plan.preset,
        "primary": plan.recipe.primary,
        "split": {"train": len(task.train), "test": len(task.test)},
        "features": describe_rows(plan.recipe.dataset, plan.data),
        "seeds": list(plan.seeds),
        "rates": list(sweep.rates),
        "protocols": {"heldout": heldout.to_dict(), "paper": paper.to_dict()},
        "baselines": {name: _plain(value) for name, value in baselines.items()},
        "published": plan.recipe.published,
        "reruns": _reruns(plan.recipe, annotations),
        "settings": sweep.settings.to_dict(),
        "changes": {**plan.model_changes, **plan.setting_changes},
        "minutes": round(sum(e.seconds for r in runs for e in r.epochs) / 60, 2),  # of all runs, one after another
        "command": plan.command,
        "commit": _commits(sweep),
        "machine": machine(sweep.settings.device),
    }


def _reruns(recipe: Recipe, annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    """Somebody else's scores, each with what the best of as many random predictions reaches."""
    looks = {rerun.looks for rerun in recipe.reruns}
    best = {n: recipe.baselines(annotations, n)[recipe.primary].best_of_n for n in looks}
    return [{**asdict(rerun), "best_of_n": best[rerun.looks]} for rerun in recipe.reruns]


def _leave(plan: Plan, sweep: Sweep, runs: Sequence[FinishedRun], lead: Settings, result: dict[str, Any]) -> None:
    """Write everything of `OUT/` but the weights; `result.json` last, since it says that all is there."""
    lines = ({"lr": r.lr, "seed": r.seed, **asdict(e)} for r in runs for e in r.epochs)
    write_atomically(plan.out / "metrics.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    config = {"model": sweep.model.to_dict(), "settings": lead.to_dict()}
    write_json(plan.out / "config.json", config)
    draw_curves(plan.out / "curves.png", f"{plan.recipe.name}, {plan.preset}", [_curve(r, result) for r in runs])
    write_json(plan.out / "result.json", result)


def _leave_weights(plan: Plan, run: Path, task: Task) -> PresentFit | None:
    """Write the weights of a run, with what makes `present` a probability where that can be known."""
    trained, weights = run / "model.safetensors", plan.out / "model.safetensors"
    if plan.recipe.calibrate is None:
        with whole_file(weights) as part:
            shutil.copyfile(trained, part)
        return None
    found = load_checkpoint(trained)
    fit = plan.recipe.calibrate(found.network, task)
    save_checkpoint(weights, found.network, found.provenance, found.inputs, fit.line)
    return fit


def _curve(run: FinishedRun, result: dict[str, Any]) -> Curve:
    primary = result["primary"]
    baseline = result["baselines"].get(primary, {})
    return Curve(
        lr=run.lr,
        seed=run.seed,
        metric=primary,
        epochs=[e.epoch for e in run.epochs],
        train_loss=[e.loss["total"] for e in run.epochs],
        test_loss=[e.test_loss["total"] if e.test_loss else float("nan") for e in run.epochs],
        score=[e.scores.get(primary, float("nan")) for e in run.epochs],
        random=baseline.get("random"),
        ceiling=baseline.get("ceiling"),
    )


def _plain(baseline: Baseline) -> dict[str, Any]:
    """A baseline for JSON, which has no NaN: an unknown ceiling is null."""
    return {name: None if value != value else value for name, value in asdict(baseline).items()}


def _commits(sweep: Sweep) -> str | None:
    """The commits that the runs were trained at (a resumed sweep may have several)."""
    paths = [sweep.run_folder(settings) / "config.json" for settings in sweep.run_settings()]
    found = {json.loads(path.read_text(encoding="utf-8")).get("commit") for path in paths}
    return ", ".join(sorted(filter(None, found))) or None
