"""QVHighlights (Table 1 of the paper): moments and highlights for a sentence, 150-second videos.

Settings of section 3.1: batch 32, 200 epochs, Lion 1e-4 (the only rate tried), weight decay 1e-4, three decoder layers;
loss weights of UMT (saliency 3, centre 1, window 0.1, offset 1). Trains on `highlight_train_release.jsonl` and is
judged on val; where a folder has only one annotated split and a `split.json`, that split is divided as it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from visionaryvids.data import qvhighlights as reader
from visionaryvids.metrics.baselines import Baseline, qvhighlights_baseline
from visionaryvids.metrics.benchmarks import score_qvhighlights
from visionaryvids.recipes.recipe import Examples, Recipe
from visionaryvids.report.published_scores import best_epochs
from visionaryvids.training.losses import LossWeights
from visionaryvids.types import Annotation, Prediction

METRICS = (
    "MR-full-mAP", "MR-full-mAP@0.5", "MR-full-mAP@0.75", "MR-full-R1@0.5", "MR-full-R1@0.7",
    "HL-min-VeryGood-mAP", "HL-min-VeryGood-Hit1",
)  # fmt: skip
"""The columns of the paper's table."""


def qvhighlights() -> Recipe:
    """The recipe of QVHighlights."""
    return Recipe(
        dataset="qvhighlights",
        domain=None,
        load=_load,
        score=_score,
        baselines=_baselines,
        primary=METRICS[0],
        size="base",
        epochs=200,
        batch_size=32,
        rates=(1e-4,),
        rate=1e-4,
        losses=LossWeights(saliency=3.0, center=1.0, window=0.1, offset=1.0),
        saliency=True,
        moments=True,
        published=best_epochs("qvhighlights", METRICS[0]),  # their own features, whole val split
    )


def _load(root: Path, *, skip_missing: bool = False) -> tuple[Examples, Examples]:
    layout = reader.find_layout(root)
    load = partial(layout.load, skip_missing=skip_missing)
    if "train" in layout.annotations:
        return load("train"), load("val")
    split = reader.read_split(root)
    return load("val", split.train), load("val", split.test)


def _score(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> dict[str, float]:
    brief = score_qvhighlights(predictions, annotations)["brief"]
    return {name: brief[name] for name in METRICS}


def _baselines(annotations: Sequence[Annotation], looks: int) -> dict[str, Baseline]:
    found = qvhighlights_baseline(annotations, n=looks)
    return {name: found[name] for name in METRICS if name in found}
