"""Whom dropout asks where several runs train together (`model/dropout.py`): draws remembered, listed or given."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from visionaryvids.model.dropout import keep_mask

REMEMBERED_BYTES = 256 << 20
"""What an epoch's draws may take; an epoch of TVSum takes 30 MB. Draws beyond that are drawn anew by every run."""


class Remembered:
    """An epoch's draws on the CPU, made once for runs of one seed: they ask for the same masks in the same order.

    What needs no gradient (features, fixed position codes) is the same in all of them too, so there the result itself
    is remembered. `rewind` before each run, whose own call of `torch.manual_seed` must be that of the others.
    """

    def __init__(self) -> None:
        self._kept: list[Tensor] = []
        self._bytes = 0
        self._after: Tensor | None = None  # the generator's state where remembering stopped
        self._next = 0

    def rewind(self) -> None:
        """The next run begins."""
        self._next = 0

    def drop(self, x: Tensor, rate: float) -> Tensor:
        """See `model.dropout.Draws`."""
        self._next += 1
        if self._next <= len(self._kept):
            kept = self._kept[self._next - 1]
            if self._next == len(self._kept) and self._after is not None:
                torch.set_rng_state(self._after)
        else:
            mask = keep_mask(x.shape, rate).to(x.dtype)
            kept = mask if x.requires_grad else x * mask
            self._remember(kept)
        return x * kept if x.requires_grad else kept

    def _remember(self, kept: Tensor) -> None:
        if self._after is not None:
            return
        self._kept.append(kept)
        self._bytes += kept.nbytes
        if self._bytes >= REMEMBERED_BYTES:
            self._after = torch.get_rng_state()


class Listed:
    """Drops nothing, and lists what was asked for: shapes and rates, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[torch.Size, float]] = []

    def drop(self, x: Tensor, rate: float) -> Tensor:
        """See `model.dropout.Draws`."""
        self.asked.append((x.shape, rate))
        return x


class Given:
    """Masks that were drawn before, in the order in which they are asked for."""

    def __init__(self, masks: Iterable[Tensor]) -> None:
        self._masks = iter(masks)

    def drop(self, x: Tensor, rate: float) -> Tensor:  # noqa: ARG002 (the masks know it)
        """See `model.dropout.Draws`."""
        return x * next(self._masks).to(x.dtype)
