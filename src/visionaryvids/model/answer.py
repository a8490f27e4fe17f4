"""Queries in a video's footage to answers: where the network looks, and how what it says there becomes one answer.

A long video is searched from coarse to fine: similarities of all clips first (a matrix product), then the network on
the `MAX_LOOKS` stretches of each scale that are most alike to the query (see `matcher.py`). Answers are merged: a
moment that is cut by the edge of a stretch is left to the stretch, or the scale, that sees it whole.

Axes: Q queries, T clips of the video, W rows of a stretch, P pairs of a query and a stretch, N moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from visionaryvids.model.calibration import Calibration
from visionaryvids.model.matcher import SCALE_STEP, Comparison, Footage, Matcher, compare
from visionaryvids.model.moments import highlights, merged_all
from visionaryvids.model.network import Outputs
from visionaryvids.model.stretches import STRIDE, blend, mix
from visionaryvids.types import Answer

MAX_LOOKS = 12
"""Stretches of one scale that the network looks at for one query."""
PAIRS_AT_ONCE = 32
"""Pairs of a query and a stretch in one pass of the network; bounds memory."""
CANDIDATES = 40
"""Moments of one stretch that are compared with those of others."""
CUT_ROWS = 0.75
"""A moment that comes this near to the edge of its stretch may go on beyond it."""
SHORT_ROWS = (STRIDE - 2 * CUT_ROWS) / SCALE_STEP
"""Shorter moments are left to the next finer scale, where some stretch sees them whole, wherever they lie."""
SMOOTH_CLIPS = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What the network says of one stretch for one query, in clips of the video.

    Attributes:
        clips_a_row: scale of the stretch.
        start: the stretch's first row.
        presence: logit.
        saliency_W: in [0, 1], for each row.
        moments_N3: start, end (clips), logit; whole ones only.
    """

    clips_a_row: int
    start: int
    presence: float
    saliency_W: NDArray[np.float32]
    moments_N3: NDArray[np.float64]


def answer(
    matcher: Matcher,
    footage: Footage,
    asked_QE: Tensor,
    queries: Sequence[str | None],
    *,
    clip_s: float,
    duration_s: float,
    top: int,
) -> tuple[Answer, ...]:
    """An answer for each query, in order.

    Args:
        matcher: compares and looks.
        footage: of the video.
        asked_QE: the sentences in the sentence space, from `Matcher.ask`.
        queries: the words of each, in order, with None wherever nothing is asked.
        clip_s: length of a clip in seconds.
        duration_s: length of the video; no moment ends later.
        top: the most moments of one answer.
    """
    comparisons = list(compare(footage, asked_QE)) if len(asked_QE) else []
    looks: list[list[Look]] = [[] for _ in asked_QE]
    for comparison in comparisons:
        for asked, look in _look_at(matcher, comparison):
            looks[asked].append(look)
    found = iter(_found(matcher, asked_QE, comparisons, looks, clip_s, duration_s, top))
    if None not in queries:
        return tuple(replace(each, query=query) for each, query in zip(found, queries, strict=True))
    undirected = Answer(None, 1.0, highlights(footage.interest_T, clip_s, duration_s, top), footage.interest_T)
    return tuple(undirected if query is None else replace(next(found), query=query) for query in queries)


def _found(
    matcher: Matcher,
    asked_QE: Tensor,
    comparisons: Sequence[Comparison],
    looks: Sequence[Sequence[Look]],
    clip_s: float,
    duration_s: float,
    top: int,
) -> Iterator[Answer]:
    """An answer for each sentence, still without its words."""
    if not comparisons:
        return
    calibration, smooth_QT = matcher.calibration, smooth(comparisons[0].similarities[0])
    coarse_QT = Calibration.apply_to(smooth_QT, calibration.coarse).double().numpy()
    logit_Q = torch.tensor([max(look.presence for look in seen) for seen in looks])
    standing_Q = matcher.alignment.standing(asked_QE, smooth_QT.amax(1))
    present_Q = calibration.present(logit_Q, standing_Q, smooth_QT.size(1)).tolist()
    moments_Q = merged_all(_moments(calibration, looks), clip_s, duration_s, top)
    for coarse_T, present, moments, seen in zip(coarse_QT, present_Q, moments_Q, looks, strict=True):
        saliency_T = blend(coarse_T, [(look.start, look.saliency_W) for look in seen if look.clips_a_row == 1])
        saliency_T = mix(saliency_T, coarse_T, share) if (share := matcher.alignment.curve_share) else saliency_T
        yield Answer("", present, moments, saliency_T)


def _moments(calibration: Calibration, looks: Sequence[Sequence[Look]]) -> Iterator[NDArray[np.float64]]:
    """The moments of all looks of each query, `[N, 3]`: start and end in clips of the video, score."""
    for seen in looks:
        moments_N3 = np.concatenate([look.moments_N3 for look in seen])
        scores_N = Calibration.apply_to(torch.from_numpy(moments_N3[:, 2]), calibration.moment).numpy()
        yield np.column_stack([moments_N3[:, :2], scores_N])


def _look_at(matcher: Matcher, comparison: Comparison) -> Iterator[tuple[int, Look]]:
    """The network's answers at one scale, with the number of the query."""
    scale = comparison.scale
    for some_P2 in _pairs(comparison).split(PAIRS_AT_ONCE):
        query_P, stretch_P = some_P2.unbind(1)
        outputs = matcher.look(comparison, query_P, stretch_P)
        assert outputs.saliency_BT is not None
        assert outputs.presence_B is not None
        rows = (
            query_P.tolist(), scale.starts_S[stretch_P].tolist(), outputs.presence_B.tolist(),
            outputs.saliency_BT.sigmoid().numpy(), _candidates(outputs),
        )  # fmt: skip
        for query, start, presence, saliency_W, moments_N3 in zip(*rows, strict=True):
            whole_N3 = whole_moments(moments_N3, start, len(saliency_W), scale.num_rows, scale.clips)
            yield query, Look(scale.clips, start, presence, saliency_W, whole_N3)


def _candidates(outputs: Outputs) -> list[NDArray[np.float64]]:
    """The best proposals of each pair, `[N, 3]`: start and end in rows of the stretch, logit."""
    assert outputs.quality_BN is not None
    assert outputs.edges_BN2 is not None
    assert outputs.proposal_mask_BN is not None
    logits_PN = outputs.quality_BN.masked_fill(~outputs.proposal_mask_BN, float("-inf"))
    best_PK, index_PK = logits_PN.topk(min(CANDIDATES, logits_PN.size(1)), dim=1)
    edges_PK2 = outputs.edges_BN2[torch.arange(len(index_PK))[:, None], index_PK]
    moments_PK3 = torch.cat((edges_PK2, best_PK[..., None]), dim=-1).double().numpy()
    return [moments_K3[np.isfinite(moments_K3[:, 2])] for moments_K3 in moments_PK3]


def _pairs(comparison: Comparison) -> Tensor:
    """Which stretches the network looks at for which query: int `[P, 2]` of query and stretch."""
    length = comparison.scale.relations.mask_BT.size(1)
    best_QS = smooth(comparison.similarities[0]).unfold(1, length, 1)[:, comparison.scale.starts_S].amax(2)
    chosen_QK = best_QS.topk(min(MAX_LOOKS, best_QS.size(1)), dim=1).indices
    query_QK = torch.arange(len(chosen_QK))[:, None].expand_as(chosen_QK)
    return torch.stack((query_QK, chosen_QK), -1).flatten(0, 1)


def whole_moments(
    moments_N3: NDArray[np.float64], start: int, length: int, num_rows: int, clips_a_row: int
) -> NDArray[np.float64]:
    """The moments that this stretch is to be asked about, in clips of the video.

    Args:
        moments_N3: start and end in rows of the stretch, logit.
        start: the stretch's first row.
        length: its rows.
        num_rows: rows of the video at this scale.
        clips_a_row: the scale.

    Returns:
        `[M, 3]`: without those that the stretch's edge cuts (the video's own ends cut nothing), and at coarse scales
        without those that the next finer scale sees whole.
    """
    cut = (moments_N3[:, 0] < CUT_ROWS) & (start > 0)
    cut |= (moments_N3[:, 1] > length - CUT_ROWS) & (start + length < num_rows)
    short = (moments_N3[:, 1] - moments_N3[:, 0] < SHORT_ROWS) & (clips_a_row > 1)
    kept = moments_N3[~cut & ~short]
    return np.column_stack([(kept[:, :2] + start) * clips_a_row, kept[:, 2]])


def smooth(values_QT: Tensor) -> Tensor:
    """A moving mean that repeats the first and the last value at the ends."""
    padded = F.pad(values_QT[:, None], (SMOOTH_CLIPS // 2,) * 2, mode="replicate")
    return F.avg_pool1d(padded, SMOOTH_CLIPS, 1)[:, 0]
