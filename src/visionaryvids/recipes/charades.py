"""Charades-STA (Table 2 of the paper): moments for a sentence in 30-second indoor videos; clips of 1/6 s.

Settings of section 3.1: batch 8, 100 epochs, Lion 1e-4 (the only rate tried), weight decay 1e-4, three decoder layers;
loss weights of UMT (centre 1, window 0.05, offset 0.5); Gaussian soft-NMS before scoring. "val" is the test split, as
in every published number. Video and audio (VGG and PANNs), as the paper's only row; a folder that has optical flow in
the place of sound, or neither, trains too, but is not what the published figures are of. Layout: `data/charades.py`.

Preset `umt` reads words as UMT does, which splits at blanks only, so that a word with punctuation has no vector; the
other preset takes the punctuation off (`features/glove.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from visionaryvids.data import charades as reader
from visionaryvids.metrics.baselines import Baseline, charades_baseline, in_percent
from visionaryvids.metrics.benchmarks import score_charades
from visionaryvids.recipes.recipe import Examples, Recipe
from visionaryvids.report.published_scores import best_epochs
from visionaryvids.training.losses import LossWeights
from visionaryvids.types import Annotation, Prediction

PRIMARY = "Rank1@0.5"


def charades() -> Recipe:
    """The recipe of Charades-STA, video and audio."""
    return Recipe(
        dataset="charades",
        domain=None,
        load=_load,
        umt_load=partial(_load, compat=True),
        score=_score,
        baselines=_baselines,
        primary=PRIMARY,
        size="base",
        epochs=100,
        batch_size=8,
        rates=(1e-4,),
        rate=1e-4,
        losses=LossWeights(center=1.0, window=0.05, offset=0.5),
        saliency=False,
        moments=True,
        max_clips=2048,
        published=best_epochs("charades", PRIMARY),
    )


def _load(root: Path, *, compat: bool = False, skip_missing: bool = False) -> tuple[Examples, Examples]:
    train, test = reader.find_layout(root).load("train", "test", compat=compat, skip_missing=skip_missing)
    return train, test


def _score(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> dict[str, float]:
    return {name: 100 * value for name, value in score_charades(predictions, annotations).items()}


def _baselines(annotations: Sequence[Annotation], looks: int) -> dict[str, Baseline]:
    return {name: in_percent(value) for name, value in charades_baseline(annotations, n=looks).items()}
