"""Logits that mean what they say: a slope and an offset, fitted by maximum likelihood (Platt 1999)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def fit_line(logits_N: Tensor, is_true_N: Tensor) -> Tensor:
    """Slope and offset `[2]` such that sigmoid(slope * logit + offset) is the probability of being true.

    Targets are drawn in a little, as Platt does, so that logits that separate the two give finite lines.
    """
    right, wrong = is_true_N.sum(), (~is_true_N).sum()
    target_N = torch.where(is_true_N, (right + 1) / (right + 2), 1 / (wrong + 2)).double()
    line = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([line], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = F.binary_cross_entropy_with_logits(line[0] * logits_N.double() + line[1], target_N)
        value.backward()
        return value

    optimizer.step(loss)
    return line.detach().float()
