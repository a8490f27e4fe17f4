"""What decoded clips say: how interesting each is, whether a moment's centre lies in it, whether anything matches.

As in UMT (models/blocks/head.py): one linear map for each value, from the last decoder layer only. Ours: logits only;
decoding in `decode.py`, so that nothing here touches labels. Ours alone: the presence head (UMT always answers
with moments), and a unit for window lengths, since a linear map of normalised values is slow to learn far from 1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SaliencyHead(nn.Module):
    """Decoded clips `[B, T, D]` to saliency logits `[B, T]`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.out = nn.Linear(width, 1)

    def forward(self, decoded_BTD: Tensor) -> Tensor:
        """Score every clip."""
        return self.out(decoded_BTD).squeeze(-1)


class BoundaryHead(nn.Module):
    """Decoded clips `[B, T, D]` to centre logits, window lengths and centre offsets, each `[B, T]`.

    Args:
        width: D.
        window_unit: clips that a window value of 1 stands for (UMT: 1).
    """

    def __init__(self, width: int, window_unit: float = 1.0) -> None:
        super().__init__()
        self.out = nn.Linear(width, 3)
        self.window_unit = window_unit

    def forward(self, decoded_BTD: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Centre, window and offset of every clip."""
        center, window, offset = self.out(decoded_BTD).unbind(-1)
        return center, window * self.window_unit, offset


class PresenceHead(nn.Module):
    """Decoded clips `[B, T, D]` to the logit of "some clip of this stretch matches", `[B]`.

    It sees the highest value of each channel, which one matching clip is enough to raise, and the mean, against which
    that height is measured.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.out = nn.Linear(2 * width, 1)

    def forward(self, decoded_BTD: Tensor, mask_BT: Tensor) -> Tensor:
        """Score every example; padded clips do not count."""
        real_BT1 = mask_BT[..., None]
        highest_BD = decoded_BTD.masked_fill(~real_BT1, float("-inf")).amax(1)
        mean_BD = (decoded_BTD * real_BT1).sum(1) / real_BT1.sum(1)
        return self.out(torch.cat((highest_BD, mean_BD), dim=-1)).squeeze(-1)
