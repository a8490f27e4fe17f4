"""What the boundary head should say for given moments: centre heat map, window, offset; a pure function.

As in UMT (models/blocks/head.py:82-120), CornerNet style: a moment from the start of its first clip to the start of
its last one (so one clip is taken off its end, and a one-clip moment has window 0) has its centre in some clip; that
clip carries window and offset, and a Gaussian around it (radius 0.2 window, sigma 0.2 (radius + 1)) is the heat map;
of two moments with their centre in the same clip the later one wins. Ours: seconds are never edited in place (UMT
subtracts a clip from the batch's own labels on every call), and the video's own length bounds a centre, not the padded
one (`Compat.padding_is_a_clip`).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from visionaryvids.data.batch import Batch
from visionaryvids.model.config import Compat

RADIUS_FACTOR = 0.2
SIGMA_FACTOR = 0.2


@dataclass(frozen=True, slots=True)
class BoundaryTargets:
    """Targets of the boundary head, each float `[B, T]`.

    Attributes:
        center_BT: heat map in [0, 1], exactly 1 at a centre.
        window_BT: clips, at centres, else 0.
        offset_BT: clips in [0, 1), at centres, else 0.
        weight_BT: 1 at centres, else 0.
        num_centers: moments in the batch (UMT's normaliser; it counts moments that share a centre too).
    """

    center_BT: Tensor
    window_BT: Tensor
    offset_BT: Tensor
    weight_BT: Tensor
    num_centers: int


def boundary_targets(batch: Batch, compat: Compat) -> BoundaryTargets:
    """Compute the targets of a batch that has moment labels; nothing of the batch is changed."""
    assert batch.windows_BN2 is not None
    assert batch.window_mask_BN is not None
    rows, moments = batch.window_mask_BN.nonzero(as_tuple=True)
    start_N, end_N = batch.windows_BN2[rows, moments].unbind(-1)
    start_N, end_N = start_N / batch.clip_s, (end_N - batch.clip_s) / batch.clip_s
    length_N = batch.mask_BT.sum(1)[rows]
    if compat.padding_is_a_clip:
        length_N = torch.full_like(length_N, batch.mask_BT.size(1))
    center_N = torch.minimum((start_N + end_N) / 2, length_N - 0.5).clamp(min=0)
    clip_N, window_N = center_N.long(), end_N - start_N
    heat_NT = _gaussian(clip_N, window_N, batch.mask_BT.size(1))
    zeros_BT = torch.zeros(batch.mask_BT.shape, device=heat_NT.device)
    center_BT = zeros_BT.scatter_reduce(0, rows[:, None].expand_as(heat_NT), heat_NT, "amax")
    at = _last_in_its_clip(rows, clip_N)
    places = rows[at], clip_N[at]
    return BoundaryTargets(
        center_BT=center_BT,
        window_BT=zeros_BT.index_put(places, window_N[at]),
        offset_BT=zeros_BT.index_put(places, (center_N - clip_N)[at]),
        weight_BT=zeros_BT.index_put(places, torch.ones_like(window_N[at])),
        num_centers=len(rows),
    )


def _last_in_its_clip(rows_N: Tensor, clip_N: Tensor) -> Tensor:
    """Bool `[N]`: no later moment of the same example has its centre in the same clip."""
    same_NN = (rows_N[:, None] == rows_N) & (clip_N[:, None] == clip_N)
    return ~same_NN.triu(1).any(1)


def _gaussian(clip_N: Tensor, window_N: Tensor, length: int) -> Tensor:
    """A Gaussian bump `[N, T]` around each centre clip, cut at its radius."""
    radius_N = (window_N * RADIUS_FACTOR).int()
    sigma_N = (radius_N + 1) * SIGMA_FACTOR
    distance_NT = torch.arange(length, device=clip_N.device) - clip_N[:, None]
    bump_NT = (-(distance_NT**2) / (2 * sigma_N[:, None] ** 2)).exp()
    return bump_NT * (distance_NT.abs() <= radius_N[:, None])


@dataclass(frozen=True, slots=True)
class ProposalTargets:
    """Targets of the proposal head.

    Attributes:
        iou_BN: overlap of each proposal with the true moment that it overlaps most; 0 without any.
        edges_BN2: that moment's edges, in clips.
        length_BN: of the proposal, in clips.
        mask_BN: bool, True on real proposals.
    """

    iou_BN: Tensor
    edges_BN2: Tensor
    length_BN: Tensor
    mask_BN: Tensor


def proposal_targets(batch: Batch) -> ProposalTargets:
    """Compute the targets of a batch that has moment labels and proposals; nothing of the batch is changed."""
    assert batch.windows_BN2 is not None
    assert batch.window_mask_BN is not None
    assert batch.proposals_BN2 is not None
    assert batch.proposal_mask_BN is not None
    proposed_BN12 = batch.proposals_BN2[:, :, None].to(batch.windows_BN2)
    true_B1M2 = batch.windows_BN2[:, None] / batch.clip_s
    shared = torch.minimum(proposed_BN12[..., 1], true_B1M2[..., 1]) - torch.maximum(
        proposed_BN12[..., 0], true_B1M2[..., 0]
    )
    shared = shared.clamp(min=0) * batch.window_mask_BN[:, None]
    lengths = (proposed_BN12[..., 1] - proposed_BN12[..., 0]) + (true_B1M2[..., 1] - true_B1M2[..., 0])
    iou_BN, moment_BN = (shared / (lengths - shared).clamp(min=1e-6)).max(-1)
    rows = torch.arange(len(moment_BN), device=moment_BN.device)[:, None]
    length_BN = (proposed_BN12[..., 0, 1] - proposed_BN12[..., 0, 0]).clamp(min=1)
    return ProposalTargets(iou_BN, true_B1M2[:, 0][rows, moment_BN], length_BN, batch.proposal_mask_BN)
