"""Moment retrieval: did the predicted windows find the true ones?

Conventions:
    A hit is a predicted window whose IoU with a true window reaches the threshold (≥). Windows are ranked by score, of
    equal scores the first listed one is first. `by_score` makes that order; the functions below take it as it stands.
    An empty prediction scores 0. A query without true windows cannot be measured: leave it out.
    Axes: B queries, N predicted windows, G true windows, H thresholds.

Metrics:
    `recall_at` (R@k): the share of queries that have a hit among the first k windows. A query with several true
        windows is found when any of them is.
    `window_ap`: average precision of ranked windows. Each true window can be found once, by the best ranked window
        that overlaps it; a window takes the free true window with the largest IoU (of equal ones the last listed).
        Precision is interpolated, recall counts all true windows, so ten windows cannot find 25.

References:
    jayleicn/moment_detr, `standalone_eval/eval.py` and `utils.py`, which follow ActivityNet's detection metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.intervals import hull_iou, iou

IOU_THRESHOLDS: tuple[float, ...] = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""The thresholds that QVHighlights averages over."""

MAX_WINDOWS = 10
"""How many windows of a prediction QVHighlights looks at."""


def by_score(windows_N3: NDArray[Any]) -> NDArray[Any]:
    """Windows (start, end, score) with the best first; of equal scores the first listed comes first."""
    scores = windows_N3[:, 2]
    if (scores[:-1] >= scores[1:]).all():
        return windows_N3
    return windows_N3[np.argsort(-scores, kind="stable")]


def best_iou(first_BN2: NDArray[Any], truth_BG2: NDArray[Any], truth_BG: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The largest IoU of each predicted window with any true window of its query: float64 `[B, N]`.

    `truth_BG` is false where `truth_BG2` is padding.
    """
    overlap = np.where(truth_BG[:, None], iou(first_BN2, truth_BG2), -1.0)
    nearest = np.take_along_axis(truth_BG2, overlap.argmax(axis=2)[..., None], axis=1)
    return hull_iou(first_BN2[..., :2], nearest[..., :2])


def recall_at(k: int, iou_BN: NDArray[Any], thresholds: Sequence[float]) -> NDArray[np.float64]:
    """R@k for each threshold: float64 `[H]` in [0, 1].

    Args:
        k: how many windows of each query count.
        iou_BN: the best IoU of each window, in the order of the ranking; 0 in padding.
        thresholds: the least IoU of a hit.
    """
    best = iou_BN[:, :k].max(axis=1, initial=0.0)
    return (best[:, None] >= np.asarray(thresholds)).mean(axis=0)


def window_ap(
    iou_BNG: NDArray[np.float64], truth_BG: NDArray[np.bool_], thresholds: Sequence[float] = IOU_THRESHOLDS
) -> NDArray[np.float64]:
    """Average precision of ranked windows, for each query and threshold.

    Args:
        iou_BNG: IoU of the predicted windows, best ranked first, with the true ones; 0 where a prediction is padding.
        truth_BG: bool, which true windows count; a query needs at least one.
        thresholds: the least IoU of a hit.

    Returns:
        float64 `[B, H]` in [0, 1].
    """
    hits = _hits(np.where(truth_BG[:, None], iou_BNG, -1.0), thresholds)
    precision = hits.cumsum(axis=2) / np.arange(1.0, hits.shape[2] + 1)
    best = np.maximum.accumulate(precision[..., ::-1], axis=2)[..., ::-1]
    return (hits * best).sum(axis=2) / truth_BG.sum(axis=1)[:, None]


def _hits(iou_BNG: NDArray[np.float64], thresholds: Sequence[float]) -> NDArray[np.bool_]:
    """Which windows find a true window that is still free: bool `[B, H, N]`.

    Only pairs that overlap enough can be hits, and they are few: each step looks only at queries with one at its rank.
    """
    levels = np.asarray(thresholds)
    queries, windows, truths = iou_BNG.shape
    hits, free = np.zeros((queries, len(levels), windows), bool), np.ones((queries, len(levels), truths), bool)
    close = np.logical_or.reduce(iou_BNG >= levels.min(), axis=2)
    for step in range(windows):
        some = np.flatnonzero(close[:, step])
        overlap = np.where(free[some], iou_BNG[some, step, None], -1.0)
        taken = truths - 1 - overlap[..., ::-1].argmax(axis=2)
        hit = overlap.max(axis=2) >= levels
        hits[some, :, step] = hit
        query, level = np.nonzero(hit)
        free[some[query], level, taken[query, level]] = False
    return hits
