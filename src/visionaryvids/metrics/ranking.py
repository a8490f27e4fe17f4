"""Measures of a ranking: average precision in the two forms that the field uses, and rank correlations.

Conventions:
    A ranking is by falling score; of equal scores the earlier clip comes first (`rank`), so that ties have one outcome.
    NaN ranks last. A list without positives has average precision 0, and so has an empty list.
    Labels are booleans, one column a person who judged. Axes: B rankings, T clips, K ranks, R people.

Metrics:
    `trapezoid_ap` (TVSum, YouTube Highlights): area under the precision-recall polygon that starts at precision 1.
        Recall counts the positives **inside the list**: of a list cut to its top k, the one hit at rank 1 gives 1.0.
    `interpolated_ap` (QVHighlights): mean over the recall levels reached of the best precision at that recall or above.
        Equal scores form one step: they are all taken or none.
    `kendall_tau`, `spearman_rho`: correlation with each person's ratings; ties as in tau-b and by mean ranks.

References:
    UMT: TencentARC/UMT, `datasets/tvsum.py`, `datasets/youtube.py`. QVHighlights: jayleicn/moment_detr,
    `standalone_eval/utils.py`. Rank correlation for summaries: Otani et al., CVPR 2019.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def rank(scores: ArrayLike) -> NDArray[np.intp]:
    """Indices of the last axis in the order of falling score; equal scores keep their order, NaN comes last."""
    return np.argsort(-np.asarray(scores, np.float64), axis=-1, kind="stable")


def trapezoid_ap(ranked: ArrayLike) -> NDArray[np.float64]:
    """Average precision of lists of labels that are already in the order of the ranking.

    With p_j the precision of the first j entries and p_0 = 1, a positive at rank j adds (p_{j−1} + p_j) / 2, and the
    sum is divided by the number of positives in the list.

    Args:
        ranked: `[..., K, R]`, true where the entry at that rank is positive.

    Returns:
        float64 `[..., R]`, in [0, 1].
    """
    hits = np.asarray(ranked, np.float64)
    found = hits.cumsum(axis=-2)
    ranks = np.arange(1.0, hits.shape[-2] + 1)[:, None]
    before = (found - hits) / np.maximum(ranks - 1, 1)
    before[..., :1, :] = 1
    gained = (hits * (before + found / ranks)).sum(axis=-2) / 2
    return gained / np.maximum(hits.sum(axis=-2), 1)


def interpolated_ap(
    labels_BRT: NDArray[np.bool_], scores_BT: ArrayLike, valid_BT: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Average precision with interpolated precision, for many rankings and many people at once.

    Args:
        labels_BRT: bool `[B, R, T]`, the positives; false in padding.
        scores_BT: `[B, T]`, finite scores.
        valid_BT: bool `[B, T]`, false where a column is padding; all are clips by default.

    Returns:
        float64 `[B, R]`.
    """
    scores = np.asarray(scores_BT, np.float64)
    scores = scores if valid_BT is None else np.where(valid_BT, scores, -np.inf)
    order = rank(scores)
    ranked = np.take_along_axis(scores, order, axis=1)
    last = np.ones(ranked.shape, bool)
    last[:, :-1] = ranked[:, :-1] != ranked[:, 1:]
    found = np.take_along_axis(labels_BRT, order[:, None], axis=2).cumsum(axis=2, dtype=np.float64)
    steps, precision = _steps(found, last[:, None])
    gained = np.einsum("brt,brt->br", steps, precision)
    return gained / np.maximum(steps.sum(axis=2), 1)


def _steps(found: NDArray[np.float64], last: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where recall rises (1 or 0), and the best precision from there on; `last` marks the ends of groups of ties."""
    precision = found / np.arange(1.0, found.shape[2] + 1)
    precision *= last
    at_end = found if last.all() else np.maximum.accumulate(found * last, axis=2)
    steps = np.diff(at_end, axis=2, prepend=0) > 0
    best = np.maximum.accumulate(precision[..., ::-1], axis=2)[..., ::-1]
    return steps.astype(np.float64), best


def mean_ranks(values: ArrayLike) -> NDArray[np.float64]:
    """Ranks of a list from 1 up; equal values share the mean of their ranks."""
    _, group, count = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    end = count.cumsum()
    return (end - (count - 1) / 2)[group]


def spearman_rho(scores_T: ArrayLike, ratings_TR: ArrayLike) -> NDArray[np.float64]:
    """Spearman's rho of one list of scores with each person's ratings: float64 `[R]`.

    It is Pearson's correlation of the mean ranks. A constant or empty list says nothing about order: it has 0.
    """
    if not len(np.asarray(scores_T)):
        return np.zeros(np.shape(ratings_TR)[1])
    x = mean_ranks(scores_T)
    ranks = np.stack([mean_ranks(column) for column in np.asarray(ratings_TR).T], axis=1)
    x, ranks = x - x.mean(), ranks - ranks.mean(axis=0)
    return _ratio(x @ ranks, np.sqrt((x @ x) * (ranks**2).sum(axis=0)))


def kendall_tau(scores_T: ArrayLike, ratings_TR: ArrayLike) -> NDArray[np.float64]:
    """Kendall's tau-b of one list of scores with each person's ratings: float64 `[R]`; 0 for a constant or empty list.

    Tau-b is the cosine of the two vectors of pairwise signs, so pairs tied in a list do not count for it.
    """
    x = _signs(scores_T)
    size = np.sqrt(np.count_nonzero(x))
    return np.array([_cosine(x, size, _signs(column)) for column in np.asarray(ratings_TR).T])


def mean_unit_ranks(ratings_TR: ArrayLike) -> NDArray[np.float64]:
    """People's ranks, centred and of length 1 each, mean over people: float64 `[T]`.

    The product with a list's own centred unit ranks is that list's `spearman_rho`, mean over people. Someone who rated
    every clip alike counts as zeros.
    """
    ranks = np.stack([mean_ranks(column) for column in np.asarray(ratings_TR).T], axis=1)
    ranks -= ranks.mean(axis=0)
    return _ratio(ranks, np.broadcast_to(np.sqrt((ranks**2).sum(axis=0)), ranks.shape)).mean(axis=1)


def mean_unit_signs(ratings_TR: ArrayLike) -> NDArray[np.float64]:
    """People's pairwise signs, of length 1 each, mean over people: float64 `[T (T − 1) / 2]`, pairs as `triu_indices`.

    The product with a list's own unit signs is that list's `kendall_tau`, mean over people.
    """
    columns = [_signs(column).astype(np.float64) for column in np.asarray(ratings_TR).T]
    lengths = [max(np.count_nonzero(column), 1) ** 0.5 for column in columns]
    return np.mean([column / length for column, length in zip(columns, lengths, strict=True)], axis=0)


def _signs(values: ArrayLike) -> NDArray[np.float32]:
    """−1, 0 or 1 for each pair of clips; float32 counts exactly to 2^24, and sums are made in float64."""
    column = np.asarray(values, np.float64)
    upper = np.triu_indices(len(column), 1)
    return np.sign(column[upper[0]] - column[upper[1]]).astype(np.float32)


def _cosine(x: NDArray[Any], size: float, y: NDArray[Any]) -> float:
    agreement = (x * y).sum(dtype=np.float64)
    return float(_ratio(agreement, size * np.sqrt(np.count_nonzero(y))))


def _ratio(part: NDArray[Any] | np.float64, whole: NDArray[Any] | np.float64) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) > 0)
