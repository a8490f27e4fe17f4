"""How clips relate to each other and to a query: what the matcher's network sees instead of the features themselves.

Ours. A network that sees features learns the few hundred videos it was trained on; one that sees only relations
(similarity to the query, similarity of neighbours) works with every encoder and every subject. Each relation is a
channel, one number a clip:

    quiet channels (no query needed)      novelty: how different the seconds before are from those after, at four scales
                                          extent: how far the shot goes on to the left and to the right, for three ideas
                                          of what a cut is; how alike all the rest is; distance to the ends
    query channels, for each similarity   the similarity; against its mean, spread and highest value in the whole video;
                                          smoothed; averaged over the shot; averaged over look-alikes anywhere

Axes: B stretches of video, T clips, D feature width, K ideas of a cut, C channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

NOVELTY_CLIPS = (1, 2, 4, 8)
CUT_NOVELTY = (0.35, 0.6, 0.8)
CUT_SOFTNESS = 0.05
SMOOTH_CLIPS = 5
LOOKALIKE_SHARPNESS = 8.0
EDGE_CLIPS = 10
LARGEST = 4.0


@dataclass(frozen=True, slots=True)
class Relations:
    """What a stretch of video is without any query.

    Attributes:
        mask_BT: bool, True on real clips.
        quiet_BTC: the quiet channels.
        shots_KBTT: row t holds how surely each clip belongs to the same shot as clip t, in [0, 1].
        lookalikes_BTT: row t holds weights of all clips, highest on those that look like clip t; a row sums to 1.
    """

    mask_BT: Tensor
    quiet_BTC: Tensor
    shots_KBTT: Tensor
    lookalikes_BTT: Tensor

    @classmethod
    def join(cls, parts: Sequence[Relations]) -> Relations:
        """Stretches of equal length, one after another."""
        return cls(
            torch.cat([part.mask_BT for part in parts]),
            torch.cat([part.quiet_BTC for part in parts]),
            torch.cat([part.shots_KBTT for part in parts], dim=1),
            torch.cat([part.lookalikes_BTT for part in parts]),
        )

    def rows(self, index: Tensor) -> Relations:
        """Some of the stretches, in the order of `index`; a stretch may come several times."""
        return Relations(
            self.mask_BT[index], self.quiet_BTC[index], self.shots_KBTT[:, index], self.lookalikes_BTT[index]
        )


@dataclass(frozen=True, slots=True)
class Level:
    """Mean, spread and highest value of a similarity over a whole video, each `[B, 1]`."""

    mean: Tensor
    spread: Tensor
    highest: Tensor

    def rows(self, index: Tensor) -> Level:
        """Some of the videos, in the order of `index`."""
        return Level(self.mean[index], self.spread[index], self.highest[index])


def level_of(similarity_BT: Tensor, mask_BT: Tensor) -> Level:
    """The level of similarities over the clips that are real."""
    count = mask_BT.sum(1, keepdim=True).clamp(min=1)
    mean = (similarity_BT * mask_BT).sum(1, keepdim=True) / count
    spread = (((similarity_BT - mean) ** 2 * mask_BT).sum(1, keepdim=True) / count).sqrt() + 0.02
    return Level(mean, spread, similarity_BT.masked_fill(~mask_BT, -1.0).amax(1, keepdim=True))


def relate(video_BTD: Tensor, mask_BT: Tensor) -> Relations:
    """The relations of clips with each other.

    Args:
        video_BTD: centred features; only their directions count.
        mask_BT: bool, True on real clips; padding is at the end.
    """
    direction_BTD = F.normalize(video_BTD, dim=-1) * mask_BT[..., None]
    alike_BTT = direction_BTD @ direction_BTD.transpose(1, 2)
    novelty = _novelty(alike_BTT, mask_BT)
    shots = [_same_shot(novelty, mask_BT, cut) for cut in CUT_NOVELTY]
    mean_alike = (alike_BTT * mask_BT[:, None]).sum(2) / mask_BT.sum(1, keepdim=True).clamp(min=1)
    channels = [*novelty, *(c for shot in shots for c in _extent(shot)), mean_alike, *_edges(mask_BT)]
    lookalikes = (alike_BTT * LOOKALIKE_SHARPNESS).masked_fill(~mask_BT[:, None], -1e4).softmax(-1)
    return Relations(mask_BT, _channels(channels, mask_BT), torch.stack(shots), lookalikes)


def query_channels(relations: Relations, similarities: Sequence[Tensor], levels: Sequence[Level]) -> Tensor:
    """The query channels `[B, T, C]`.

    Args:
        relations: of the stretches.
        similarities: of each clip with the query, `[B, T]` in [-1, 1], from several sources; the first is the one to
            trust and gets more channels.
        levels: of each source in the whole video that a stretch was cut from.
    """
    first, *others = (
        (similarity * relations.mask_BT, level) for similarity, level in zip(similarities, levels, strict=True)
    )
    channels = [*_against(*first), *_pooled(*first, relations)]
    for similarity, level in others:
        channels += _against(similarity, level)[:2] + _against(_over_shot(similarity, relations.shots_KBTT[1]), level)
    return _channels(channels, relations.mask_BT)


def _against(similarity_BT: Tensor, level: Level) -> list[Tensor]:
    """A similarity as it is, in spreads above the video's mean, and below the video's highest."""
    standing = (similarity_BT - level.mean) / level.spread
    return [4 * similarity_BT, standing / 2, 4 * (similarity_BT - level.highest)]


def _pooled(similarity_BT: Tensor, level: Level, relations: Relations) -> list[Tensor]:
    real_BT = relations.mask_BT.to(similarity_BT)
    smooth = _moving_mean(similarity_BT) / _moving_mean(real_BT).clamp(min=1 / SMOOTH_CLIPS)
    elsewhere = (relations.lookalikes_BTT @ similarity_BT[..., None])[..., 0]
    channels = [4 * smooth, 4 * elsewhere, 4 * (elsewhere - level.highest)]
    for shot in relations.shots_KBTT:
        channels += _against(_over_shot(similarity_BT, shot), level)
    return channels


def _over_shot(similarity_BT: Tensor, shot_BTT: Tensor) -> Tensor:
    """The mean similarity of the shot that each clip belongs to."""
    return (shot_BTT @ similarity_BT[..., None])[..., 0] / shot_BTT.sum(2).clamp(min=1e-3)


def _moving_mean(values_BT: Tensor) -> Tensor:
    return F.avg_pool1d(values_BT[:, None], SMOOTH_CLIPS, 1, SMOOTH_CLIPS // 2)[:, 0]


def _novelty(alike_BTT: Tensor, mask_BT: Tensor) -> list[Tensor]:
    """1 − cosine of the mean direction of the w clips before t and of the w clips from t on; 1 at the start.

    All sums come from one table of cumulative sums of the products: the mean directions are never built.
    """
    table = F.pad(alike_BTT.cumsum(1).cumsum(2), (1, 0, 1, 0))
    now = torch.arange(mask_BT.size(1), device=alike_BTT.device)
    scales = []
    for width in NOVELTY_CLIPS:
        before, after = (now - width).clamp(min=0), (now + width).clamp(max=mask_BT.size(1))
        across = _block(table, before, now, now, after)
        size = _block(table, before, now, before, now) * _block(table, now, after, now, after)
        novelty = 1 - across / size.clamp(min=1e-6).sqrt()
        scales.append(torch.where(now == 0, 1.0, novelty) * mask_BT)
    return scales


def _block(table: Tensor, top: Tensor, bottom: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Sums over blocks of rows top..bottom and columns left..right, from a table of cumulative sums."""
    return table[:, bottom, right] - table[:, top, right] - table[:, bottom, left] + table[:, top, left]


def _same_shot(novelty: Sequence[Tensor], mask_BT: Tensor, cut: float) -> Tensor:
    """How surely no cut lies between two clips: the product over the clips between of "no cut here"."""
    no_cut = ((cut - novelty[0]) / CUT_SOFTNESS).sigmoid() * ((cut - novelty[1]) / CUT_SOFTNESS).sigmoid()
    no_cut = torch.cat((torch.ones_like(no_cut[:, :1]), no_cut[:, 1:]), 1) * mask_BT
    depth_BT = no_cut.clamp(min=1e-4).log().cumsum(1)
    between = (depth_BT[:, :, None] - depth_BT[:, None, :]).abs()
    return (-between).exp() * mask_BT[:, None, :]


def _extent(shot_BTT: Tensor) -> list[Tensor]:
    """How many clips of the shot lie before and after each clip."""
    left, right = shot_BTT.tril(-1).sum(2), shot_BTT.triu(1).sum(2)
    return [left / EDGE_CLIPS, right / EDGE_CLIPS, (left + right).log1p() / 2]


def _edges(mask_BT: Tensor) -> list[Tensor]:
    """Distance to the first and to the last clip, up to `EDGE_CLIPS`."""
    now = torch.arange(mask_BT.size(1), device=mask_BT.device).expand(mask_BT.shape)
    to_end = mask_BT.sum(1, keepdim=True) - 1 - now
    return [(now / EDGE_CLIPS).clamp(max=1), (to_end / EDGE_CLIPS).clamp(0, 1)]


def _channels(channels: Sequence[Tensor], mask_BT: Tensor) -> Tensor:
    return (torch.stack(tuple(channels), -1) * mask_BT[..., None]).clamp(-LARGEST, LARGEST)
