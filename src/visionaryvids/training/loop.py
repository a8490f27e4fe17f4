"""One training run: epochs of steps, an evaluation after each, a record of both.

A step is in `learner.py`, what it learns from in `batches.py`, the evaluation in `judging.py`.
Every epoch's randomness (order, dropout) follows from (seed, epoch) alone: a run that is killed and resumed ends with
the same bits as one that is not. Several processes (`torchrun`) run this same loop, each with its share of every batch;
the first one alone writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Network
from visionaryvids.training.batches import Batches, TrainingBatches
from visionaryvids.training.judging import evaluate
from visionaryvids.training.learner import Learner, mean_losses
from visionaryvids.training.processes import Processes
from visionaryvids.training.record import EpochRecord, RunRecord
from visionaryvids.training.settings import Settings, Task
from visionaryvids.training.start import first_network
from visionaryvids.training.state import RunState

OnEpoch = Callable[[EpochRecord], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run leaves behind in memory.

    Attributes:
        network: the weights after the last epoch, in evaluation mode.
        epochs: a record for each epoch.
    """

    network: Network
    epochs: tuple[EpochRecord, ...]


def train(
    task: Task,
    model: ModelConfig,
    settings: Settings,
    folder: Path,
    *,
    resume: bool = False,
    on_epoch: OnEpoch | None = None,
) -> RunResult:
    """Train one network and leave its record in `folder`.

    Args:
        task: examples and how they are judged.
        model: what to build.
        settings: how to train.
        folder: gets `metrics.jsonl`, the state of the run, and at the end `model.safetensors`.
        resume: go on from the state in `folder` if there is one (and return at once if the run is finished).
        on_epoch: called after every epoch, for progress.

    Raises:
        TrainingError: a loss is not finite, or `folder` holds another run.
        CheckpointError: `settings.start` does not fit `model`.
    """
    processes = Processes.here()
    with processes.first_ahead():
        record = RunRecord.open(folder, task, model, settings, processes, resume=resume)
    torch.set_num_threads(record.threads)
    try:
        if record.finished:
            return RunResult(record.network(), record.epochs)
        learner = Learner(first_network(model, settings).to(settings.device), settings, processes)
        return _train(task, learner, record, on_epoch or (lambda _: None))
    finally:
        record.close()


def _train(task: Task, learner: Learner, record: RunRecord, on_epoch: OnEpoch) -> RunResult:
    settings, network = learner.settings, learner.network
    state = RunState(record.folder, network, learner.optimizer, learner.scaler)
    done = state.restore()
    record.keep_first(done)
    training = TrainingBatches(task.train, settings, network.config, learner.processes)
    testing, annotations = Batches(task.test, settings.device), task.annotations("test")
    for epoch in range(done + 1, settings.epochs + 1):
        started = time.perf_counter()
        loss = train_epoch(learner, training, epoch)
        test_loss, scores = None, {}
        if epoch % settings.evaluate_every == 0 or epoch == settings.epochs:
            answers, test_loss = evaluate(learner, testing, annotations, f"evaluation after epoch {epoch}")
            scores = task.score(answers, annotations)
        line = EpochRecord(epoch, loss, test_loss, scores, time.perf_counter() - started)
        record.append(line)
        if record.writes:
            state.save(epoch)
        on_epoch(line)
    record.finish(network, task)
    if record.writes:
        state.discard()
    return RunResult(network.eval(), record.epochs)


def train_epoch(learner: Learner, batches: TrainingBatches, epoch: int) -> dict[str, float]:
    """One pass over the training examples; the mean of every loss, and of their sum as `total`."""
    seed = epoch_seed(learner.settings.seed, epoch)
    torch.manual_seed(seed + learner.processes.rank)  # dropout: each process has examples of its own
    learner.network.train()
    return mean_losses([learner.step(share, f"epoch {epoch}") for share in batches.shuffled(seed)])


def epoch_seed(seed: int, epoch: int) -> int:
    """The random seed of one epoch: far apart for neighbouring seeds and epochs."""
    return (seed * 1_000_003 + epoch) * 2_654_435_761 % 2**63
