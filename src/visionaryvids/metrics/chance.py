"""What a prediction scores by chance, and what the best of many random predictions scores.

Conventions:
    A random prediction ranks all clips in an order that is equally likely to be any order. Axes: T clips, R people,
    D draws.

Metrics:
    `expected_ap`, `expected_top_k_ap`: the mean over all orders, in closed form.
    `random_top_k_aps`: draws from the distribution around that mean.
    `expected_best`: the mean of the best of n draws. A model selection that looks at n predictions on the test split
        finds that much without having learnt anything; it is the number to compare "best epoch" scores with. It is
        an expectation under the empirical distribution of the draws, so it does not jump with the seed as one maximum
        of n would.
    `expected_best_of_normal`: the same for a mean over so many queries that it is normally distributed.
    `kendall_deviation`, `spearman_deviation`: of a random order's correlation, mean over people. Its mean is 0, and it
        is close to normal (a sum over clips, or over pairs, none of which weighs much).

References:
    Rank statistics of a random order: Hájek, Šidák & Sen, Theory of Rank Tests, 1999, section 3.3.
    Order statistics: F_max(x) = F(x)^n (David & Nagaraja, Order Statistics, 2003, section 2.1).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from visionaryvids.metrics.ranking import mean_unit_ranks, mean_unit_signs, trapezoid_ap

_CHUNK = 2_000
"""Draws made at a time, so that memory does not grow with their number."""


def expected_ap(positives: int, length: int) -> float:
    """Mean trapezoid AP of a random order of `length` clips of which `positives` are positive.

    Given that rank j holds a positive, each rank before it does with probability r = (P − 1) / (L − 1); so the mean
    precision is r before it and ((j − 1) r + 1) / j with it, and every rank is equally likely to hold a positive.
    """
    if positives == 0:
        return 0.0
    r = (positives - 1) / max(length - 1, 1)
    gains = [(r + ((j - 1) * r + 1) / j) / 2 for j in range(2, length + 1)]
    return (1 + math.fsum(gains)) / length


def expected_top_k_ap(positives: int, length: int, k: int | None) -> float:
    """Mean trapezoid AP of the first k clips of a random order; all clips if `k` is None.

    The number of positives among the first k is hypergeometric, and given it their order is random.
    """
    if k is None or k >= length:
        return expected_ap(positives, length)
    ways = math.comb(length, k)
    chances = (math.comb(positives, c) * math.comb(length - positives, k - c) / ways for c in range(k + 1))
    return math.fsum(chance * expected_ap(c, k) for c, chance in enumerate(chances))


def expected_top_k_ap_of_people(labels_TR: NDArray[np.bool_], k: int | None) -> float:
    """`expected_top_k_ap`, mean over people."""
    length = len(labels_TR)
    return math.fsum(expected_top_k_ap(int(p), length, k) for p in labels_TR.sum(axis=0)) / labels_TR.shape[1]


def random_top_k_aps(
    labels_TR: NDArray[np.bool_], k: int | None, draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Trapezoid AP of the first k clips (all if None), mean over people, of random orders: float64 `[D]`."""
    parts = []
    for start in range(0, draws, _CHUNK):
        noise = rng.random((min(_CHUNK, draws - start), len(labels_TR)))
        parts.append(trapezoid_ap(labels_TR[_first(noise, k)]).mean(axis=1))
    return np.concatenate(parts)


def _first(noise_DT: NDArray[np.float64], k: int | None) -> NDArray[np.intp]:
    """Indices of the k least values of each row, in order."""
    if k is None or k >= noise_DT.shape[1]:
        return noise_DT.argsort(axis=1)
    least = noise_DT.argpartition(k, axis=1)[:, :k]
    return np.take_along_axis(least, np.take_along_axis(noise_DT, least, axis=1).argsort(axis=1), axis=1)


def expected_best(values: ArrayLike, n: int) -> float:
    """Mean of the largest of n independent draws from the empirical distribution of `values`."""
    ordered = np.sort(np.asarray(values, np.float64))
    share = np.arange(len(ordered) + 1) / len(ordered)
    return float(ordered @ np.diff(share**n))


def expected_best_of_normal(mean: float, deviation: float, n: int) -> float:
    """Mean of the largest of n independent normal draws; the integral is a sum over 4,001 points of ±10 deviations."""
    x = np.linspace(-10, 10, 4_001)
    below = np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in x])
    middle = (x[1:] + x[:-1]) / 2
    return mean + deviation * float(middle @ np.diff(below**n))


def spearman_deviation(ratings_TR: ArrayLike) -> float:
    """Standard deviation of a random order's Spearman's rho, mean over people; exact.

    The order's unit ranks point anywhere in T − 1 dimensions alike, so their product with a vector of length a varies
    by a² / (T − 1).
    """
    consensus = mean_unit_ranks(ratings_TR)
    return math.sqrt(float(consensus @ consensus) / max(len(consensus) - 1, 1))


def kendall_deviation(ratings_TR: ArrayLike) -> float:
    """Standard deviation of a random order's Kendall's tau, mean over people; exact.

    Two signs of a random order have covariance 1/3 where they share a clip and 0 where they share none. With w the
    weight of each pair, the variance of the sum is (Σ w² + Σ over clips of (sum of w at the clip)²) / 3.
    """
    weight = mean_unit_signs(ratings_TR)
    clips = np.shape(ratings_TR)[0]
    first, second = np.triu_indices(clips, 1)
    at_clip = np.bincount(first, weight, clips) - np.bincount(second, weight, clips)
    return math.sqrt((weight @ weight + at_clip @ at_clip) / 3 / max(len(weight), 1))


def mean_and_deviation(values: ArrayLike) -> tuple[float, float]:
    """Mean and standard deviation (of a sample: n − 1) of draws."""
    array: NDArray[Any] = np.asarray(values, np.float64)
    return float(array.mean()), float(array.std(ddof=1)) if len(array) > 1 else 0.0
