"""Try methods under a held-out protocol and leave a result for each.

OUT/tvsum-rotation-visionaryvids/result.json   scores by domain and over all, seeds, spread, chance, ceiling, command
OUT/tvsum-rotation-visionaryvids/runs/...      each trial's predictions (trials.py)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from visionaryvids.errors import ConfigError
from visionaryvids.files import write_json
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.recipes.heldout.protocol import Protocol
from visionaryvids.recipes.heldout.result import levels_by_domain, plain, scores_by_domain, tested
from visionaryvids.recipes.heldout.trials import Run, Trial, Tried, plan_trials, workers
from visionaryvids.recipes.result_folder import refuse_result
from visionaryvids.report.results import HELDOUT_SCHEMA
from visionaryvids.training.provenance import commit, machine
from visionaryvids.types import Annotation, Prediction

OnTrial = Callable[[Method, Tried], None]


@dataclass(frozen=True, slots=True)
class HeldOutPlan:
    """What is to be tried.

    Attributes:
        protocol: on which folds.
        methods: one result for each.
        out: gets a folder for each method.
        seeds: at least one; three make a spread.
        jobs: trials at a time.
        resume: go on with what is in `out`.
        device: where networks train, for the record.
        command: what the user typed, for the record.
    """

    protocol: Protocol
    methods: tuple[Method, ...]
    out: Path
    seeds: tuple[int, ...] = (1, 2, 3)
    jobs: int = 1
    resume: bool = False
    device: str = "cpu"
    command: str = ""

    def __post_init__(self) -> None:
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ConfigError("--seeds", f"{self.seeds}", "at least one, and each once")

    def folder(self, method: Method) -> Path:
        """Where a method's result goes."""
        return self.out / f"{self.protocol.dataset}-{self.protocol.name}-{method.folder}"

    def seeds_of(self, method: Method) -> tuple[int, ...]:
        """One is enough where it does not matter."""
        return self.seeds if method.seeded else self.seeds[:1]


def try_methods(plan: HeldOutPlan, on_trial: OnTrial, on_start: Callable[[int], None]) -> list[dict[str, Any]]:
    """Run a plan; the content of each method's `result.json`.

    Args:
        plan: what to try.
        on_trial: told of each finished trial.
        on_start: told once how many there are.

    Raises:
        InputError: data, options or a folder are wrong (each message says what to do).
    """
    for method in plan.methods:
        refuse_result(plan.folder(method), resume=plan.resume)
    domains, absent = plan.protocol.load()
    folds, score = plan.protocol.divide(domains), plan.protocol.recipe().score
    on_start(len(folds) * sum(len(plan.seeds_of(method)) for method in plan.methods))
    truth = tested(domains, frozenset(e.annotation.query_id for fold in folds for e in fold.test))
    shared = {**_shared(plan, truth), "folds": len(folds), "absent": absent}
    results = []
    with workers(plan.protocol.load_folds, folds, plan.jobs) as run:
        for method in plan.methods:
            trials = plan_trials(method, folds, plan.seeds_of(method), plan.folder(method))
            predictions, seconds = _collect(run, trials, partial(on_trial, method))
            scores = plain(scores_by_domain(predictions, truth, score))
            results.append({**shared, **_own(method, plan.seeds_of(method), seconds), "scores": scores})
            write_json(plan.folder(method) / "result.json", results[-1])
    return results


def _shared(plan: HeldOutPlan, truth: Mapping[str, Sequence[Annotation]]) -> dict[str, Any]:
    """What all results of a plan have in common."""
    recipe = plan.protocol.recipe()
    return {
        "schema": HELDOUT_SCHEMA,
        "dataset": plan.protocol.dataset,
        "protocol": plan.protocol.name,
        "rule": plan.protocol.rule,
        "primary": recipe.primary,
        "videos": {domain: len(said) for domain, said in truth.items()},
        "baselines": levels_by_domain(truth, lambda said: recipe.baselines(said, 1)),
        "command": plan.command,
        "machine": machine(plan.device),
    }


def _collect(
    run: Run, trials: Sequence[Trial], on_trial: Callable[[Tried], None]
) -> tuple[dict[int, list[Prediction]], float]:
    """Predictions of all folds by seed, and the seconds of all trials, one after another."""
    predictions: dict[int, list[Prediction]] = defaultdict(list)
    seconds = 0.0
    for tried in run(trials):
        on_trial(tried)
        predictions[tried.seed] += tried.predictions
        seconds += tried.seconds
    return {trial.seed: predictions[trial.seed] for trial in trials}, seconds


def _own(method: Method, seeds: tuple[int, ...], seconds: float) -> dict[str, Any]:
    """What differs between the results of one plan."""
    return {
        "method": method.name,
        "change": method.change and asdict(method.change),
        "seeds": list(seeds),
        "settings": method.told,
        "minutes": round(seconds / 60, 2),
        "commit": commit(),
    }
