"""UMT's losses as pure functions of `Outputs` and `Batch`, each normalised on its own.

| loss     | what                                                      | normaliser | source          |
| saliency | binary cross-entropy with soft labels                     | real clips | head.py:41      |
| center   | Gaussian focal loss (alpha 2, gamma 4; Law and Deng 2018) | moments    | nncore focal.py |
| window   | absolute error in clips, at centres                       | moments    | head.py:160     |
| offset   | the same                                                  | moments    | head.py:165     |
| presence | binary cross-entropy: has the example any moment?         | examples   | ours            |
| quality  | the same of each proposal's IoU, weighted by the error    | examples   | ours            |
| edges    | absolute error of edges, in lengths of the proposal       | proposals  | ours            |
| ranking  | logistic loss of pairs of clips, weighted by their labels' difference | examples | Burges et al. 2005 |

Ours: the saliency loss is a mean over real clips (UMT averages over padding too: `Compat.loss_averages_padding`), and
a batch without moments has boundary losses of 0 window and offset instead of a division by zero.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional as F

from visionaryvids.data.batch import Batch
from visionaryvids.model.config import Compat
from visionaryvids.model.network import Outputs
from visionaryvids.training.targets import BoundaryTargets, ProposalTargets, boundary_targets, proposal_targets

FOCAL_ALPHA = 2.0
FOCAL_GAMMA = 4.0
FOCAL_EPS = 1e-12
NEAR = 0.35
"""Proposals with at least this IoU learn where the true edges are."""


@dataclass(frozen=True, slots=True)
class LossWeights:
    """How much each loss counts (UMT configs/_base_/plugins)."""

    saliency: float = 1.0
    center: float = 1.0
    window: float = 0.1
    offset: float = 1.0
    presence: float = 1.0
    quality: float = 0.25
    edges: float = 1.0
    ranking: float = 0.0


@dataclass(frozen=True, slots=True)
class Losses:
    """Weighted losses, scalars; None where the model has no such head or the batch no such label."""

    saliency: Tensor | None = None
    center: Tensor | None = None
    window: Tensor | None = None
    offset: Tensor | None = None
    presence: Tensor | None = None
    quality: Tensor | None = None
    edges: Tensor | None = None
    ranking: Tensor | None = None

    @property
    def parts(self) -> dict[str, Tensor]:
        """The losses that are there, by name."""
        named = ((part.name, getattr(self, part.name)) for part in fields(self))
        return {name: value for name, value in named if value is not None}

    @property
    def total(self) -> Tensor:
        """Their sum."""
        return torch.stack(list(self.parts.values())).sum()


def compute_losses(outputs: Outputs, batch: Batch, weights: LossWeights, compat: Compat) -> Losses:
    """All losses that the model's heads and the batch's labels allow; neither is changed."""
    saliency = center = window = offset = None
    if outputs.saliency_BT is not None and batch.saliency_BT is not None:
        over_padding = compat.loss_averages_padding
        saliency = weights.saliency * saliency_loss(outputs.saliency_BT, batch.saliency_BT, batch.mask_BT, over_padding)
    if batch.windows_BN2 is not None and outputs.center_BT is not None:
        assert outputs.window_BT is not None
        assert outputs.offset_BT is not None
        targets = boundary_targets(batch, compat)
        center = weights.center * center_loss(outputs.center_BT, targets, batch.mask_BT)
        window = weights.window * _centers_l1(outputs.window_BT, targets.window_BT, targets)
        offset = weights.offset * _centers_l1(outputs.offset_BT, targets.offset_BT, targets)
    presence = _presence_loss(outputs, batch, weights.presence)
    quality, edges = _proposal_losses(outputs, batch, weights)
    ranking = _ranking_loss(outputs, batch, weights.ranking)
    return Losses(saliency, center, window, offset, presence, quality, edges, ranking)


def _presence_loss(outputs: Outputs, batch: Batch, weight: float) -> Tensor | None:
    if outputs.presence_B is None or batch.window_mask_BN is None:
        return None
    present_B = batch.window_mask_BN.any(1).to(outputs.presence_B)
    return weight * F.binary_cross_entropy_with_logits(outputs.presence_B, present_B)


def saliency_loss(logits_BT: Tensor, target_BT: Tensor, mask_BT: Tensor, over_padding: bool = False) -> Tensor:
    """Binary cross-entropy of logits against labels in [0, 1], a mean over real clips (or over padding too)."""
    loss_BT = F.binary_cross_entropy_with_logits(logits_BT, target_BT, reduction="none") * mask_BT
    return loss_BT.mean() if over_padding else loss_BT.sum() / mask_BT.sum()


def _ranking_loss(outputs: Outputs, batch: Batch, weight: float) -> Tensor | None:
    if not weight or outputs.saliency_BT is None or batch.saliency_BT is None:
        return None
    return weight * ranking_loss(outputs.saliency_BT, batch.saliency_BT, batch.mask_BT)


def ranking_loss(logits_BT: Tensor, target_BT: Tensor, mask_BT: Tensor) -> Tensor:
    """How wrongly clips of one video are ordered: a weighted mean over pairs, then a mean over examples.

    Highlight measures look at the order alone. A pair counts by the difference of its labels, and an example in which
    all clips are alike counts as 0.
    """
    above_BTT = (target_BT[:, :, None] - target_BT[:, None]).clamp(min=0) * mask_BT[:, :, None] * mask_BT[:, None]
    wrong_BTT = F.softplus(logits_BT[:, None] - logits_BT[:, :, None])
    return ((wrong_BTT * above_BTT).sum((1, 2)) / above_BTT.sum((1, 2)).clamp(min=1.0)).mean()


def center_loss(logits_BT: Tensor, targets: BoundaryTargets, mask_BT: Tensor) -> Tensor:
    """Gaussian focal loss of the centre heat map: a sum over real clips, divided by the number of moments."""
    score_BT, heat_BT = logits_BT.sigmoid() * mask_BT, targets.center_BT
    hit = -(score_BT + FOCAL_EPS).log() * (1 - score_BT) ** FOCAL_ALPHA * heat_BT.eq(1)
    miss = -(1 - score_BT + FOCAL_EPS).log() * score_BT**FOCAL_ALPHA * (1 - heat_BT) ** FOCAL_GAMMA
    return ((hit + miss) * mask_BT).sum() / max(targets.num_centers, 1)


def _centers_l1(value_BT: Tensor, target_BT: Tensor, targets: BoundaryTargets) -> Tensor:
    """Absolute error at the centres, divided by the number of moments."""
    return ((value_BT - target_BT).abs() * targets.weight_BT).sum() / max(targets.num_centers, 1)


def _proposal_losses(outputs: Outputs, batch: Batch, weights: LossWeights) -> tuple[Tensor | None, Tensor | None]:
    if outputs.quality_BN is None or outputs.edges_BN2 is None or batch.windows_BN2 is None:
        return None, None
    targets = proposal_targets(batch)
    quality = weights.quality * quality_loss(outputs.quality_BN, targets)
    return quality, weights.edges * edges_loss(outputs.edges_BN2, targets)


def quality_loss(logits_BN: Tensor, targets: ProposalTargets) -> Tensor:
    """Binary cross-entropy with the IoU, summed over proposals; what is right hardly counts (Lin et al. 2017)."""
    error_BN = (targets.iou_BN - logits_BN.detach().sigmoid()).abs().clamp(min=0.05)
    loss_BN = F.binary_cross_entropy_with_logits(logits_BN, targets.iou_BN, reduction="none")
    return (loss_BN * error_BN * targets.mask_BN).sum() / len(logits_BN)


def edges_loss(edges_BN2: Tensor, targets: ProposalTargets) -> Tensor:
    """Absolute error of both edges in lengths of the proposal, a mean over proposals that are near a moment."""
    near_BN = (targets.iou_BN > NEAR) & targets.mask_BN
    error_BN = (edges_BN2 - targets.edges_BN2).abs().sum(-1) / targets.length_BN
    return (error_BN * near_BN).sum() / near_BN.sum().clamp(min=1)
