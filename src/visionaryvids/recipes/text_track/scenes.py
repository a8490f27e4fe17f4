"""Scenes for the network of `text-track`: videos of QVHighlights as they are, several joined, and with silent passages.

Axes: T clips, E width of the sentence space, V views, N moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.model.words import WordAlignment
from visionaryvids.recipes.text_track.material import Asked, Floats, asked_in
from visionaryvids.training.scenes import Scene, cut_scene

JOINED = 0.25
"""How many scenes are of two or three videos, one after another."""
ABSENT = 0.15
"""How many scenes have the query of another video, and no moment."""
SILENT = 0.25
"""How many scenes have passages in which nothing is said."""
LONGEST_SILENCE = 12


@dataclass(frozen=True)
class Queries:
    """What scenes are about.

    Attributes:
        asked: queries with their videos.
        words: the alignment.
    """

    asked: Sequence[Asked]
    words: WordAlignment

    @cached_property
    def embedded(self) -> Floats:
        """Every query in the sentence space, `[Q, E]`."""
        return asked_in(self.words, self.asked)


class Videos(Queries):
    """Makes scenes."""

    def __call__(self, rng: np.random.Generator) -> Scene:
        """One scene."""
        count = int(rng.integers(2, 4)) if rng.random() < JOINED else 1
        members, place = rng.choice(len(self.asked), count, replace=False).tolist(), int(rng.integers(0, count))
        rows_TE, saliency_T, windows_N2 = joined([self.asked[index] for index in members], place)
        about = members[place]
        if rng.random() < ABSENT:
            about = int(rng.integers(0, len(self.asked)))
            saliency_T, windows_N2 = np.zeros_like(saliency_T), np.zeros((0, 2))
        if rng.random() < SILENT:
            rows_TE = with_silences(rng, rows_TE)
        return seen(rng, self.words, rows_TE, self.embedded[about], saliency_T, windows_N2)


def seen(
    rng: np.random.Generator,
    words: WordAlignment,
    rows_TE: Floats,
    query_E: Floats,
    saliency_T: Floats,
    windows_N2: NDArray[np.float64],
) -> Scene:
    """A stretch of a track as the network sees it.

    Args:
        rng: where the stretch begins.
        words: the alignment.
        rows_TE: of the whole track.
        query_E: in the sentence space.
        saliency_T: the target in [0, 1].
        windows_N2: the true moments in clips.
    """
    views = words.clips(torch.from_numpy(rows_TE)).similarities(torch.from_numpy(query_E[None]))
    return cut_scene(rng, rows_TE - words.feature_center.numpy(), torch.cat(views).numpy(), saliency_T, windows_N2)


def joined(videos: Sequence[Asked], place: int) -> tuple[Floats, Floats, NDArray[np.float64]]:
    """Videos one after another: rows `[T, E]`, and saliency `[T]` and windows `[N, 2]` of the one at `place`."""
    lengths = [len(video.rows_TE) for video in videos]
    start = sum(lengths[:place])
    saliency_T = np.zeros(sum(lengths), np.float32)
    saliency_T[start : start + lengths[place]] = videos[place].saliency_T
    return np.concatenate([video.rows_TE for video in videos]), saliency_T, videos[place].windows_N2 + start


def with_silences(rng: np.random.Generator, rows_TE: Floats) -> Floats:
    """The rows with a few passages of zeros."""
    silent_TE = rows_TE.copy()
    for start in rng.integers(0, len(rows_TE), int(rng.integers(1, 4))).tolist():
        silent_TE[start : start + int(rng.integers(1, LONGEST_SILENCE))] = 0
    return silent_TE
