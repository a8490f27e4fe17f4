"""One training run: epochs of steps, an evaluation after each, a record of both.

Examples in memory become tensors once; lazy ones (QVHighlights, Charades-STA) are read when they are needed.
Every epoch's randomness (order, dropout) follows from (seed, epoch) alone: a run that is killed and resumed ends with
the same bits as one that is not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.optim import Optimizer

from visionaryvids.data.batch import Batch, collate
from visionaryvids.data.example import Example, LazyExamples
from visionaryvids.errors import TrainingError
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.decode import predictions
from visionaryvids.model.network import Network, build
from visionaryvids.training.lion import Lion
from visionaryvids.training.losses import Losses, compute_losses
from visionaryvids.training.record import EpochRecord, RunRecord
from visionaryvids.training.settings import Settings, Task
from visionaryvids.training.state import RunState
from visionaryvids.types import Annotation, Prediction

OnEpoch = Callable[[EpochRecord], None]
# A result does not depend on its neighbours in a batch; with UMT's quirks it does, and UMT evaluates one by one.
EVALUATION_BATCH = 16


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
    """
    record = RunRecord.open(folder, task, model, settings, resume=resume)
    torch.set_num_threads(record.threads)
    try:
        if record.finished:
            return RunResult(record.network(), record.epochs)
        return _train(task, model, settings, record, on_epoch or (lambda _: None))
    finally:
        record.close()


def _train(task: Task, model: ModelConfig, settings: Settings, record: RunRecord, on_epoch: OnEpoch) -> RunResult:
    network = build(model, settings.seed).to(settings.device)
    optimizer = make_optimizer(network, settings)
    state = RunState(record.folder, network, optimizer)
    done = state.restore()
    record.keep_first(done)
    training = Batches(task.train, settings.batch_size, settings.device)
    testing = Batches(task.test, 1 if model.compat.decoder_sees_padding else EVALUATION_BATCH, settings.device)
    annotations = task.annotations("test")
    for epoch in range(done + 1, settings.epochs + 1):
        started = time.perf_counter()
        loss = train_epoch(network, optimizer, training, settings, epoch)
        test_loss, scores = None, {}
        if epoch % settings.evaluate_every == 0 or epoch == settings.epochs:
            answers, test_loss = evaluate(network, testing, annotations, settings, epoch)
            scores = task.score(answers, annotations)
        line = EpochRecord(epoch, loss, test_loss, scores, time.perf_counter() - started)
        record.append(line)
        state.save(epoch)
        on_epoch(line)
    record.finish(network, task.name)
    state.discard()
    return RunResult(network.eval(), record.epochs)


def make_optimizer(network: Network, settings: Settings) -> Optimizer:
    """The optimizer of the settings over all parameters."""
    makers = {"lion": Lion, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    return makers[settings.optimizer](network.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)


def train_epoch(
    network: Network, optimizer: Optimizer, batches: Batches, settings: Settings, epoch: int
) -> dict[str, float]:
    """One pass over the training examples; the mean of every loss, and of their sum as `total`."""
    torch.manual_seed(epoch_seed(settings.seed, epoch))
    network.train()
    losses = []
    for batch in batches.shuffled(epoch_seed(settings.seed, epoch)):
        optimizer.zero_grad(set_to_none=True)
        loss = compute_losses(network(batch), batch, settings.losses, network.config.compat)
        losses.append(_finite_values(loss, batch, f"epoch {epoch}"))
        if not loss.parts:
            raise TrainingError(f"epoch {epoch}, batch of {', '.join(batch.ids)}", "no labels", "labels to learn from")
        loss.total.backward()
        optimizer.step()
    return mean_losses(losses)


@torch.no_grad()
def evaluate(
    network: Network, batches: Batches, annotations: Sequence[Annotation], settings: Settings, epoch: int
) -> tuple[list[Prediction], dict[str, float]]:
    """Predictions for every example, in order, and the mean losses on them."""
    network.eval()
    answers, losses = [], []
    video_ids = iter(a.video_id for a in annotations)
    for batch in batches.ordered():
        outputs = network(batch)
        ids = tuple(next(video_ids) for _ in batch.ids)
        answers += predictions(outputs, batch, ids, network.config.compat)
        loss = compute_losses(outputs, batch, settings.losses, network.config.compat)
        losses.append(_finite_values(loss, batch, f"evaluation after epoch {epoch}"))
    return answers, mean_losses(losses)


def mean_losses(losses: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of every part over the batches that have it, and their sum as `total`; empty without labels."""
    names = dict.fromkeys(name for loss in losses for name in loss)
    parts = {name: [loss[name] for loss in losses if name in loss] for name in names}
    means = {name: sum(values) / len(values) for name, values in parts.items()}
    return {**means, "total": sum(means.values())} if means else {}


def epoch_seed(seed: int, epoch: int) -> int:
    """The random seed of one epoch: far apart for neighbouring seeds and epochs."""
    return (seed * 1_000_003 + epoch) * 2_654_435_761 % 2**63


class Batches:
    """Examples as padded batches; what does not change between epochs is padded once, unless examples are lazy."""

    def __init__(self, examples: Sequence[Example], size: int, device: str) -> None:
        self._examples = examples
        self._size = size
        self._device = device
        self._lazy = isinstance(examples, LazyExamples)
        self._kept: dict[tuple[int, ...], Batch] = {}

    def shuffled(self, seed: int) -> Iterator[Batch]:
        """All examples in the order that `seed` gives."""
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(self._examples), generator=generator).tolist()
        return self._in_order(order, keep=self._size == 1)

    def ordered(self) -> Iterator[Batch]:
        """All examples in their own order."""
        return self._in_order(range(len(self._examples)), keep=True)

    def _in_order(self, order: Sequence[int], keep: bool) -> Iterator[Batch]:
        for start in range(0, len(order), self._size):
            members = tuple(order[start : start + self._size])
            batch = self._kept.get(members) or self._batch(members)
            if keep and not self._lazy:
                self._kept[members] = batch
            yield batch

    def _batch(self, members: Sequence[int]) -> Batch:
        return collate([self._examples[i] for i in members]).to(self._device)


def _finite_values(loss: Losses, batch: Batch, when: str) -> dict[str, float]:
    """The parts of a loss as plain numbers, read from the device once; a part that is not finite stops the run."""
    values = {name: value.item() for name, value in loss.parts.items()}
    found = ", ".join(f"{name} loss {value}" for name, value in values.items() if not math.isfinite(value))
    if found:
        remedy = "check these features with `visionaryvids data check`, or lower --lr"
        raise TrainingError(f"{when}, batch of {', '.join(batch.ids)}", found, "finite losses", remedy)
    return values
