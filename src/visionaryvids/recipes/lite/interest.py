"""How good the head is at highlights without a query, on TVSum and YouTube Highlights: other encoders' features.

The weights see only relations between clips, so a head for `lite` can be asked about them. Its test videos are not in
its training.
"""

from __future__ import annotations

from collections.abc import Sequence

from visionaryvids.data.example import Example
from visionaryvids.metrics.benchmarks import score_tvsum, score_youtube
from visionaryvids.model.interest import Interest
from visionaryvids.types import Annotation, Prediction


def judge_interest(interest: Interest, tvsum: Sequence[Example], youtube: Sequence[Example]) -> dict[str, float]:
    """Highlights without a query, on other encoders' features, in percent."""
    return {
        "TVSum mAP@5": round(100 * score_tvsum(*_interest(interest, tvsum)), 2),
        "YouTube mAP": round(100 * score_youtube(*_interest(interest, youtube)), 2),
    }


def _interest(interest: Interest, examples: Sequence[Example]) -> tuple[list[Prediction], list[Annotation]]:
    predictions = []
    for example in examples:
        assert example.features.video_TD is not None
        found_T = interest(example.features.video_TD, example.features.audio_TD)
        predictions.append(Prediction(example.annotation.video_id, example.annotation.query_id, saliency_T=found_T))
    return predictions, [example.annotation for example in examples]
