"""Scenes for the matcher's network, one kind a function; each takes only randomness and returns one scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.data.compose import Composition, Rules, compose
from visionaryvids.data.example import Example
from visionaryvids.intervals import clips_in_windows
from visionaryvids.model.alignment import mean_rows
from visionaryvids.model.matcher import SCALE_STEP, STRETCH
from visionaryvids.recipes.lite.material import Floats, Material
from visionaryvids.recipes.lite.one_camera import coming_and_going
from visionaryvids.training.scenes import Scene, cut_scene

ALONE = 0.3
"""How many short and slowed videos are a single scene."""
SHORT = Rules(alone=ALONE)
SLOW = Rules(pieces=(1, 4), alone=ALONE, longest=STRETCH, slow=0.9, slowest=10.0, share=0.9)
COMING = 0.4
"""How many videos have pieces in which what is shown comes and goes."""
DRIFT = 0.1
"""The most that similarities of slowed videos drift by, as a standard deviation."""
LONG = Rules(pieces=(8, 25), longest=SCALE_STEP * STRETCH, slow=0.2)


@dataclass(frozen=True)
class Composed:
    """Composed videos with a caption as the query: short, slowed down, or long (cut, or seen at a coarser scale)."""

    material: Material

    def __call__(self, rng: np.random.Generator) -> Scene:
        """One scene."""
        kind = rng.choice(4, p=(0.5, 0.15, 0.15, 0.2))
        made = self.composition(rng, (SHORT, SLOW, LONG, LONG)[kind])
        rows_TD, views_VT = self.assembled(made, rows_a_clip=SCALE_STEP if kind == 3 else 1)
        if kind == 1:
            views_VT = views_VT + _drift(rng, views_VT.shape)
        if kind < 2 and rng.random() < COMING:
            rows_TD, views_VT = coming_and_going(rng, made, rows_TD, views_VT)
        windows_N2 = made.windows / (SCALE_STEP if kind == 3 else 1)
        saliency_T = clips_in_windows(windows_N2, len(rows_TD), 1.0).astype(np.float32)
        return cut_scene(rng, rows_TD, views_VT, saliency_T, windows_N2)

    def composition(self, rng: np.random.Generator, rules: Rules) -> Composition:
        """A made video of training clips."""
        material = self.material
        return compose(rng, material.train, material.lengths, material.alike_NN, rules)

    def assembled(self, made: Composition, rows_a_clip: int) -> tuple[Floats, Floats]:
        """Centred rows `[T, D]` and similarities with the query `[V, T]`, every few clips averaged into a row."""
        query_E = self.material.captions_NE[made.asked]
        views = self.material.views
        alike = {clip: np.stack([view[clip] @ query_E for view in views], axis=1) for clip in made.clips}
        views_TV = _pooled(made.assemble(alike), rows_a_clip)
        return _pooled(made.assemble(self.material.rows), rows_a_clip), np.ascontiguousarray(views_TV.T)


@dataclass(frozen=True)
class Captions:
    """QVHighlights on caption embeddings; now and then with the query of another video, which has no moment."""

    examples: Sequence[Example]
    components_KE: Floats
    absent: float = 0.2

    def __call__(self, rng: np.random.Generator) -> Scene:
        """One scene."""
        index, other = rng.integers(0, len(self.examples), 2)
        example = self.examples[index]
        absent = rng.random() < self.absent
        rows_TD = self._rows[index]
        view_T = unit(rows_TD) @ self._queries[other if absent else index]
        windows = example.annotation.windows_s
        assert windows is not None
        windows_N2 = np.zeros((0, 2)) if absent else windows / example.features.clip_s
        saliency_T = self._saliency(example, windows_N2)
        return cut_scene(rng, rows_TD, np.stack([view_T] * 3), saliency_T, windows_N2)

    @staticmethod
    def _saliency(example: Example, windows_N2: NDArray[np.float64]) -> Floats:
        """Half for being in a moment, half for how good people found the clip."""
        inside_T = clips_in_windows(windows_N2, example.features.num_clips, 1.0)
        ratings = example.annotation.ratings_TR
        liked_T = np.zeros(len(inside_T)) if ratings is None else ratings.mean(1)[: len(inside_T)] / 4
        return (inside_T * (0.5 + 0.5 * liked_T)).astype(np.float32)

    @cached_property
    def _rows(self) -> list[Floats]:
        videos = [_picture(example) for example in self.examples]
        center = np.mean([video.mean(0) for video in videos], axis=0)
        return [(video - center).astype(np.float32) for video in videos]

    @cached_property
    def _queries(self) -> Floats:
        tokens = [example.query.tokens_LD.mean(0) for example in self.examples if example.query is not None]
        projected = unit(np.stack(tokens)) @ self.components_KE.T
        return unit(projected - projected.mean(0)).astype(np.float32)


def _drift(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Slow ups and downs of similarities `[V, T]`, partly shared by the views, as when people come and go in a shot."""
    strength = rng.uniform(0, DRIFT)
    knots = np.linspace(0, shape[1] - 1, max(2, shape[1] // 12))
    waves = rng.normal(0, strength, (shape[0] + 1, len(knots)))
    curves = [np.interp(np.arange(shape[1]), knots, wave) for wave in waves]
    return (curves[-1] + 0.5 * np.stack(curves[:-1])).astype(np.float32)


def unit(rows: NDArray[np.floating]) -> Floats:
    """Rows of length 1."""
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True).clip(1e-8)).astype(np.float32)


def _picture(example: Example) -> Floats:
    assert example.features.video_TD is not None
    return example.features.video_TD


def _pooled(rows_TD: Floats, count: int) -> Floats:
    return rows_TD if count == 1 else mean_rows(torch.from_numpy(rows_TD), count).numpy()
