"""Where a moment could be: shots, unions of neighbouring shots, runs of high similarity. Plain NumPy, no weights.

A clip-wise head must find both edges of a moment by itself; but edges mostly lie where the picture cuts or where the
similarity crosses some level, and those places are known. So moments are first proposed, some hundred a stretch, and
then judged (`heads.ProposalHead`). On composed videos nearly every true moment has a proposal with IoU above 0.7.

Many queries of stretches of one length are served at once: all that could be proposed is a table of first clip × clip
after the last, in which cuts and runs are crossed. Read off row by row, it is in order and has nothing twice.

Axes: P pairs of a query and a stretch, T clips, N proposals, R runs' thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Ints = NDArray[np.int64]

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


def propose(novelty_2T: NDArray[np.float32], similarity_T: NDArray[np.float32]) -> Ints:
    """Proposals as clips `[first, last)`: int `[N, 2]`, ordered by time, at most `MAX_PROPOSALS`.

    Args:
        novelty_2T: how different the next clip is from the last one, and the next two from the last two.
        similarity_T: of each clip with the query.
    """
    return propose_all([between_cuts(novelty_2T)], similarity_T[None])[0]


def propose_all(between_cuts_P: Sequence[Ints], similarity_PT: NDArray[np.float32]) -> list[Ints]:
    """Proposals of many pairs of a query and a stretch; see `propose`.

    Args:
        between_cuts_P: what `between_cuts` says of each stretch.
        similarity_PT: of each clip with the query.
    """
    pairs, clips = similarity_PT.shape
    crossed = np.zeros((pairs, clips, clips + 1), bool)
    for table, windows_N2 in zip(crossed, between_cuts_P, strict=True):
        table[*windows_N2.T] = True
    pair_N, first_N, last_N = _runs(similarity_PT)
    crossed[pair_N, first_N, last_N] = True
    for length in range(1, min(LEAST_CLIPS, clips)):
        crossed[:, np.arange(clips), np.arange(clips) + length] = False
    found = np.unravel_index(np.flatnonzero(crossed), crossed.shape)  # `nonzero` takes eight times as long
    pair_N, first_N, last_N = _best(found, similarity_PT)
    return np.split(np.stack((first_N, last_N), axis=1), np.searchsorted(pair_N, np.arange(1, pairs)))


def between_cuts(novelty_2T: NDArray[np.float32]) -> Ints:
    """The stretch as a whole, shots and unions of neighbouring ones, as clips `[first, last)`: int `[N, 2]`.

    They need no query. Some may come twice; see `propose` for the novelty.
    """
    whole_12 = np.array([[0, novelty_2T.shape[1]]])
    return np.concatenate([whole_12, *_between_cuts(novelty_2T.min(axis=0))])


def _between_cuts(novelty_T: NDArray[np.float32]) -> Iterator[Ints]:
    for least, most_shots in CUTS:
        cuts = 1 + np.flatnonzero(novelty_T[1:] >= least)
        edges = np.concatenate([[0], cuts, [len(novelty_T)]])
        for shots in range(1, min(most_shots, len(edges) - 1) + 1):
            yield np.stack([edges[:-shots], edges[shots:]], axis=1)


def _runs(similarity_PT: NDArray[np.float32]) -> tuple[Ints, Ints, Ints]:
    """Every run of high similarity: which pair, first clip, the clip after the last."""
    smooth_WPT = np.stack([_smooth(similarity_PT, width) for width in RUN_SMOOTHING])
    low_BWP = np.quantile(smooth_WPT, RUN_BASES, axis=-1)
    rise_LBWP = np.multiply.outer(RUN_LEVELS, smooth_WPT.max(axis=-1) - low_BWP)
    inside_LBWPT = smooth_WPT >= (low_BWP + rise_LBWP)[..., None]
    pairs, clips = similarity_PT.shape
    bounded_RPX = np.zeros((inside_LBWPT.size // similarity_PT.size, pairs, clips + 2), bool)
    bounded_RPX[..., 1:-1] = inside_LBWPT.reshape(-1, pairs, clips)
    change_X = np.flatnonzero(bounded_RPX[..., 1:] != bounded_RPX[..., :-1])  # in turn first clips and ends
    row_X, edge_X = np.divmod(change_X, clips + 1)
    return row_X[::2] % pairs, edge_X[::2], edge_X[1::2]


def _smooth(similarity_PT: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """A moving mean that repeats the first and the last value at the ends."""
    clips = similarity_PT.shape[1]
    around = np.arange(-(width // 2), clips + width // 2).clip(0, clips - 1)
    return sliding_window_view(similarity_PT[:, around], width, axis=1).mean(axis=-1, dtype=np.float64)


def _best(found: tuple[Ints, ...], similarity_PT: NDArray[np.float32]) -> tuple[Ints, ...]:
    """The proposals (which pair, first clip, clip after the last) without those that are too many for their pair."""
    pair_N, first_N, last_N = found
    start_P = np.searchsorted(pair_N, np.arange(len(similarity_PT)))
    if np.diff(start_P, append=len(pair_N)).max() <= MAX_PROPOSALS:
        return found
    total_PT = np.pad(similarity_PT.cumsum(axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    power_T = np.arange(total_PT.shape[1]) ** _LENGTH_POWER
    worth_N = (total_PT[pair_N, last_N] - total_PT[pair_N, first_N]) / power_T[last_N - first_N]
    best_first_N = np.lexsort((-worth_N, pair_N))
    rank_N = np.arange(len(pair_N)) - start_P[pair_N]
    kept_N = np.sort(best_first_N[rank_N < MAX_PROPOSALS])
    return pair_N[kept_N], first_N[kept_N], last_N[kept_N]
