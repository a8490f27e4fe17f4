"""Moments of an answer: one for each that overlap, best first; and, where nothing is asked, what stands out.

Axes: Q queries, N moments, K of them that are kept, T clips of the video.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence

from visionaryvids.intervals import suppress, windows_from_clips
from visionaryvids.types import Moment

SAME_MOMENT = 0.5
"""Moments that overlap by more are one."""
HIGHLIGHT_SHARE = 0.7
"""Without a query, a moment is a run of clips that reach this share of the way from the median to the highest score."""


def merged(moments_N3: NDArray[np.float64], clip_s: float, duration_s: float, top: int) -> tuple[Moment, ...]:
    """The moments of one query; see `merged_all`."""
    return merged_all([moments_N3], clip_s, duration_s, top)[0]


def merged_all(
    moments_Q: Iterable[NDArray[np.float64]], clip_s: float, duration_s: float, top: int
) -> list[tuple[Moment, ...]]:
    """Moments of each query in seconds, best first, one for each that overlap.

    Args:
        moments_Q: `[N, 3]` of each: start and end in clips of the video, score in [0, 1].
        clip_s: length of a clip in seconds.
        duration_s: length of the video; no moment ends later.
        top: the most moments of one query.
    """
    moments_QN3 = pad_sequence([torch.from_numpy(moments_N3) for moments_N3 in moments_Q], batch_first=True).numpy()
    windows_QN2 = (moments_QN3[..., :2] * clip_s).clip(0, duration_s)  # before the overlaps, which it can raise
    there_QN3 = np.concatenate([windows_QN2, moments_QN3[..., 2:]], axis=2)
    whole_QN = windows_QN2[..., 1] > windows_QN2[..., 0]  # nor is padding a moment
    order_QK, score_QK = suppress(there_QN3, "normal", top, valid_BN=whole_QN, threshold=SAME_MOMENT)
    kept_QK2 = np.take_along_axis(windows_QN2, order_QK[..., None], axis=1)
    ranked = zip(kept_QK2.tolist(), score_QK.tolist(), strict=True)
    return [tuple(Moment(*at, score) for at, score in zip(*each, strict=True) if score > 0) for each in ranked]


def highlights(saliency_T: NDArray[np.float64], clip_s: float, duration_s: float, top: int) -> tuple[Moment, ...]:
    """The runs of clips that stand out, best first; the score is the highest of the run."""
    middle, highest = float(np.median(saliency_T)), float(saliency_T.max())
    runs_N2 = windows_from_clips(saliency_T >= middle + HIGHLIGHT_SHARE * (highest - middle), 1.0).astype(int)
    scored = [(float(saliency_T[a:b].max()), a * clip_s, min(b * clip_s, duration_s)) for a, b in runs_N2.tolist()]
    return tuple(Moment(a, b, score) for score, a, b in sorted(scored, key=lambda s: (-s[0], s[1]))[:top])
