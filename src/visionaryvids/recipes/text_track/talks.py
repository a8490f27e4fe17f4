"""Scenes of talk: a sentence after another, each a few clips long, one of which means what is asked.

Captions of pictures repeat themselves for as long as a thing is shown; what is said is said once, and soon something
else is said. No data at hand pair spoken sentences with questions, but the mean of all captions of a moment means what
the moment's query means in other words, and such means can be strung together.

Axes: T clips, S sentences, E width of the sentence space.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from visionaryvids.intervals import clips_in_windows
from visionaryvids.recipes.text_track.material import Floats
from visionaryvids.recipes.text_track.scenes import ABSENT, Queries, seen
from visionaryvids.training.scenes import Scene

SENTENCES = (12, 60)
"""How many a talk has, from the first to below the second number."""
LONGEST, LONGEST_PAUSE = 5, 3
PAUSE = 0.3
"""How often a pause comes before a sentence."""


class Talks(Queries):
    """Makes scenes."""

    def __call__(self, rng: np.random.Generator) -> Scene:
        """One scene."""
        rows_TE, about, windows_N2 = self.talk(rng, ABSENT)
        saliency_T = clips_in_windows(windows_N2, len(rows_TE), 1.0).astype(np.float32)
        return seen(rng, self.words, rows_TE, self.embedded[about], saliency_T, windows_N2)

    def talk(self, rng: np.random.Generator, absent: float) -> tuple[Floats, int, NDArray[np.float64]]:
        """Rows `[T, E]` of a talk, the index of the query, and when it is answered, `[N, 2]` in clips.

        Args:
            rng: what is said and when.
            absent: how likely it is that nothing is said where the answer would be.
        """
        count = min(int(rng.integers(*SENTENCES)), len(self.asked))
        spoken = rng.choice(len(self.asked), count, replace=False).tolist()
        place = int(rng.integers(0, len(spoken)))
        starts_S, ends_S = _times(rng, len(spoken))
        rows_TE = np.zeros((ends_S[-1], self._sentences.shape[1]), np.float32)
        for sentence, start, end in zip(spoken, starts_S, ends_S, strict=True):
            rows_TE[start:end] = self._sentences[sentence]
        windows_N2 = np.array([[starts_S[place], ends_S[place]]], float)
        if rng.random() < absent:
            rows_TE[starts_S[place] : ends_S[place]] = 0
            windows_N2 = windows_N2[:0]
        return rows_TE, spoken[place], windows_N2

    @cached_property
    def _sentences(self) -> Floats:
        """For each query a sentence that means the same: the mean of its moments' captions, unit length."""
        inside = [clips_in_windows(each.windows_N2, len(each.rows_TE), 1.0) for each in self.asked]
        means = np.stack([each.rows_TE[at_T].mean(0) for each, at_T in zip(self.asked, inside, strict=True)])
        return means / np.linalg.norm(means, axis=1, keepdims=True)


def _times(rng: np.random.Generator, count: int) -> tuple[list[int], list[int]]:
    """The first clip of each sentence, and the one after its last."""
    lengths_S = rng.integers(1, LONGEST, count)
    pauses_S = rng.integers(1, LONGEST_PAUSE, count) * (rng.random(count) < PAUSE)
    ends_S = (lengths_S + pauses_S).cumsum()
    return (ends_S - lengths_S).tolist(), ends_S.tolist()
