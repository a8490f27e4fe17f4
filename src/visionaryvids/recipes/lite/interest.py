"""How good the head is at highlights without a query, on TVSum and YouTube Highlights: other encoders' features.

The network sees only relations between clips, so a head for `lite` can be asked about them. Nothing about these videos
is in its training; the people who rated them did not see our query, and there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from visionaryvids.data.example import Example
from visionaryvids.metrics.benchmarks import score_tvsum, score_youtube
from visionaryvids.model.alignment import Aligned
from visionaryvids.model.answer import answer
from visionaryvids.model.matcher import Matcher, footage_of
from visionaryvids.recipes.lite.sources import centred_pictures, unit
from visionaryvids.types import Annotation, Prediction


def judge_interest(matcher: Matcher, tvsum: Sequence[Example], youtube: Sequence[Example]) -> dict[str, float]:
    """Highlights without a query, on other encoders' features, in percent."""
    return {
        "TVSum mAP@5": round(100 * score_tvsum(*_interest(matcher, tvsum)), 2),
        "YouTube mAP": round(100 * score_youtube(*_interest(matcher, youtube)), 2),
    }


def _interest(matcher: Matcher, examples: Sequence[Example]) -> tuple[list[Prediction], list[Annotation]]:
    annotations = [example.annotation for example in examples]
    predictions = []
    for rows_TD, annotation in zip(centred_pictures(examples), annotations, strict=True):
        directions = torch.from_numpy(unit(rows_TD))
        footage = footage_of(Aligned(directions, directions, directions), torch.from_numpy(rows_TD))
        [found] = answer(
            matcher, footage, footage.summary_E[None], [None], clip_s=1.0, duration_s=float(len(rows_TD)), top=1
        )
        predictions.append(Prediction(annotation.video_id, annotation.query_id, saliency_T=found.saliency_T))
    return predictions, annotations
