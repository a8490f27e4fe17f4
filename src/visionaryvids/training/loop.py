"""One training run: epochs of steps, an evaluation after each, a record of both.

A step is in `learner.py`, what it learns from in `batches.py`, the evaluation in `judging.py`, what is kept of an epoch
in `run.py`; several runs at once in `together.py`.
Every epoch's randomness (order, dropout) follows from (seed, epoch) alone: a run that is killed and resumed ends with
the same bits as one that is not. Several processes (`torchrun`) run this same loop, each with its share of every batch;
the first one alone writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import torch

from visionaryvids.data.batch import Batch
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Outputs
from visionaryvids.training.batches import TrainingBatches
from visionaryvids.training.judging import evaluate
from visionaryvids.training.learner import Learner, mean_losses
from visionaryvids.training.record import EpochRecord
from visionaryvids.training.run import Material, Run, RunResult, first_learner, opened
from visionaryvids.training.settings import Settings, Task

OnEpoch = Callable[[EpochRecord], None]


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
    with opened(task, model, settings, folder, resume=resume) as record:
        if record.finished:
            return RunResult(record.network(), record.epochs)
        run, material = Run(first_learner(model, settings), record), Material(task, model, settings)
        for epoch in range(run.done + 1, settings.epochs + 1):
            line = learn_epoch(run.learner, material, epoch)
            run.keep(line)
            if on_epoch is not None:
                on_epoch(line)
        return run.finish(task)


def learn_epoch(learner: Learner, material: Material, epoch: int) -> EpochRecord:
    """One pass over the training examples, and what the network answers on the test examples after it."""
    started = time.perf_counter()
    loss = train_epoch(learner, material.training, epoch)
    test_loss, scores = judge(learner, material, epoch)
    return EpochRecord(epoch, loss, test_loss, scores, time.perf_counter() - started)


def train_epoch(learner: Learner, batches: TrainingBatches, epoch: int) -> dict[str, float]:
    """One pass over the training examples; the mean of every loss, and of their sum as `total`."""
    seed = epoch_seed(learner.settings.seed, epoch)
    torch.manual_seed(seed + learner.processes.rank)  # dropout: each process has examples of its own
    learner.network.train()
    return mean_losses([learner.step(share, f"epoch {epoch}") for share in batches.shuffled(seed)])


def judge(
    learner: Learner, material: Material, epoch: int, forward: Callable[[Batch], Outputs] | None = None
) -> tuple[dict[str, float] | None, dict[str, float]]:
    """Mean test losses and scores after an epoch, or None and nothing where it is not to be evaluated."""
    settings = learner.settings
    if epoch % settings.evaluate_every and epoch != settings.epochs:
        return None, {}
    when = f"evaluation after epoch {epoch}"
    answers, test_loss = evaluate(learner, material.testing, material.annotations, when, forward)
    return test_loss, material.score(answers, material.annotations)


def epoch_seed(seed: int, epoch: int) -> int:
    """The random seed of one epoch: far apart for neighbouring seeds and epochs."""
    return (seed * 1_000_003 + epoch) * 2_654_435_761 % 2**63
