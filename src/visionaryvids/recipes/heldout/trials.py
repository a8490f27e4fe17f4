"""A method on every fold with every seed: each trial's predictions are kept, so that what was stopped goes on.

FOLDER/told.json                what was tried on which folds; going on with something else is refused
FOLDER/runs/fold07-seed1.json   the predictions of one trial, and how long it took
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from visionaryvids.errors import TrainingError
from visionaryvids.files import write_json
from visionaryvids.recipes.heldout.folds import Fold
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.types import Prediction

LoadFolds = Callable[[], tuple[Fold, ...]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One training and its test.

    Attributes:
        method: what is tried.
        fold: number of the fold, from 0.
        seed: of the training.
        path: where the predictions go.
    """

    method: Method
    fold: int
    seed: int
    path: Path


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a trial: predictions for the fold's test videos, in order, and wall time."""

    fold: int
    seed: int
    predictions: tuple[Prediction, ...]
    seconds: float


Run = Callable[[Sequence[Trial]], Iterator[Tried]]
"""Runs trials; results come in any order."""


def plan_trials(method: Method, folds: Sequence[Fold], seeds: Sequence[int], folder: Path) -> list[Trial]:
    """Every trial of a method.

    Raises:
        TrainingError: the folder holds trials of something else.
    """
    told = {"method": method.name, "told": method.told, "folds": _identity(folds)}
    _refuse_another(folder / "told.json", json.loads(json.dumps(told)))
    write_json(folder / "told.json", told)
    runs = folder / "runs"
    return [Trial(method, i, seed, runs / f"fold{i:02}-seed{seed}.json") for seed in seeds for i in range(len(folds))]


@contextmanager
def workers(load: LoadFolds, folds: Sequence[Fold], jobs: int) -> Generator[Run]:
    """Who runs trials: this process, or `jobs` processes, each of which loads the folds once.

    Args:
        load: gives the folds; picklable when `jobs` is above 1.
        folds: what `load()` gives; used in this process.
        jobs: trials at a time.
    """
    if jobs == 1:
        yield lambda trials: (attempt(trial, folds) for trial in trials)
        return
    threads = max(1, (os.cpu_count() or 1) // jobs)
    context = multiprocessing.get_context("spawn")  # forked processes may not use PyTorch's threads
    with context.Pool(jobs, _start_worker, (load, threads)) as pool:  # leaving it terminates the workers
        yield partial(pool.imap_unordered, _attempt_in_worker)


def attempt(trial: Trial, folds: Sequence[Fold]) -> Tried:
    """Run a trial, or take up what is there of it."""
    if trial.path.is_file():
        return _read(trial)
    fold, started = folds[trial.fold], time.perf_counter()
    predictions = tuple(trial.method.learn(fold.train, fold.test, trial.seed))
    tried = Tried(trial.fold, trial.seed, predictions, time.perf_counter() - started)
    write_json(trial.path, {"seconds": tried.seconds, "predictions": [_plain(p) for p in predictions]})
    return tried


class _Worker:
    """What a worker process keeps between trials."""

    folds: tuple[Fold, ...] = ()


def _start_worker(load: LoadFolds, threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends its workers
    torch.set_num_threads(threads)
    _Worker.folds = load()


def _attempt_in_worker(trial: Trial) -> Tried:
    return attempt(trial, _Worker.folds)


def _plain(prediction: Prediction) -> dict[str, Any]:
    assert prediction.saliency_T is not None, "a learner scores clips"
    return {"video": prediction.video_id, "query": prediction.query_id, "saliency": prediction.saliency_T.tolist()}


def _read(trial: Trial) -> Tried:
    kept = json.loads(trial.path.read_text(encoding="utf-8"))
    predictions = tuple(Prediction(p["video"], p["query"], saliency_T=p["saliency"]) for p in kept["predictions"])
    return Tried(trial.fold, trial.seed, predictions, kept["seconds"])


def _identity(folds: Iterable[Fold]) -> str:
    """A digest of which videos are on which side of which fold."""
    names = [[[e.annotation.query_id for e in part] for part in (fold.train, fold.test)] for fold in folds]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:16]


def _refuse_another(path: Path, told: dict[str, Any]) -> None:
    there = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else told
    other = [name for name in told if there.get(name) != told[name]]
    if other:
        found = f"trials with another {' and '.join('settings' if name == 'told' else name for name in other)}"
        remedy = "go on with the data and options they were started with, or give another --out"
        raise TrainingError(str(path), found, "the same", remedy)
