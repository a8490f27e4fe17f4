"""How clips relate to each other and to a query: what the matcher's network sees instead of the features themselves.

Ours. A network that sees features learns the few hundred videos it was trained on; one that sees only relations
(similarity to the query, similarity of neighbours) works with every encoder and every subject. Each relation is a
channel, one number a clip:

    quiet channels (no query needed)      novelty: how different the seconds before are from those after, at four scales
                                          extent: how far the shot goes on to the left and to the right, for three ideas
                                          of what a cut is; how alike all the rest is; distance to the ends
    query channels, for each similarity   the similarity; against its mean, spread and highest value in the whole video;
                                          smoothed; averaged over the shot; averaged over look-alikes anywhere

Axes: B stretches of video, T clips, D feature width, K ideas of a cut, C channels; P pairs of a query and a stretch, V
similarities.
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
_CERTAIN = -80.0
"""Logarithm of a probability that is as good as 0. Processors take six times as long for smaller ones."""


@dataclass(frozen=True, slots=True)
class Relations:
    """What a stretch of video is without any query.

    Attributes:
        mask_BT: bool, True on real clips.
        quiet_BTC: the quiet channels.
        depth_BKT: how surely there are cuts up to clip t, as a sum of logarithms: shots are made of it (`same_shot`).
        extent_BKT: how many clips the shot of each clip has.
        lookalikes_BTT: row t holds weights of all clips, highest on those that look like clip t; a row sums to 1.
    """

    mask_BT: Tensor
    quiet_BTC: Tensor
    depth_BKT: Tensor
    extent_BKT: Tensor
    lookalikes_BTT: Tensor

    @classmethod
    def join(cls, parts: Sequence[Relations]) -> Relations:
        """Stretches of equal length, one after another."""
        return cls(*(torch.cat([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def rows(self, index: Tensor) -> Relations:
        """Some of the stretches, in the order of `index`."""
        return Relations(*(getattr(self, name)[index] for name in self.__slots__))

    def over_shots(self, values_PVT: Tensor, stretch_P: Tensor | None) -> Tensor:
        """The mean over the shot of each clip, for K ideas of a cut, `[P, V, K, T]`.

        Args:
            values_PVT: what to average; zero where there is no clip.
            stretch_P: int, which stretch each pair is of; None: of the first, the second, ... all of them.
        """
        extent_PKT = self.extent_BKT if stretch_P is None else self.extent_BKT[stretch_P]
        weights_BTX = same_shot(self.depth_BKT).flatten(1, 2).transpose(1, 2)
        sums_PVX = _by_stretch(values_PVT, weights_BTX, stretch_P)
        return sums_PVX.unflatten(-1, extent_PKT.shape[1:]) / extent_PKT[:, None].clamp(min=1e-3)

    def elsewhere(self, values_PT: Tensor, stretch_P: Tensor | None) -> Tensor:
        """The mean over look-alikes of each clip, `[P, T]`; see `over_shots`."""
        return _by_stretch(values_PT[:, None], self.lookalikes_BTT.transpose(1, 2), stretch_P)[:, 0]


def _by_stretch(values_PVT: Tensor, weights_BTX: Tensor, stretch_P: Tensor | None) -> Tensor:
    """Each pair's values times the weights of its stretch, which are far larger than all values: no copies of them."""
    if stretch_P is None:
        return values_PVT @ weights_BTX
    product_PVX = values_PVT.new_empty(*values_PVT.shape[:2], weights_BTX.size(-1))
    for stretch, weights_TX in enumerate(weights_BTX):
        product_PVX[stretch_P == stretch] = values_PVT[stretch_P == stretch] @ weights_TX
    return product_PVX


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
    depth_BKT = torch.stack([_depth(novelty, mask_BT, cut) for cut in CUT_NOVELTY], dim=1)
    shots_BKTT = same_shot(depth_BKT) * mask_BT[:, None, None]
    mean_alike = (alike_BTT * mask_BT[:, None]).sum(2) / mask_BT.sum(1, keepdim=True).clamp(min=1)
    channels = [*novelty, *(c for shot in shots_BKTT.unbind(1) for c in _extent(shot)), mean_alike, *_edges(mask_BT)]
    lookalikes = (alike_BTT * LOOKALIKE_SHARPNESS).masked_fill(~mask_BT[:, None], -1e4).softmax(-1)
    return Relations(mask_BT, _channels(channels, mask_BT), depth_BKT, shots_BKTT.sum(-1), lookalikes)


def query_channels(
    relations: Relations, similarities: Sequence[Tensor], levels: Sequence[Level], stretch_P: Tensor | None = None
) -> Tensor:
    """The query channels `[P, T, C]`.

    Args:
        relations: of the stretches.
        similarities: of each clip with the query, `[P, T]` in [-1, 1], from several sources; the first is the one to
            trust and gets more channels.
        levels: of each source in the whole video that a stretch was cut from.
        stretch_P: int, which of the stretches each query is asked about; None: one after the other.
    """
    mask_PT = relations.mask_BT if stretch_P is None else relations.mask_BT[stretch_P]
    similarity_PVT = torch.stack(tuple(similarities), dim=1) * mask_PT[:, None]
    over_shots_PVKT = relations.over_shots(similarity_PVT, stretch_P)
    first, *others = zip(similarity_PVT.unbind(1), over_shots_PVKT.unbind(1), levels, strict=True)
    channels = _first_channels(*first, relations.elsewhere(first[0], stretch_P), mask_PT)
    for similarity, over_shots_PKT, level in others:
        channels += _against(similarity, level)[:2] + _against(over_shots_PKT[:, 1], level)
    return _channels(channels, mask_PT)


def _first_channels(
    similarity_PT: Tensor, over_shots_PKT: Tensor, level: Level, elsewhere_PT: Tensor, mask_PT: Tensor
) -> list[Tensor]:
    """The similarity to be trusted: as it is, smoothed, averaged over look-alikes, averaged over the shot."""
    real_PT = mask_PT.to(similarity_PT)
    smooth_PT = _moving_mean(similarity_PT) / _moving_mean(real_PT).clamp(min=1 / SMOOTH_CLIPS)
    pooled = [4 * smooth_PT, 4 * elsewhere_PT, 4 * (elsewhere_PT - level.highest)]
    over_shots = [channel for mean_PT in over_shots_PKT.unbind(1) for channel in _against(mean_PT, level)]
    return [*_against(similarity_PT, level), *pooled, *over_shots]


def _against(similarity_BT: Tensor, level: Level) -> list[Tensor]:
    """A similarity as it is, in spreads above the video's mean, and below the video's highest."""
    standing = (similarity_BT - level.mean) / level.spread
    return [4 * similarity_BT, standing / 2, 4 * (similarity_BT - level.highest)]


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


def _depth(novelty: Sequence[Tensor], mask_BT: Tensor, cut: float) -> Tensor:
    """The running sum of log "no cut here" up to each clip, `[B, T]`."""
    no_cut = ((cut - novelty[0]) / CUT_SOFTNESS).sigmoid() * ((cut - novelty[1]) / CUT_SOFTNESS).sigmoid()
    no_cut = torch.cat((torch.ones_like(no_cut[:, :1]), no_cut[:, 1:]), 1) * mask_BT
    return no_cut.clamp(min=1e-4).log().cumsum(1)


def same_shot(depth_BKT: Tensor) -> Tensor:
    """How surely no cut lies between two clips: the product over the clips between of "no cut here", `[B, K, T, T]`."""
    between = depth_BKT[..., :, None] - depth_BKT[..., None, :]
    return between.abs_().neg_().clamp_(min=_CERTAIN).exp_()


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
