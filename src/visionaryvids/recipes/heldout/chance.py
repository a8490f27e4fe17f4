"""Random scores: what any method must beat, and a check that folds and metrics treat nobody better."""

from __future__ import annotations

import zlib

import numpy as np

from visionaryvids.data.example import Example
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.types import Prediction


def random_scores(train: tuple[Example, ...], test: tuple[Example, ...], seed: int) -> list[Prediction]:  # noqa: ARG001
    """Independent uniform scores; the same for a video and a seed, whatever the fold."""
    return [_random(example, seed) for example in test]


def _random(example: Example, seed: int) -> Prediction:
    names = example.annotation
    rng = np.random.default_rng([seed, zlib.crc32(names.query_id.encode())])
    return Prediction(names.video_id, names.query_id, saliency_T=rng.random(example.features.num_clips))


def chance() -> Method:
    """Random scores as a method."""
    return Method("random", random_scores)
