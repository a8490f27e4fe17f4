"""Where a clip is in time, as a vector: three codes, each a short function with its source.

- as in the paper (2.2) and its code (encoder.py:70-79): `sincos2d`, time folded into a grid of width D/4.
- as in UMT (nncore 0.3.6 transformer.py): `learned`, one row a clip; and its fixed variant `sincos1d`.
- as in both: dropout on the code itself.
- ours: the sine tables are computed for the T rows in use and never stored. The released code keeps 320,000 rows
  (312 MiB) in every checkpoint and reads the first T of them.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from visionaryvids.errors import ConfigError
from visionaryvids.model.config import Position
from visionaryvids.model.dropout import dropout


def sincos_1d(length: int, width: int, temperature: float = 10000.0) -> Tensor:
    """Sine and cosine of time, interleaved: `[length, width]` (Vaswani et al. 2017, section 3.5).

    The dot product of two rows depends on their distance only.
    """
    omega = temperature ** (-torch.arange(0, width, 2) / width)
    angle = torch.arange(length)[:, None] * omega
    return torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)[:, :width]


def sincos_2d(length: int, width: int, temperature: float = 10000.0) -> Tensor:
    """Time folded into rows of W = width/4 clips, then coded as a picture position: `[length, width]`.

    Row t is (y, x) = (t // W, t % W); channels are sin x, cos x, sin y, cos y (Beyer et al. 2022; VisionaryVids
    encoder.py:70-79). Rows W apart differ in y alone: neighbours at a fold (63, 64 for width 256) look far apart, and
    rows 0 and W near. This is the paper's code as released; `sincos1d` has no such fold.
    """
    fold = width // 4
    omega = 1 / temperature ** (torch.arange(fold) / (fold - 1))
    time = torch.arange(length)
    x = (time % fold)[:, None] * omega
    y = (time // fold)[:, None] * omega
    return torch.cat((x.sin(), x.cos(), y.sin(), y.cos()), dim=1)


class PositionCode(nn.Module):
    """A position code of T rows, with dropout.

    Args:
        kind: which code.
        width: D.
        max_clips: rows of the learned table.
        dropout: on the code itself.
    """

    def __init__(self, kind: Position, width: int, max_clips: int, dropout: float) -> None:
        super().__init__()
        self.kind = kind
        self.width = width
        self.dropout = dropout
        self.table = nn.Parameter(torch.empty(max_clips, width)) if kind == "learned" else None

    def forward(self, like_BTD: Tensor) -> Tensor | None:
        """The code `[B, T, D]` for a tensor of that shape, or None (kind "none").

        Raises:
            ConfigError: more clips than a learned table has rows.
        """
        if self.kind == "none":
            return None
        code_TD = self._rows(like_BTD.size(1)).to(like_BTD)
        return dropout(code_TD.expand_as(like_BTD), self.dropout, self.training)

    def _rows(self, length: int) -> Tensor:
        if self.table is None:
            return sincos_2d(length, self.width) if self.kind == "sincos2d" else sincos_1d(length, self.width)
        if length > len(self.table):
            raise ConfigError(
                "video",
                f"{length} clips",
                f"at most {len(self.table)} (the rows of the learned position table)",
                "cut the video into windows, or train with a larger max_clips",
            )
        return self.table[:length]
