"""What a clip is like in few numbers: principal components of its features, its surroundings, its place in the video.

Fifty videos cannot teach a model about 4,096 columns. What carries over between videos lies in the first few dozen
principal components, and in how a clip differs from the rest of its video, which a model of single clips cannot see.

| columns       | of each clip                                                                                       |
| components    | the first principal components of the video, and of the audio features, of unit length             |
| contrast      | the same less the video's mean; smoothed over five clips                                           |
| centrality    | how like the other clips of the video it is, and how unlike its two neighbours                     |
| place         | position in the video, and clips from its start and to its end                                     |

Axes: T clips of a video, D columns of features, K components, C columns of a descriptor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visionaryvids.data.example import Example
from visionaryvids.recipes.heldout.ridge import Scale
from visionaryvids.types import Features

Floats = NDArray[np.float32]

VIDEO_COMPONENTS, AUDIO_COMPONENTS = 48, 16
SMOOTH_CLIPS = 5
NEAREST = 0.1
"""The share of the video's clips that are the nearest ones."""
EDGE_CLIPS = 8
"""Farther from the start or the end of the video, a clip is in its middle."""


@dataclass(frozen=True, slots=True)
class Components:
    """Principal components of features of unit length."""

    mean_D: Floats
    directions_DK: Floats

    @classmethod
    def of(cls, videos: Sequence[Floats], count: int) -> Components:
        """Of all clips `[T, D]` of some videos."""
        rows_ND = np.concatenate([_unit(rows) for rows in videos])
        mean_D = rows_ND.mean(0)
        centred_ND = rows_ND - mean_D
        _, vectors_DD = np.linalg.eigh(centred_ND.T @ centred_ND)
        return cls(mean_D, vectors_DD[:, ::-1][:, :count])

    def __call__(self, rows_TD: Floats) -> Floats:
        """Clips `[T, D]` as components `[T, K]`."""
        return (_unit(rows_TD) - self.mean_D) @ self.directions_DK


@dataclass(frozen=True, slots=True)
class Describer:
    """Makes descriptors; whatever it knows of other videos it has from training videos.

    Attributes:
        components: of each kind of features that the examples have, video before audio.
        scale: of the columns.
    """

    components: tuple[Components, ...]
    scale: Scale

    @classmethod
    def of(cls, train: Sequence[Example]) -> Describer:
        """Fit on training examples."""
        kinds = zip(*map(_kinds, train), strict=True)
        components = tuple(Components.of([rows for rows, _ in kind], kind[0][1]) for kind in kinds)
        return cls(components, Scale.of([_columns(components, example) for example in train]))

    def __call__(self, example: Example) -> Example:
        """The example with its descriptor `[T, C]` in place of its features."""
        rows_TC = self.scale(_columns(self.components, example)).numpy()
        return replace(example, features=Features(example.features.clip_s, rows_TC, None))


def _kinds(example: Example) -> list[tuple[Floats, int]]:
    """The features that are there, and how many components to take of each."""
    features = example.features
    kinds = ((features.video_TD, VIDEO_COMPONENTS), (features.audio_TD, AUDIO_COMPONENTS))
    return [(rows_TD, count) for rows_TD, count in kinds if rows_TD is not None]


def _columns(components: Sequence[Components], example: Example) -> Floats:
    parts = [place(example.features.num_clips)]
    for kind, (rows_TD, _) in zip(components, _kinds(example), strict=True):
        rows_TK = kind(rows_TD)
        contrast_TK = rows_TK - rows_TK.mean(0)
        parts += [rows_TK, contrast_TK, smoothed(contrast_TK), centrality(rows_TK)]
    return np.concatenate(parts, axis=1).astype(np.float32)


def smoothed(rows_TK: Floats, clips: int = SMOOTH_CLIPS) -> Floats:
    """A moving mean; at the ends, of the clips that are there."""
    window = np.ones(clips)
    sums_TK = np.stack([np.convolve(column, window, "same") for column in rows_TK.T], axis=1)[: len(rows_TK)]
    return sums_TK / np.convolve(np.ones(len(rows_TK)), window, "same")[: len(rows_TK), None]


def centrality(rows_TK: Floats) -> Floats:
    """`[T, 4]`: likeness to the mean of the video, to the nearest clips; unlikeness to the clips before and after."""
    own_TK, centred_TK = _unit(rows_TK), _unit(rows_TK - rows_TK.mean(0))
    near_TT = np.sort(centred_TK @ centred_TK.T, axis=1)
    nearest = max(1, round(NEAREST * len(rows_TK)))
    change_T = 1 - (own_TK[1:] * own_TK[:-1]).sum(1)
    columns = (
        own_TK @ own_TK.mean(0), near_TT[:, -nearest:].mean(1), np.append(0, change_T), np.append(change_T, 0)
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)


def place(num_clips: int) -> Floats:
    """`[T, 4]`: position from 0 to 1, distance from the middle squared, clips from the start and to the end."""
    at_T = np.arange(num_clips)
    position_T = at_T / max(1, num_clips - 1)
    edges = np.minimum(at_T, EDGE_CLIPS) / EDGE_CLIPS
    return np.stack([position_T, (2 * position_T - 1) ** 2, edges, edges[::-1]], axis=1).astype(np.float32)


def _unit(rows_TD: Floats) -> Floats:
    return rows_TD / np.linalg.norm(rows_TD, axis=1, keepdims=True).clip(1e-6)
