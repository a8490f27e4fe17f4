"""What a decoded clip says: how interesting it is, and whether a moment's centre lies in it.

As in UMT (models/blocks/head.py): one linear map for each value, from the last decoder layer only. Ours: logits only;
targets and losses live in `training/`, decoding in `decode.py`, so that nothing here touches labels.
"""

from __future__ import annotations

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
    """Decoded clips `[B, T, D]` to centre logits, window lengths and centre offsets, each `[B, T]`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.out = nn.Linear(width, 3)

    def forward(self, decoded_BTD: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Centre, window and offset of every clip."""
        center, window, offset = self.out(decoded_BTD).unbind(-1)
        return center, window, offset
