"""Fit the weights of `model.interest` in closed form: a ridge regression on what people rated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionaryvids.data.example import Example
from visionaryvids.model.interest import interest_channels

RIDGE = 1000.0
"""Penalty, in clips. Between 300 and 3000 nothing changed in cross-validation on the training videos."""


def fit_interest(examples: Sequence[Example]) -> Tensor:
    """The weights `[2 C]` that follow people's ratings best, each video's ratings taken in its own spreads.

    Args:
        examples: with a saliency target, video features and perhaps audio features.
    """
    pairs = [(_channels_of(example), _standing(example.saliency_T)) for example in examples]
    channels, targets = (np.concatenate(parts).astype(np.float64) for parts in zip(*pairs, strict=True))
    gram = channels.T @ channels + RIDGE * np.eye(channels.shape[1])
    return torch.from_numpy(np.linalg.solve(gram, channels.T @ targets)).float()


def _channels_of(example: Example) -> NDArray[np.float32]:
    assert example.features.video_TD is not None
    return interest_channels(example.features.video_TD, example.features.audio_TD)


def _standing(target_T: NDArray[np.float32] | None) -> NDArray[np.float32]:
    assert target_T is not None
    return (target_T - target_T.mean()) / (target_T.std() + 1e-3)
