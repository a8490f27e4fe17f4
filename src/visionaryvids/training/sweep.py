"""Several runs of one task: learning rates × seeds, in teams that train together, in one process or several.

Each run has its own folder and is resumable on its own, together with others or alone. Several sweeps can share their
processes: then no process is idle while another one finishes a sweep.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.pool import IMapIterator
from pathlib import Path

import torch

from visionaryvids.errors import ConfigError
from visionaryvids.model.config import ModelConfig
from visionaryvids.training.loop import OnEpoch, train
from visionaryvids.training.processes import Processes
from visionaryvids.training.protocols import FinishedRun
from visionaryvids.training.record import EpochRecord, count_epochs
from visionaryvids.training.settings import Settings, Task
from visionaryvids.training.teams import Team, teams
from visionaryvids.training.together import train_together

LoadTask = Callable[[], Task]
OnRun = Callable[[FinishedRun], None]
OnCount = Callable[[int], None]
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """What to run.

    Attributes:
        load: gives the task; called in every worker process, so it must be picklable when `jobs` is above 1.
        model: the network of every run.
        settings: of every run, but for learning rate and seed.
        rates: learning rates.
        seeds: seeds.
        folder: gets a folder for each run, `runs/lr0.0001-seed1`.
        jobs: processes, each with its share of the cores and one team of runs at a time.
        resume: go on with what is there.
        together: runs that train together in a process (`together.py`); None = what is fastest (`teams.py`).
    """

    load: LoadTask
    model: ModelConfig
    settings: Settings
    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    folder: Path
    jobs: int = 1
    resume: bool = False
    together: int | None = None

    def __post_init__(self) -> None:
        if self.together is not None and self.together < 1:
            raise ConfigError("--together", f"{self.together}", "at least 1")
        folders = [self.run_folder(settings) for settings in self.run_settings()]
        if not folders or len(set(folders)) < len(folders):
            found = f"learning rates {self.rates}, seeds {self.seeds}"
            raise ConfigError("--lr, --seed", found, "at least one of each, and each once")

    def run_settings(self) -> list[Settings]:
        """The settings of each run, in the order in which they are run."""
        pairs = itertools.product(self.rates, self.seeds)
        return [replace(self.settings, lr=lr, seed=seed) for lr, seed in pairs]

    def run_folder(self, settings: Settings) -> Path:
        """Where a run is kept."""
        return self.folder / "runs" / f"lr{settings.lr:g}-seed{settings.seed}"


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what while runs go on.

    Attributes:
        on_epoch: every epoch, where runs go one after another.
        on_count: how many epochs of all runs are done, now and then, where they go together or side by side.
        on_run: every finished run.
    """

    on_epoch: OnEpoch = lambda _: None
    on_count: OnCount = lambda _: None
    on_run: OnRun = lambda _: None


def run_sweep(sweep: Sweep, task: Task, watch: Watch | None = None) -> tuple[FinishedRun, ...]:
    """Do all runs of a sweep; ordered by learning rate, then seed.

    Args:
        sweep: what to run.
        task: what `sweep.load()` gives; used in this process.
        watch: who is told.

    Raises:
        ConfigError: runs side by side in each of several processes.
    """
    watch = watch or Watch()
    todo = sweep.run_settings()
    finished = _team_by_team(sweep, task, watch) if sweep.jobs == 1 else _side_by_side([sweep], watch)
    done: dict[tuple[float, int], FinishedRun] = {}
    for run in itertools.chain.from_iterable(finished):
        watch.on_run(run)
        done[run.lr, run.seed] = run
    return tuple(done[settings.lr, settings.seed] for settings in todo)


def run_sweeps(sweeps: Sequence[Sweep], watch: Watch | None = None) -> None:
    """Do all runs of several sweeps in as many processes as the first one has jobs; `run_sweep` then reads them.

    Args:
        sweeps: what to run; `run_sweep` must be told to resume.
        watch: who is told; of epochs by their count over all sweeps.

    Raises:
        ConfigError: runs side by side in each of several processes.
    """
    watch = watch or Watch()
    for runs in _side_by_side(sweeps, watch):
        for run in runs:
            watch.on_run(run)


def _team_by_team(sweep: Sweep, task: Task, watch: Watch) -> Iterator[list[FinishedRun]]:
    work = teams([sweep.run_settings()], sweep.model, sweep.jobs, sweep.together)[0]
    counted = itertools.count(_count_epochs([sweep]) + 1)
    on_epoch = watch.on_epoch if all(len(team) == 1 for team in work) else lambda _: watch.on_count(next(counted))
    for team in work:
        yield _run(sweep, task, team, on_epoch)


def _side_by_side(sweeps: Sequence[Sweep], watch: Watch) -> Iterator[list[FinishedRun]]:
    """Teams in worker processes; whatever ends this one (an error, Ctrl-C, kill -9) ends them too."""
    jobs = sweeps[0].jobs
    if Processes.here().count > 1:
        raise ConfigError("--jobs", f"{jobs} runs at a time under torchrun", "one", "leave --jobs or torchrun out")
    cut = teams([sweep.run_settings() for sweep in sweeps], sweeps[0].model, jobs, sweeps[0].together)
    work = [(sweep, team) for sweep, own in zip(sweeps, cut, strict=True) for team in own]
    threads = max(1, (os.cpu_count() or 1) // jobs)
    context = multiprocessing.get_context("spawn")  # forked processes may not use PyTorch's threads
    with context.Pool(jobs, _start_worker, (threads,)) as pool:  # leaving it terminates the workers
        results = pool.imap_unordered(partial(_run_in_worker, os.getpid()), work)
        for _ in work:
            yield _next_result(results, sweeps, watch)


def _next_result(results: IMapIterator, sweeps: Sequence[Sweep], watch: Watch) -> list[FinishedRun]:
    while True:
        try:
            return results.next(timeout=LOOK_EVERY_S)
        except multiprocessing.TimeoutError:
            watch.on_count(_count_epochs(sweeps))


def _count_epochs(sweeps: Sequence[Sweep]) -> int:
    """Epochs that all runs have written down so far."""
    return sum(count_epochs(sweep.run_folder(settings)) for sweep in sweeps for settings in sweep.run_settings())


class _Worker:
    """What a worker process keeps between teams: the task of the last one."""

    folder: Path | None = None
    task: Task | None = None


def _start_worker(threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends its workers
    logging.getLogger("visionaryvids").setLevel(logging.ERROR)  # the parent has said what there is to say of the data
    torch.set_num_threads(threads)


def _run_in_worker(parent: int, work: tuple[Sweep, Team]) -> list[FinishedRun]:
    sweep, team = work
    if _Worker.task is None or _Worker.folder != sweep.folder:
        _Worker.folder, _Worker.task = sweep.folder, sweep.load()
    return _run(sweep, _Worker.task, team, partial(_leave_when_orphaned, parent))


def _leave_when_orphaned(parent: int, _: EpochRecord) -> None:
    if os.getppid() != parent:
        os._exit(1)


def _run(sweep: Sweep, task: Task, team: Team, on_epoch: OnEpoch) -> list[FinishedRun]:
    told = [(settings, sweep.run_folder(settings)) for settings in team]
    if len(told) == 1:
        results = (train(task, sweep.model, *told[0], resume=sweep.resume, on_epoch=on_epoch),)
    else:
        results = train_together(task, sweep.model, told, resume=sweep.resume, on_epoch=on_epoch)
    return [FinishedRun(run.lr, run.seed, result.epochs) for run, result in zip(team, results, strict=True)]
