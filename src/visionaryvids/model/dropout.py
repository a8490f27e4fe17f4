"""Dropout that does not wait for its random numbers.

PyTorch on a CPU draws one 32-bit number and makes one comparison for each value, one after another: a fifth of a
training step of this model. Sixteen random bits a value are enough: one 64-bit draw decides four values, and the
comparison runs over whole vectors. A rate is honoured to 1/65536, and the values that stay are scaled by exactly the
rate that was used. The bits come from PyTorch's own generator, so `torch.manual_seed` governs them.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_LEVELS = 1 << 16


def dropout(x: Tensor, rate: float, training: bool) -> Tensor:
    """Zero each value with probability `rate` and scale the others by 1 / (1 − rate); the input itself if not training.

    On a GPU this is PyTorch's own dropout; on a CPU its equal in distribution, several times faster.
    """
    if not training or rate == 0.0:
        return x
    if x.device.type != "cpu":
        return F.dropout(x, rate)
    return x * keep_mask(x.shape, rate).to(x.dtype)


def keep_mask(shape: torch.Size, rate: float) -> Tensor:
    """Float32 of the given shape: 0 with probability `rate` (to 1/65536), else 1 / (1 − rate), on the CPU."""
    dropped = round(rate * _LEVELS)
    draws = torch.empty(-(-shape.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
    lanes = draws.view(torch.int16)[: shape.numel()].view(shape)
    return (lanes >= dropped - _LEVELS // 2).float().mul_(_LEVELS / (_LEVELS - dropped))
