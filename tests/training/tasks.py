"""A small task that trains in a second."""

from __future__ import annotations

from pathlib import Path

from tests.model.samples import example, small_config
from visionaryvids.metrics.benchmarks import score_charades
from visionaryvids.model.config import ModelConfig
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
