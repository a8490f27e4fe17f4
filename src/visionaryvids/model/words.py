"""Rows that are sentence embeddings already: the alignment of `text-track`, which has next to nothing to align.

Ours. Captions and spoken sentences share a direction with one another, and queries another one; both are taken off. A
caption tells of one frame and is often wrong, so two of the three views are means over neighbouring rows, the nearer
the heavier: of all that was tried on QVHighlights' captions (docs/experiments.md), this is what told clips apart best.

Axes: T clips, Q sentences, E width of the sentence space.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from visionaryvids.model.alignment import Aligned, standing

REACHES = (1.5, 4.0)
"""In how many rows a neighbour's weight falls to 1/e, for the second and the third view."""


class WordAlignment(nn.Module):
    """Centres of rows and of queries; nothing is trained.

    Args:
        width: E.
    """

    curve_share = 0.5
    """See `Alignment`. Plain similarity ranks captions about as well as the network, and errs elsewhere: half and half
    was best by cross-validation on the training queries (docs/experiments.md)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        for name in ("feature_center", "sentence_center", "clip_mean"):
            self.register_buffer(name, torch.zeros(width))
        self.register_buffer("clip_covariance", torch.zeros(width, width))

    feature_center: Tensor
    sentence_center: Tensor
    clip_mean: Tensor
    clip_covariance: Tensor

    def clips(self, rows_TE: Tensor) -> Aligned:
        """Rows of unit length, centred; rows of zeros, where nothing is said, stay zero and are like no sentence."""
        said_T1 = rows_TE.any(dim=1, keepdim=True)
        near_TE = F.normalize(rows_TE - self.feature_center, dim=-1) * said_T1
        return Aligned((near_TE, *(neighbourhood(near_TE, reach) for reach in REACHES)))

    def sentences(self, pooled_QE: Tensor) -> Tensor:
        """Unit sentence embeddings, centred, unit length."""
        return F.normalize(pooled_QE - self.sentence_center, dim=-1)

    def standing(self, asked_QE: Tensor, similarity_Q: Tensor) -> Tensor:
        """See `alignment.standing`."""
        return standing(asked_QE, similarity_Q, self.clip_mean, self.clip_covariance)


def neighbourhood(rows_TE: Tensor, reach: float) -> Tensor:
    """The mean of each row and its neighbours, whose weights fall exponentially with the distance, `[T, E]`."""
    far = int(4 * reach)
    weights = (-torch.arange(-far, far + 1).abs() / reach).exp()
    counts_T = F.conv1d(torch.ones(1, 1, len(rows_TE)), weights[None, None], padding=far)[0, 0]
    sums_ET = F.conv1d(rows_TE.T[:, None], weights[None, None], padding=far)[:, 0]
    return (sums_ET / counts_T).T
