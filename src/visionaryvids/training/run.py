"""One run under way: who learns, from what, and what is kept of every epoch."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Network
from visionaryvids.training.batches import Batches, TrainingBatches
from visionaryvids.training.learner import Learner
from visionaryvids.training.processes import Processes
from visionaryvids.training.record import EpochRecord, RunRecord
from visionaryvids.training.settings import Settings, Task
from visionaryvids.training.start import first_network
from visionaryvids.training.state import RunState


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run leaves behind in memory.

    Attributes:
        network: the weights after the last epoch, in evaluation mode.
        epochs: a record for each epoch.
    """

    network: Network
    epochs: tuple[EpochRecord, ...]


class Material:
    """What runs of one task learn from and are judged by; seed and learning rate do not matter to it."""

    def __init__(self, task: Task, model: ModelConfig, settings: Settings) -> None:
        self.training = TrainingBatches(task.train, settings, model, Processes.here())
        self.testing = Batches(task.test, settings.device)
        self.annotations = task.annotations("test")
        self.score = task.score


class Run:
    """A learner, its record, and its state on disk, from which it goes on.

    Attributes:
        learner: network and optimizer; filled from the state on disk when the run is made.
        record: what is written down.
        done: epochs that are behind it.
    """

    def __init__(self, learner: Learner, record: RunRecord) -> None:
        self.learner = learner
        self.record = record
        self._state = RunState(record.folder, learner.network, learner.optimizer, learner.scaler)
        self.done = self._state.restore()
        record.keep_first(self.done)

    def keep(self, line: EpochRecord) -> None:
        """Write an epoch down and save the state after it."""
        self.record.append(line)
        if self.record.writes:
            self._state.save(line.epoch)
        self.done = line.epoch

    def finish(self, task: Task) -> RunResult:
        """Write the weights; the state is not needed any more."""
        self.record.finish(self.learner.network, task)
        if self.record.writes:
            self._state.discard()
        return RunResult(self.learner.network.eval(), self.record.epochs)


@contextmanager
def opened(task: Task, model: ModelConfig, settings: Settings, folder: Path, *, resume: bool) -> Generator[RunRecord]:
    """The record of a run, held against other processes."""
    processes = Processes.here()
    with processes.first_ahead():
        record = RunRecord.open(folder, task, model, settings, processes, resume=resume)
    torch.set_num_threads(record.threads)
    try:
        yield record
    finally:
        record.close()


def first_learner(model: ModelConfig, settings: Settings) -> Learner:
    """A learner that has learned nothing yet."""
    return Learner(first_network(model, settings).to(settings.device), settings, Processes.here())
