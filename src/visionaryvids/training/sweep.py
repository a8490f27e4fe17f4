"""Several runs of one task: learning rates × seeds, one after another or a few at a time, each resumable on its own."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from visionaryvids.model.config import ModelConfig
from visionaryvids.training.loop import OnEpoch, train
from visionaryvids.training.protocols import FinishedRun
from visionaryvids.training.record import read_epochs
from visionaryvids.training.settings import Settings, Task

LoadTask = Callable[[], Task]
OnRun = Callable[[FinishedRun], None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """What to run.

    Attributes:
        load: gives the task; called once in every process, so it must be picklable when `jobs` is above 1.
        model: the network of every run.
        settings: of every run, but for learning rate and seed.
        rates: learning rates.
        seeds: seeds.
        folder: gets a folder for each run, `runs/lr0.0001-seed1`.
        jobs: runs at a time, each in a process of its own with its share of the cores.
        resume: go on with what is there.
    """

    load: LoadTask
    model: ModelConfig
    settings: Settings
    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    folder: Path
    jobs: int = 1
    resume: bool = False

    def run_settings(self) -> list[Settings]:
        """The settings of each run, in the order in which they are run."""
        pairs = itertools.product(self.rates, self.seeds)
        return [replace(self.settings, lr=lr, seed=seed) for lr, seed in pairs]

    def run_folder(self, settings: Settings) -> Path:
        """Where a run is kept."""
        return self.folder / "runs" / f"lr{settings.lr:g}-seed{settings.seed}"


def run_sweep(sweep: Sweep, on_epoch: OnEpoch | None = None, on_run: OnRun | None = None) -> tuple[FinishedRun, ...]:
    """Do all runs of a sweep.

    Args:
        sweep: what to run.
        on_epoch: called after every epoch; with one job only.
        on_run: called after every run.

    Returns:
        The finished runs, ordered by learning rate, then seed.
    """
    todo = sweep.run_settings()
    finished = _one_by_one(sweep, todo, on_epoch) if sweep.jobs == 1 else _side_by_side(sweep, todo)
    for run in finished:
        if on_run:
            on_run(run)
    return tuple(FinishedRun(s.lr, s.seed, read_epochs(sweep.run_folder(s) / "metrics.jsonl")) for s in todo)


def _one_by_one(sweep: Sweep, todo: Sequence[Settings], on_epoch: OnEpoch | None) -> Iterator[FinishedRun]:
    task = sweep.load()
    for settings in todo:
        yield _run(sweep, task, settings, on_epoch)


def _side_by_side(sweep: Sweep, todo: Sequence[Settings]) -> Iterator[FinishedRun]:
    threads = max(1, (os.cpu_count() or 1) // sweep.jobs)
    context = multiprocessing.get_context("spawn")  # forked processes may not use PyTorch's threads
    with ProcessPoolExecutor(sweep.jobs, context, torch.set_num_threads, (threads,)) as pool:
        futures = [pool.submit(_run_in_process, sweep, settings) for settings in todo]
        try:
            yield from (future.result() for future in as_completed(futures))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run_in_process(sweep: Sweep, settings: Settings) -> FinishedRun:
    return _run(sweep, sweep.load(), settings, None)


def _run(sweep: Sweep, task: Task, settings: Settings, on_epoch: OnEpoch | None) -> FinishedRun:
    folder = sweep.run_folder(settings)
    result = train(task, sweep.model, settings, folder, resume=sweep.resume, on_epoch=on_epoch)
    return FinishedRun(settings.lr, settings.seed, result.epochs)
