"""What no ranking exceeds where people disagree (TVSum): top-k mean average precision, and rank correlations.

Twenty people who contradict each other cannot all be pleased: the ceiling of top-5 mAP is about 0.94, not 1. It is
found by search, so it is strictly a lower bound of the maximum, and very probably the maximum. From many random starts
at once each rank in turn gets the clip that helps most, until nothing helps; then the best few of these rankings have
every pair of ranks refilled with the best pair of clips. All clips are candidates: an unpopular one may be the right
one, as whoever likes the first clip and none of the others has an AP of 1.

The search is fast because the AP of a person depends only on which of the k ranks are positive for them, a k-bit
number: all 2^k values are in a table. Where one or two ranks are open, the AP is a (bi)linear function of their bits,
so that all clips, or all pairs of clips, are tried in one matrix product.

Correlations have no such table, but a bound in closed form: `spearman_bound`, `kendall_bound`. No ranking exceeds it,
and the best one is a little below.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visionaryvids.metrics.ranking import mean_unit_ranks, mean_unit_signs, trapezoid_ap

MAX_K = 16
"""The largest k for which the table of 2^k values is made."""

_STARTS, _POLISHED = 96, 4
_ONE_THREAD = 200_000
"""Multiplications of a product for which OpenBLAS takes one thread (its threshold is 2^18)."""
_GAIN = 1e-6
"""A change counts if it raises the mean AP by more than float32 rounding."""


def best_top_k(labels_TR: NDArray[np.bool_], k: int = 5, seed: int = 0) -> tuple[float, NDArray[np.intp]]:
    """The best ranking's top-k trapezoid AP, mean over people, and its clips in order.

    Args:
        labels_TR: bool `[T, R]`, the clips that are positive for each person.
        k: how many ranks count; at most `MAX_K`.
        seed: of the random starts.

    Raises:
        ValueError: `k` is not between 1 and `MAX_K`.
    """
    if not 1 <= k <= MAX_K:
        raise ValueError(f"found k={k}, expected 1 to {MAX_K}")
    search = _Search(labels_TR, min(k, len(labels_TR)))
    orders, values = search.climb(np.random.default_rng(seed))
    orders = np.unique(orders[np.argsort(-values, kind="stable")[: 4 * _POLISHED]], axis=0)
    best = orders[np.argsort(-search.values(orders), kind="stable")[:_POLISHED]]
    order = max((search.polish(start) for start in best), key=lambda found: search.values(found[None])[0])
    return float(search.values(order[None])[0]), order


def spearman_bound(ratings_TR: ArrayLike) -> float:
    """What Spearman's rho, mean over people, does not exceed: the length of people's mean unit ranks.

    It is reached by scores whose own ranks have exactly that direction (TVSum: the best are 0.01 to 0.05 below).
    """
    return float(np.linalg.norm(mean_unit_ranks(ratings_TR)))


def kendall_bound(ratings_TR: ArrayLike) -> float:
    """What Kendall's tau, mean over people, does not exceed.

    Scores that order m pairs reach at most the m largest weights over √m; the bound is the best m. It leaves out that
    an order is transitive, which costs (TVSum: the best are 0.05 to 0.08 below).
    """
    weight = -np.sort(-np.abs(mean_unit_signs(ratings_TR)))
    reached = weight.cumsum() / np.sqrt(np.arange(1, len(weight) + 1))
    return float(reached.max(initial=0.0))


class _Search:
    """Rankings of T clips, of which the first k count; S rankings at a time are `[S, k]` clip numbers."""

    def __init__(self, labels_TR: NDArray[np.bool_], k: int) -> None:
        patterns = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
        self.table = trapezoid_ap(patterns[..., None])[:, 0].astype(np.float32) / labels_TR.shape[1]
        self.labels = labels_TR.astype(np.float32)
        # One clip's bit at one rank, for each person: [k, T, R].
        self.bits = labels_TR.astype(np.int32) << np.arange(k, dtype=np.int32)[:, None, None]
        self.k, self.clips = k, len(labels_TR)

    def values(self, orders_SK: NDArray[np.intp]) -> NDArray[np.float32]:
        """The score of each ranking: mean over people."""
        return self.table[self._codes(orders_SK, ())].sum(axis=1)

    def _codes(self, orders_SK: NDArray[np.intp], without: tuple[int, ...]) -> NDArray[np.int32]:
        ranks = [rank for rank in range(self.k) if rank not in without]
        return self.bits[ranks, orders_SK[:, ranks]].sum(axis=1, dtype=np.int32)

    def climb(self, rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Rankings in which no single rank can be filled better, from random starts, and their scores."""
        orders = rng.random((_STARTS, self.clips)).argsort(axis=1)[:, : self.k]
        values, before = self.values(orders), np.zeros(len(orders), np.float32)
        while (values > before + _GAIN).any():
            before = values
            for rank in range(self.k):
                orders = self._refill(orders, rank)
            values = self.values(orders)
        return orders, values

    def _refill(self, orders_SK: NDArray[np.intp], rank: int) -> NDArray[np.intp]:
        """Every ranking with the clip at one rank replaced by the best one that it does not show elsewhere."""
        rest = self._codes(orders_SK, (rank,))
        without = self.table[rest]
        gain_SR = self.table[rest | 1 << rank] - without
        values = without.sum(axis=1, keepdims=True) + _product(gain_SR, self.labels.T)
        others = np.delete(orders_SK, rank, axis=1)
        np.put_along_axis(values, others, -1, axis=1)
        out = orders_SK.copy()
        out[:, rank] = values.argmax(axis=1)
        return out

    def polish(self, order_K: NDArray[np.intp]) -> NDArray[np.intp]:
        """A ranking in which no pair of ranks can be filled better."""
        order, pairs, unchanged = order_K, list(combinations(range(self.k), 2)), 0
        while unchanged < len(pairs):
            for pair in pairs:
                better = self._refill_pair(order, *pair)
                gain = np.diff(self.values(np.stack([order, better])))[0]
                order, unchanged = (better, 0) if gain > _GAIN else (order, unchanged + 1)
        return order

    def _refill_pair(self, order_K: NDArray[np.intp], first: int, second: int) -> NDArray[np.intp]:
        rest = self._codes(order_K[None], (first, second))[0]
        free: NDArray[Any] = np.setdiff1d(np.arange(self.clips), np.delete(order_K, [first, second]))
        labels = self.labels[free]
        neither, one, other, both = (
            self.table[rest | bits] for bits in (0, 1 << first, 1 << second, 1 << first | 1 << second)
        )
        alone, beside = ((labels * (value - neither)).sum(axis=1) for value in (one, other))
        values = _product(labels * (both - one - other + neither), labels.T) + alone[:, None] + beside
        np.fill_diagonal(values, -np.inf)
        out = order_K.copy()
        out[[first, second]] = free[np.array(np.unravel_index(values.argmax(), values.shape))]
        return out


def _product(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """`a @ b` in slices too small for BLAS to spread over threads.

    The products are small, and where other programs keep the cores busy, waiting for a second thread makes the search
    forty times slower.
    """
    rows = max(_ONE_THREAD // b.size, 1)
    return np.concatenate([a[start : start + rows] @ b for start in range(0, len(a), rows)])
