"""Evidence that means what it says: weights fitted by maximum likelihood (Platt 1999)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def fit_line(logits_N: Tensor, is_true_N: Tensor) -> Tensor:
    """Slope and offset `[2]` such that sigmoid(slope * logit + offset) is the probability of being true."""
    evidence_N2 = torch.stack((logits_N, torch.ones_like(logits_N)), dim=-1)
    return fit_weights(evidence_N2, is_true_N)


def fit_weights(evidence_NF: Tensor, is_true_N: Tensor) -> Tensor:
    """Weights `[F]` such that sigmoid(evidence @ weights) is the probability of being true.

    Targets are drawn in a little, as Platt does, so that evidence that separates the two gives finite weights.
    """
    right, wrong = is_true_N.sum(), (~is_true_N).sum()
    target_N = torch.where(is_true_N, (right + 1) / (right + 2), 1 / (wrong + 2)).double()
    weights = torch.zeros(evidence_NF.size(1), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = F.binary_cross_entropy_with_logits(evidence_NF.double() @ weights, target_N)
        value.backward()
        return value

    optimizer.step(loss)
    return weights.detach().float()
