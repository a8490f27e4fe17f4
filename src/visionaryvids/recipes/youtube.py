"""YouTube Highlights (Table 4 of the paper): six domains, no query.

Settings of section 3.1: batch 4, 100 epochs, Lion, learning rates 1e-4, 5e-4, 1e-3, weight decay 1e-4, one decoder
layer. Metric: mAP over the whole ranking, a mean over test videos (metrics/highlights.py). The split lists videos that
no release has; those that are there are used, and the counts stand in every result.

Measured: preset visionaryvids, seeds 1 2 3
    dog         heldout 62.3 ± 0.3  paper 66.8 ± 1.2
    gymnastics  heldout 62.5 ± 1.8  paper 73.5 ± 3.1
    parkour     heldout 73.7 ± 2.1  paper 80.5 ± 4.1
Command: visionaryvids reproduce table4 --domains dog gymnastics parkour --seeds 1 2 3
"""

from __future__ import annotations

from collections.abc import Sequence

from visionaryvids.annotations.splits import YOUTUBE
from visionaryvids.data import youtube as reader
from visionaryvids.errors import unknown_name
from visionaryvids.metrics.baselines import youtube_baseline
from visionaryvids.metrics.benchmarks import score_youtube
from visionaryvids.recipes.highlights import highlight_recipe
from visionaryvids.recipes.recipe import Recipe, Rerun
from visionaryvids.types import Annotation, Prediction

#: Other code on the same features, one seed each.
RERUNS = {"parkour": (Rerun("UMT's code", best=75.2, last=64.2, looks=100),)}


def youtube(domain: str) -> Recipe:
    """The recipe of one domain of YouTube Highlights.

    Raises:
        ConfigError: no such domain.
    """
    if domain not in YOUTUBE:
        raise unknown_name("--domain", domain, YOUTUBE)
    return highlight_recipe(
        "youtube",
        domain,
        reader,
        epochs=100,
        batch_size=4,
        primary="mAP",
        score=_score,
        baselines=youtube_baseline,
        reruns=RERUNS.get(domain, ()),
    )


def _score(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> dict[str, float]:
    return {"mAP": 100 * score_youtube(predictions, annotations)}
