"""What decoded clips say: how interesting each is, whether a moment's centre lies in it, whether anything matches.

As in UMT (models/blocks/head.py): one linear map for each value, from the last decoder layer only. Ours: logits only;
targets and losses live in `training/`, decoding in `decode.py`, so that nothing here touches labels. Ours alone: the
presence head (UMT always answers with moments) and the proposal head, which judges given moments instead of finding
centres.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


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


class ProposalHead(nn.Module):
    """Proposed moments to a logit of their IoU with a true one, and to better edges.

    A proposal is described by means over clips (decoded values and the network's input, side by side): inside it,
    against the whole stretch, against what comes before and after, and its first clips against its last; by its length
    and by whether it ends where the stretch does. Means come from one table of cumulative sums.

    Args:
        width: D.
        channels: C, of the network's input.
        hidden: width of the hidden layer.
        dropout: in the hidden layer.
    """

    EDGE_CLIPS = 2
    LEAST_AROUND, MOST_AROUND = 2, 10

    def __init__(self, width: int, channels: int, hidden: int, dropout: float) -> None:
        super().__init__()
        described = 5 * (width + channels) + 4
        self.judge = nn.Sequential(
            nn.LayerNorm(described), nn.Linear(described, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 3)
        )

    def forward(
        self, decoded_BTD: Tensor, inputs_BTC: Tensor, mask_BT: Tensor, proposals_BN2: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Judge.

        Args:
            decoded_BTD: decoded clips.
            inputs_BTC: the network's input.
            mask_BT: bool, True on real clips.
            proposals_BN2: int, first clip and the one after the last.

        Returns:
            Quality logits `[B, N]`, and edges `[B, N, 2]` in clips, inside the stretch.
        """
        seen_BTF = torch.cat((decoded_BTD, inputs_BTC), dim=-1)
        judged_BN3 = self.judge(self._describe(seen_BTF, mask_BT, proposals_BN2))
        quality_BN, shifts_BN2 = judged_BN3[..., 0], judged_BN3[..., 1:]
        length_BN1 = (proposals_BN2[..., 1:] - proposals_BN2[..., :1]).to(shifts_BN2)
        edges_BN2 = (proposals_BN2 + shifts_BN2 * length_BN1 / 4).clamp(min=0)
        return quality_BN, torch.minimum(edges_BN2, mask_BT.sum(1)[:, None, None].to(edges_BN2))

    def _describe(self, x_BTF: Tensor, mask_BT: Tensor, proposals_BN2: Tensor) -> Tensor:
        first, last = proposals_BN2.unbind(-1)
        end = mask_BT.sum(1, keepdim=True).expand_as(last)
        around = ((last - first) // 2).clamp(self.LEAST_AROUND, self.MOST_AROUND)
        sums = F.pad(x_BTF.cumsum(1), (0, 0, 1, 0))
        inside = _mean(sums, first, last)
        parts = (
            inside,
            inside - _mean(sums, torch.zeros_like(first), end),
            _mean(sums, (first - around).clamp(min=0), first) - inside,
            _mean(sums, last, torch.minimum(last + around, end)) - inside,
            _mean(sums, first, torch.minimum(first + self.EDGE_CLIPS, end))
            - _mean(sums, (last - self.EDGE_CLIPS).clamp(min=0), last),
        )
        length = (last - first).clamp(min=1).to(x_BTF)
        shape = torch.stack((length.log() / 4, length / end, (first == 0).float(), (last == end).float()), dim=-1)
        return torch.cat((*parts, shape), dim=-1)


def _mean(sums_BTF: Tensor, first_BN: Tensor, last_BN: Tensor) -> Tensor:
    """Means over clips `[first, last)`, `[B, N, F]`, from cumulative sums; 0 where there are none."""
    start_B1 = sums_BTF.size(1) * torch.arange(len(sums_BTF), device=sums_BTF.device)[:, None]
    sums_XF = sums_BTF.flatten(0, 1)
    first_BNF, last_BNF = (F.embedding(start_B1 + at_BN, sums_XF) for at_BN in (first_BN, last_BN))  # fast indexing
    return (last_BNF - first_BNF) / (last_BN - first_BN).clamp(min=1)[..., None]
