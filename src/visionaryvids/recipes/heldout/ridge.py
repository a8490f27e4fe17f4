"""A linear model in closed form: what the features alone say, without any network.

Ridge regression from a clip's features (video beside audio, each column standardised on the training videos) to the
training target. Solved in the clips, of which there are about as many as columns. The penalty is chosen by inner folds
of the training videos: the one whose scores follow the ratings of left-out videos best.

Axes: N clips of all training videos, T clips of a video, C columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionaryvids.data.example import Example
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.types import Prediction

PENALTIES = (0.1, 1.0, 10.0, 100.0, 1000.0)
"""What is tried, as multiples of the number of columns (the mean squared length of a standardised clip)."""

INNER_FOLDS = 4


def ridge_scores(train: tuple[Example, ...], test: tuple[Example, ...], seed: int) -> list[Prediction]:  # noqa: ARG001
    """Fit on `train`, score the clips of `test`; nothing is random."""
    columns = [clip_rows(example) for example in train]
    scale = Scale.of(columns)
    x_NC = torch.cat([scale(rows) for rows in columns])
    gram_NN = x_NC @ x_NC.T / x_NC.size(1)
    targets = [torch.from_numpy(np.array(example.saliency_T)) for example in train]
    dual_N = _solve(gram_NN, torch.cat(targets), choose_penalty(gram_NN, targets))
    weights_C = x_NC.T @ dual_N
    return [_prediction(example, scale(clip_rows(example)) @ weights_C) for example in test]


def ridge() -> Method:
    """The linear model as a method."""
    return Method("ridge", ridge_scores, {"penalties": PENALTIES, "inner_folds": INNER_FOLDS}, seeded=False)


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and deviation of each column over the clips of the training videos."""

    mean_C: NDArray[np.float32]
    deviation_C: NDArray[np.float32]

    @classmethod
    def of(cls, videos: Sequence[NDArray[np.float32]]) -> Scale:
        """Of all clips `[T, C]` of some videos; a column that never changes keeps its unit."""
        rows_NC = np.concatenate(videos)
        deviation_C = rows_NC.std(axis=0)
        return cls(rows_NC.mean(axis=0), np.where(deviation_C > 0, deviation_C, 1.0).astype(np.float32))

    def __call__(self, rows_TC: NDArray[np.float32]) -> Tensor:
        """Standardise clips `[T, C]`."""
        return torch.from_numpy((rows_TC - self.mean_C) / self.deviation_C)


def clip_rows(example: Example) -> NDArray[np.float32]:
    """Each clip's video and audio features side by side, `[T, C]`."""
    parts = (example.features.video_TD, example.features.audio_TD)
    return np.concatenate([part for part in parts if part is not None], axis=1)


def choose_penalty(gram_NN: Tensor, targets: list[Tensor]) -> float:
    """The penalty under which left-out training videos are ranked best.

    Args:
        gram_NN: products of the training clips, video after video.
        targets: each video's target `[T]`.
    """
    followed = np.zeros(len(PENALTIES))
    video_N = torch.repeat_interleave(torch.arange(len(targets)), torch.tensor([len(t) for t in targets]))
    for fold in range(min(INNER_FOLDS, len(targets))):
        out_N = video_N % INNER_FOLDS == fold
        among, across = gram_NN[~out_N][:, ~out_N], gram_NN[out_N][:, ~out_N]
        target_N = torch.cat(targets)
        for i, penalty in enumerate(PENALTIES):
            score_N = across @ _solve(among, target_N[~out_N], penalty)
            followed[i] += _followed(score_N, target_N[out_N], video_N[out_N])
    return PENALTIES[int(followed.argmax())]


def _solve(gram_NN: Tensor, target_N: Tensor, penalty: float) -> Tensor:
    """Weights of the training clips `[N]`."""
    root_NN = torch.linalg.cholesky(gram_NN + penalty * torch.eye(len(gram_NN)))
    return torch.cholesky_solve((target_N - target_N.mean())[:, None], root_NN)[:, 0]


def _followed(score_N: Tensor, target_N: Tensor, video_N: Tensor) -> float:
    """Sum over videos of the correlation of scores and target."""
    pairs = [torch.stack((score_N[video_N == v], target_N[video_N == v])) for v in video_N.unique()]
    return sum(float(torch.corrcoef(pair)[0, 1].nan_to_num()) for pair in pairs)


def _prediction(example: Example, scores_T: Tensor) -> Prediction:
    names = example.annotation
    return Prediction(names.video_id, names.query_id, saliency_T=scores_T.double().numpy())
