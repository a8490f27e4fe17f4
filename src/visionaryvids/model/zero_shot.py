"""What cosine similarity alone says of a text track: nothing is trained, a few numbers are set by hand.

It answers about speech (`text_track.py`), and is the baseline that the head for captions has to beat.

    rows, query ─ cosine ─► smoothed over three clips ─► peaks, each with the run around it ─► moments
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visionaryvids.features.minilm import pooled
from visionaryvids.model.answer import CANDIDATES
from visionaryvids.model.moments import merged
from visionaryvids.types import Answer, Features, Query

Floats = NDArray[np.float64]

KERNEL = (0.15, 0.7, 0.15)
"""A clip with its neighbours: sentences rarely begin with a clip."""
RUN_SHARE = 0.6
"""A run ends where the similarity falls below this share of the way from the median to its peak."""
SLOPE, MIDDLE = 12.0, 0.38
"""A moment with cosine `MIDDLE` at its peak is right half the time; all-MiniLM-L6-v2 puts unrelated sentences at 0 to
0.3, and paraphrases at 0.4 to 0.9."""


@dataclass(frozen=True, slots=True)
class CosineBrain:
    """A `Brain` that compares sentences and knows nothing else."""

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:  # noqa: ARG002
        """None."""
        return ()

    def watch(self, features: Features) -> CosineWatched:
        """Rows of `text_track.SPEC` as they are."""
        assert features.video_TD is not None
        return CosineWatched(features.video_TD, features.clip_s)


@dataclass(frozen=True, slots=True)
class CosineWatched:
    """A text track that can be asked.

    Attributes:
        rows_TD: of unit length, or zero where nothing is said.
        clip_s: length of a clip in seconds.
        warnings: none.
    """

    rows_TD: NDArray[np.float32]
    clip_s: float
    warnings: tuple[str, ...] = ()

    def answer(self, asked: Sequence[Query | None], *, duration_s: float, top: int) -> tuple[Answer, ...]:
        """An answer for each query; nothing stands out where nothing is asked."""
        return tuple(self._one(query, duration_s, top) for query in asked)

    def _one(self, query: Query | None, duration_s: float, top: int) -> Answer:
        if query is None:
            return Answer(None, 1.0, (), np.zeros(len(self.rows_TD)))
        similarity_T = smoothed(self.rows_TD @ pooled(query))
        moments_N3 = peaks(similarity_T, float(np.median(similarity_T)))
        moments_N3[:, 2] = probability(moments_N3[:, 2])
        best = float(probability(similarity_T).max())
        return Answer(query.text, best, merged(moments_N3, self.clip_s, duration_s, top), probability(similarity_T))


def smoothed(similarity_T: NDArray[np.float32]) -> Floats:
    """Each clip with a share of its neighbours'; the first and the last clip are their own neighbours."""
    return np.convolve(np.pad(similarity_T.astype(np.float64), 1, mode="edge"), KERNEL, "valid")


def probability(similarity: Floats) -> Floats:
    """How probable it is that a moment with this similarity at its peak is right."""
    return 1 / (1 + np.exp(-SLOPE * (similarity - MIDDLE)))


def peaks(similarity_T: Floats, middle: float) -> Floats:
    """The runs around the highest similarities, best first: `[N, 3]` of start, end (clips) and peak.

    Args:
        similarity_T: of each clip.
        middle: what is usual in this track; half of the highest where most of the track is alike.
    """
    middle = min(middle, similarity_T.max() / 2)
    free_T, found = similarity_T > middle, []
    while free_T.any() and len(found) < CANDIDATES:
        peak = int(np.where(free_T, similarity_T, -np.inf).argmax())
        low_T = ~free_T | (similarity_T < middle + RUN_SHARE * (similarity_T[peak] - middle))
        start = int(np.flatnonzero(low_T[:peak]).max(initial=-1)) + 1
        end = peak + int(np.argmax(np.append(low_T[peak:], True)))
        found.append((start, end, similarity_T[peak]))
        free_T = free_T & ~((np.arange(len(free_T)) >= start) & (np.arange(len(free_T)) < end))
    return np.array(found, np.float64).reshape(-1, 3)
