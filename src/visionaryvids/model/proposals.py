"""Where a moment could be: shots, unions of neighbouring shots, runs of high similarity. Plain NumPy, no weights.

A clip-wise head must find both edges of a moment by itself; but edges mostly lie where the picture cuts or where the
similarity crosses some level, and those places are known. So moments are first proposed, some hundred a stretch, and
then judged (`heads.ProposalHead`). On composed videos nearly every true moment has a proposal with IoU above 0.7.

Axes: T clips, N proposals.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from visionaryvids.intervals import windows_from_clips

MAX_PROPOSALS = 160
LEAST_CLIPS = 2
CUTS: tuple[tuple[float, int], ...] = ((0.2, 1), (0.35, 3), (0.6, 3), (0.8, 3))
"""Novelty of a cut, and how many neighbouring shots a moment may consist of."""
RUN_SMOOTHING = (3, 7)
RUN_BASES = (0.2, 0.5)
RUN_LEVELS = (0.25, 0.4, 0.55, 0.7)
"""A run is what reaches this share of the way from the base to the highest similarity. The base is a quantile: the
median, and a low one for a moment that fills most of what is seen."""
_LENGTH_POWER = 0.8
"""If there are too many proposals, those go that have the least similarity, summed over length to this power."""


def propose(novelty_2T: NDArray[np.float32], similarity_T: NDArray[np.float32]) -> NDArray[np.int64]:
    """Proposals as clips `[first, last)`: int `[N, 2]`, ordered by time, at most `MAX_PROPOSALS`.

    Args:
        novelty_2T: how different the next clip is from the last one, and the next two from the last two.
        similarity_T: of each clip with the query.
    """
    length = len(similarity_T)
    parts = [np.array([[0, length]]), *_between_cuts(novelty_2T.min(axis=0)), *_runs(similarity_T)]
    found = np.unique(np.concatenate(parts).astype(np.int64), axis=0)
    long_enough = found[found[:, 1] - found[:, 0] >= min(LEAST_CLIPS, length)]
    return _best(long_enough, similarity_T)


def _between_cuts(novelty_T: NDArray[np.float32]) -> Iterator[NDArray[np.int64]]:
    for least, most_shots in CUTS:
        edges = np.unique(np.concatenate([[0], np.flatnonzero(novelty_T >= least), [len(novelty_T)]]))
        for shots in range(1, min(most_shots, len(edges) - 1) + 1):
            yield np.stack([edges[:-shots], edges[shots:]], axis=1)


def _runs(similarity_T: NDArray[np.float32]) -> Iterator[NDArray[np.float64]]:
    for width in RUN_SMOOTHING:
        padded = np.pad(similarity_T, width // 2, mode="edge")
        smooth_T = np.convolve(padded, np.full(width, 1 / width), "valid")
        for low in np.quantile(smooth_T, RUN_BASES):
            for level in RUN_LEVELS:
                yield windows_from_clips(smooth_T >= low + level * (smooth_T.max() - low), 1.0)


def _best(found_N2: NDArray[np.int64], similarity_T: NDArray[np.float32]) -> NDArray[np.int64]:
    if len(found_N2) <= MAX_PROPOSALS:
        return found_N2
    total = np.concatenate([[0.0], similarity_T.cumsum(dtype=np.float64)])
    first, last = found_N2.T
    worth = (total[last] - total[first]) / (last - first) ** _LENGTH_POWER
    return found_N2[np.sort(np.argsort(-worth, kind="stable")[:MAX_PROPOSALS])]
