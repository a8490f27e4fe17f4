"""A small task that trains in a second."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.model.samples import example, small_config
from visionaryvids.data.example import Example
from visionaryvids.metrics.benchmarks import score_charades
from visionaryvids.model.config import ModelConfig
from visionaryvids.training.loop import RunResult
from visionaryvids.training.settings import Settings, Task


def score(predictions, annotations) -> dict[str, float]:
    return {name: 100 * value for name, value in score_charades(predictions, annotations).items()}


def small_task() -> Task:
    train = tuple(example(clips, seed=index) for index, clips in enumerate((9, 14, 5, 11, 7)))
    test = tuple(example(clips, seed=index + 50) for index, clips in enumerate((8, 12)))
    return Task("small", train, test, score, "Rank1@0.5")


def small_settings(**changes) -> Settings:
    return Settings(**{"epochs": 6, "batch_size": 2, "lr": 1e-3, "seed": 3, **changes})


def small_model(**changes) -> ModelConfig:
    return small_config(**changes)


def weights(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def uneven_task(rated: bool = True) -> Task:
    """Seven examples to learn from that differ in clips and in moments, so that no two pieces weigh the same."""
    few = tuple(_with_moments(example(clips, seed=clips), 1 + clips % 3) for clips in (9, 14, 5, 11, 7, 6, 10))
    train = few if rated else tuple(replace(each, saliency_T=None) for each in few)
    return Task("uneven", train, small_task().test, score, "Rank1@0.5")


def _with_moments(labelled: Example, count: int) -> Example:
    windows = [[2.0 * i, 2.0 * i + 4.0] for i in range(count)]
    return replace(labelled, annotation=replace(labelled.annotation, windows_s=np.array(windows)))


NO_DROPOUT = {"dropout": 0.0, "input_dropout": 0.0, "query_dropout": 0.0}
"""Dropout masks depend on how a batch is cut up; without it, results do not."""


def losses(result: RunResult) -> list[float]:
    """The training loss of each epoch."""
    return [epoch.loss["total"] for epoch in result.epochs]
