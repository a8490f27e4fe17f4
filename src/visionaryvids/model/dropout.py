"""Dropout that does not wait for its random numbers.

PyTorch on a CPU draws one 32-bit number and makes one comparison for each value, one after another: a fifth of a
training step of this model. Sixteen random bits a value are enough: one 64-bit draw decides four values, and the
comparison runs over whole vectors. A rate is honoured to 1/65536, and the values that stay are scaled by exactly the
rate that was used. The bits come from PyTorch's own generator, so `torch.manual_seed` governs them.

Runs that are trained together ask for the same masks; `drawn_by` lets somebody else than the generator answer.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

_LEVELS = 1 << 16


def dropout(x: Tensor, rate: float, training: bool) -> Tensor:
    """Zero each value with probability `rate` and scale the others by 1 / (1 − rate); the input itself if not training.

    On a GPU, and in compiled code, which fuses it, this is PyTorch's own dropout; on a CPU its equal in distribution,
    several times faster.
    """
    if not training or rate == 0.0:
        return x
    if _Current.draws is not None:
        return _Current.draws.drop(x, rate)
    if x.device.type != "cpu" or torch.compiler.is_compiling():
        return F.dropout(x, rate)
    return x * keep_mask(x.shape, rate).to(x.dtype)


class Draws(Protocol):
    """Somebody who knows what is to be dropped."""

    def drop(self, x: Tensor, rate: float) -> Tensor:
        """The values that stay, scaled by 1 / (1 − rate)."""
        ...


class _Current:
    """Who is asked now; None = PyTorch's generator."""

    draws: Draws | None = None


@contextmanager
def drawn_by(draws: Draws) -> Generator[None]:
    """Inside, all dropout of networks in training asks `draws`."""
    before, _Current.draws = _Current.draws, draws
    try:
        yield
    finally:
        _Current.draws = before


def own_dropout(device: torch.device) -> bool:
    """Dropout is not PyTorch's own here, so a kernel that brings its own dropout cannot be used."""
    return device.type == "cpu" or _Current.draws is not None


def keep_mask(shape: torch.Size, rate: float, generator: torch.Generator | None = None) -> Tensor:
    """Float32 of the given shape: 0 with probability `rate` (to 1/65536), else 1 / (1 − rate).

    On the generator's device; without one PyTorch's own on the CPU.
    """
    dropped = round(rate * _LEVELS)
    device = "cpu" if generator is None else generator.device
    draws = torch.empty(-(-shape.numel() // 4), dtype=torch.int64, device=device)
    draws.random_(-(2**63), None, generator=generator)
    lanes = draws.view(torch.int16)[: shape.numel()].view(shape)
    return (lanes >= dropped - _LEVELS // 2).float().mul_(_LEVELS / (_LEVELS - dropped))
