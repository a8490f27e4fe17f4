"""Highlight detection: are the clips that people liked ranked first?

Conventions:
    Clips are ranked by falling score; of equal scores the earlier clip comes first. A list of scores that is longer
    than its ratings is cut. Where it is shorter, TVSum and YouTube rank the clips that it has; QVHighlights gives 0 to
    the missing ones, as its official evaluation does (so a list of negative logits must not be short).
    No positive clip: the score is 0. No scores at all: the score is 0.

Metrics:
    `tvsum_ap`: for each person a clip is positive if rated above that person's lower median in this video; trapezoid AP
        of the top k clips, mean over people. k = 5 in the papers.
    `youtube_ap`: a clip is positive if its rating is above 0; trapezoid AP of the whole list, mean over people (one).
    `saliency_scores` (QVHighlights): a clip is positive if a person rated it at least Fair, Good or VeryGood (2, 3, 4
        of 0..4). HD mAP: interpolated AP for each person. A person without positives gives 0, one with nothing else 1.
        HIT@1: does any person rate the best ranked clip that high? A best clip beyond the ratings is no hit.

References:
    UMT: TencentARC/UMT, `datasets/tvsum.py`, `datasets/youtube.py`. QVHighlights: jayleicn/moment_detr,
    `standalone_eval/eval.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visionaryvids.metrics.padding import pad
from visionaryvids.metrics.ranking import interpolated_ap, rank, trapezoid_ap

SALIENCY_LEVELS: dict[str, int] = {"Fair": 2, "Good": 3, "VeryGood": 4}
"""The least rating of a positive clip, for each level of QVHighlights."""


def above_median(ratings_TR: ArrayLike) -> NDArray[np.bool_]:
    """Which clips each person rated above their own lower median in the video: bool `[T, R]`.

    The lower median is the element at (T − 1) // 2 of the sorted list, as in torch.
    """
    ratings = np.asarray(ratings_TR)
    middle = (len(ratings) - 1) // 2
    return ratings > np.partition(ratings, middle, axis=0)[middle]


def tvsum_ap(scores_T: ArrayLike, ratings_TR: ArrayLike, k: int = 5) -> float:
    """Top-k average precision of one TVSum video, mean over the people who rated it, in [0, 1]."""
    return top_k_ap(scores_T, above_median(ratings_TR), k)


def youtube_ap(scores_T: ArrayLike, ratings_TR: ArrayLike) -> float:
    """Average precision of one YouTube Highlights video, in [0, 1]."""
    return top_k_ap(scores_T, np.asarray(ratings_TR) > 0, None)


def top_k_ap(scores_T: ArrayLike, labels_TR: NDArray[np.bool_], k: int | None) -> float:
    """Trapezoid average precision of the best ranked k clips (all of them if None), mean over the columns of labels."""
    scores = np.asarray(scores_T)[: len(labels_TR)]
    return float(trapezoid_ap(labels_TR[rank(scores)[:k]]).mean()) if len(scores) else 0.0


def saliency_scores(
    scores: Sequence[NDArray[Any]], ratings: Sequence[NDArray[Any]]
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """QVHighlights' two measures at each level.

    Args:
        scores: for each of B queries `[T]`, finite.
        ratings: for each query `[T, R]`, 0..4; R is the same for all.

    Returns:
        For `Fair`, `Good`, `VeryGood`: average precision float64 `[B, R]` and hit bool `[B]`.
    """
    rating_BTR, valid = pad(ratings)
    score_BT, _ = pad(scores, width=valid.shape[1])
    rating_BRT = np.ascontiguousarray(rating_BTR.astype(np.float32).transpose(0, 2, 1))
    at_best = _ratings_of_best(scores, rating_BTR)
    some = np.array([len(row) > 0 for row in scores], bool)
    return {
        name: (interpolated_ap(rating_BRT >= least, score_BT, valid) * some[:, None], at_best >= least)
        for name, least in SALIENCY_LEVELS.items()
    }


def _ratings_of_best(scores: Sequence[NDArray[Any]], rating_BTR: NDArray[np.float64]) -> NDArray[np.float64]:
    """The highest rating of the best ranked clip of each query; −1 where there is no such clip or nobody saw it."""
    lists, listed = pad(scores)
    if not lists.shape[1]:
        return np.full(len(scores), -1.0)
    best = np.where(listed, lists, -np.inf).argmax(axis=1)
    inside = (best < rating_BTR.shape[1]) & listed[:, 0]
    highest = rating_BTR[np.arange(len(best)), np.where(inside, best, 0)].max(axis=1, initial=-1.0)
    return np.where(inside, highest, -1.0)
