"""What one training run is told: typed, frozen, saved beside its weights."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

import torch

from visionaryvids.data.example import Example, annotations_of
from visionaryvids.errors import ConfigError
from visionaryvids.model.checkpoint import Inputs
from visionaryvids.training.losses import LossWeights
from visionaryvids.training.precision import Precision
from visionaryvids.types import Annotation, Prediction

OptimizerName = Literal["lion", "adam", "adamw"]
FreshPart = Literal["video", "audio", "query", "saliency", "moments"]
Score = Callable[[Sequence[Prediction], Sequence[Annotation]], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train.

    Attributes:
        epochs: passes over the training examples.
        batch_size: examples a step, of all processes together.
        lr: learning rate, constant (no warm-up, no decay: as the paper and UMT).
        seed: fixes initial weights, order of examples and dropout.
        optimizer: `lion` (paper), `adam` (UMT: weight decay coupled) or `adamw`.
        weight_decay: per step; decoupled for lion and adamw.
        losses: weight of each loss.
        evaluate_every: epochs between evaluations; the last epoch is always evaluated.
        device: where to train, e.g. `cpu` or `cuda`.
        precision: of the matrix products: 32 bits, or 16 (`precision.py`).
        accumulate: pieces that each process's share of a batch is passed through the network in, to save memory.
        compile: `torch.compile` the network (`compiling.py`).
        start: checkpoint whose weights the run starts from: a file, or the name of a released one; None = fresh ones.
        fresh: inputs and heads that are learned anew all the same.
    """

    epochs: int
    batch_size: int
    lr: float
    seed: int
    optimizer: OptimizerName = "lion"
    weight_decay: float = 1e-4
    losses: LossWeights = field(default_factory=LossWeights)
    evaluate_every: int = 1
    device: str = "cpu"
    precision: Precision = "fp32"
    accumulate: int = 1
    compile: bool = False
    start: str | None = None
    fresh: tuple[FreshPart, ...] = ()

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "lr", "evaluate_every", "accumulate"):
            if not 0 < getattr(self, name) < math.inf:
                raise ConfigError(name, f"{getattr(self, name)}", "a finite number greater than 0")
        if not 0 <= self.weight_decay < math.inf:
            raise ConfigError("weight_decay", f"{self.weight_decay}", "a finite number, at least 0")
        if self.optimizer not in ("lion", "adam", "adamw"):
            raise ConfigError("optimizer", f"{self.optimizer!r}", "lion, adam or adamw")
        if self.precision not in get_args(Precision):
            raise ConfigError("precision", f"{self.precision!r}", " or ".join(get_args(Precision)))
        if self.accumulate > self.batch_size:
            found = f"{self.accumulate} pieces of {self.batch_size} examples"
            raise ConfigError("accumulate", found, "at most as many pieces as a batch has examples")
        if self.fresh and self.start is None:
            raise ConfigError("fresh", ", ".join(self.fresh), "--from beside it", "without it all is learned anew")
        refuse_device(self.device)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def refuse_device(device: str) -> None:
    """Refuse a device that is not there.

    Raises:
        ConfigError: says why.
    """
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0][:120]
        raise ConfigError("device", f"{device!r} ({reason})", "cpu, or cuda where there is a GPU") from error


@dataclass(frozen=True, slots=True)
class Task:
    """What to learn and how it is judged.

    Attributes:
        name: for messages and tables, e.g. `tvsum BK`.
        train: examples to learn from.
        test: examples to judge by. Nothing is chosen on them but under the paper's protocol, and there it is said.
        score: predictions and annotations of `test` to metrics in percent.
        primary: the metric that tables lead with.
        inputs: what made the features, where that is known; it is kept beside the weights.
    """

    name: str
    train: Sequence[Example]
    test: Sequence[Example]
    score: Score
    primary: str
    inputs: Inputs | None = None

    def __post_init__(self) -> None:
        for split in ("train", "test"):
            if not len(getattr(self, split)):
                raise ConfigError(self.name, f"no {split} examples", "at least one", "check --data and --domain")
        _refuse_partly_labelled(self.name, self.annotations("train"))

    def identity(self) -> dict[str, Any]:
        """What makes this task this task: its name, a digest of its queries in order, what made its features."""
        ids = {split: [a.query_id for a in self.annotations(split)] for split in ("train", "test")}
        queries = hashlib.sha256(json.dumps(ids).encode()).hexdigest()[:16]
        features = {} if self.inputs is None else {"features": self.inputs.spec.digest}
        return {"name": self.name, "queries": queries, **features}

    def annotations(self, split: Literal["train", "test"]) -> tuple[Annotation, ...]:
        """What people said of each example of a split, without reading features."""
        return annotations_of(getattr(self, split))


def _refuse_partly_labelled(name: str, annotations: Sequence[Annotation]) -> None:
    """Labels that only some training examples have would be left out of some batches, silently."""
    for label in ("ratings_TR", "windows_s"):
        without = [a.query_id for a in annotations if getattr(a, label) is None]
        if 0 < len(without) < len(annotations):
            found = f"{len(without)} of {len(annotations)} training examples have no {label} ({without[0]}, ...)"
            raise ConfigError(name, found, "all or none", "train on examples of one kind")
