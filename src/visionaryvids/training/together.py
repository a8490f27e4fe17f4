"""Several runs of one task at once, epoch by epoch; each leaves the folder that it would leave alone.

On a GPU the runs are stacked and compute as one (`stacked.py`): equal to runs alone to float tolerance. On a CPU, where
the matrix products of one run fill a core already, they take turns, an epoch each: equal to the bit. Runs of one seed
share what they have in common: batches and all of dropout's random numbers (`draws.py`).

A loss that is not finite stops all of them, as it stops a sweep of single runs; the error names the run. Every run's
state is on disk after every epoch, so the others go on from there when they are resumed, together or alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import torch

from visionaryvids.model.config import ModelConfig
from visionaryvids.model.dropout import drawn_by
from visionaryvids.training.compiling import sees_padding
from visionaryvids.training.draws import Remembered
from visionaryvids.training.loop import OnEpoch, learn_epoch
from visionaryvids.training.naming import named
from visionaryvids.training.processes import Processes
from visionaryvids.training.record import EpochRecord
from visionaryvids.training.run import Material, Run, RunResult, first_learner, opened
from visionaryvids.training.settings import Settings, Task
from visionaryvids.training.stacked import Stack

LOG = logging.getLogger(__name__)
Told = tuple[Settings, Path]
"""How a run is trained, and its folder."""


def train_together(
    task: Task,
    model: ModelConfig,
    told: Sequence[Told],
    *,
    resume: bool = False,
    on_epoch: OnEpoch | None = None,
    stacked: bool | None = None,
) -> tuple[RunResult, ...]:
    """Train several networks that differ in learning rate and seed; results in the order of `told`.

    Args:
        task: examples and how they are judged.
        model: what to build.
        told: settings and folder of each run; settings differ in learning rate and seed only.
        resume: go on with what is in the folders; runs that are behind catch up first.
        on_epoch: called after every epoch of every run.
        stacked: compute as one; None = where the device gains by it. What does not fit its memory is halved.

    Raises:
        TrainingError: a loss is not finite (says of which run), or a folder holds another run.
    """
    settings = [each for each, _ in told]
    if stacked is None:
        stacked = settings[0].device != "cpu" and stackable(model, settings)
    try:
        return _train_all(task, model, told, resume, on_epoch or (lambda _: None), stacked)
    except torch.OutOfMemoryError:
        if len(told) == 1:
            raise
    LOG.warning("%d runs at once do not fit the memory of %s: half of them at a time", len(told), settings[0].device)
    middle = len(told) // 2
    halves = (told[:middle], told[middle:])
    results = [train_together(task, model, half, resume=True, on_epoch=on_epoch, stacked=stacked) for half in halves]
    return (*results[0], *results[1])


def stackable(model: ModelConfig, settings: Sequence[Settings]) -> bool:
    """These runs can compute as one: whole batches in one process, and padding to a common length changes nothing."""
    first = settings[0]
    plain = first.accumulate == 1 and not first.compile and first.precision != "fp16" and Processes.here().count == 1
    return plain and (len({each.seed for each in settings}) == 1 or not sees_padding(model.compat))


def _train_all(
    task: Task, model: ModelConfig, told: Sequence[Told], resume: bool, on_epoch: OnEpoch, stacked: bool
) -> tuple[RunResult, ...]:
    with ExitStack() as folders:
        records = [folders.enter_context(opened(task, model, *each, resume=resume)) for each in told]
        todo = [record for record in records if not record.finished]
        learners = [first_learner(model, record.settings) for record in todo]
        stack = Stack(learners) if stacked and todo else None  # before a run's state sees its parameters
        runs = [Run(learner, record) for learner, record in zip(learners, todo, strict=True)]
        _learn(runs, Material(task, model, told[0][0]), stack, on_epoch)
        done = {run.record.folder: run.finish(task) for run in runs}
        return tuple(done.get(record.folder) or RunResult(record.network(), record.epochs) for record in records)


def _learn(runs: Sequence[Run], material: Material, stack: Stack | None, on_epoch: OnEpoch) -> None:
    epochs = {epoch for run in runs for epoch in range(run.done + 1, run.learner.settings.epochs + 1)}
    for epoch in sorted(epochs):
        places = [place for place, run in enumerate(runs) if run.done < epoch]
        members = [runs[place] for place in places]
        lines = in_turn(members, material, epoch) if stack is None else stack.learn_epoch(places, material, epoch)
        for run, line in zip(members, lines, strict=True):
            run.keep(line)
            on_epoch(line)


def in_turn(members: Sequence[Run], material: Material, epoch: int) -> Iterator[EpochRecord]:
    """An epoch of each run, one after another and not before it is asked for; runs of one seed share draws."""
    several = Counter(run.learner.settings.seed for run in members)
    draws = {seed: Remembered() for seed, count in several.items() if count > 1}
    for run in members:
        with ExitStack() as inside:
            inside.enter_context(named(run.learner.settings))
            shared = draws.get(run.learner.settings.seed)
            if shared is not None and _draws_itself(run.learner.settings):
                shared.rewind()
                inside.enter_context(drawn_by(shared))
            line = learn_epoch(run.learner, material, epoch)
        yield line


def _draws_itself(settings: Settings) -> bool:
    """Dropout is made by `model/dropout.py`, which can be told what to draw, in uncompiled code."""
    return settings.device == "cpu" and not settings.compile
