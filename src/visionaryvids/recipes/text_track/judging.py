"""How good a brain is on QVHighlights' caption embeddings, by the data set's own measures."""

from __future__ import annotations

from collections.abc import Sequence

from visionaryvids.metrics.presence import auc
from visionaryvids.metrics.qvhighlights import score_qvhighlights
from visionaryvids.model.brain import Brain
from visionaryvids.recipes.text_track.material import Asked
from visionaryvids.types import Features, Prediction

TOP = 10
"""Windows that QVHighlights looks at."""
MEASURES = {
    "R1@0.5": "MR-full-R1@0.5",
    "R1@0.7": "MR-full-R1@0.7",
    "MR mAP": "MR-full-mAP",
    "HD mAP": "HL-min-VeryGood-mAP",
    "HIT@1": "HL-min-VeryGood-Hit1",
}


def judge(brain: Brain, videos: Sequence[Asked]) -> dict[str, float]:
    """Scores in percent; `present AUC` in [0, 1]: each video is also asked what another one shows."""
    own, foreign = [], []
    for video, other in zip(videos, [*videos[len(videos) // 2 :], *videos], strict=False):
        watched = brain.watch(Features(video.annotation.clip_s, video.rows_TE, None))
        duration_s = len(video.rows_TE) * video.annotation.clip_s
        first, second = watched.answer([video.query, other.query], duration_s=duration_s, top=TOP)
        own.append(first)
        foreign.append(second)
    predictions = [
        found.as_prediction(video.annotation.video_id, video.annotation.query_id)
        for video, found in zip(videos, own, strict=True)
    ]
    present = [found.present for found in (*own, *foreign)]
    there = [True] * len(own) + [False] * len(foreign)
    return {**measure(predictions, videos), "present AUC": round(auc(present, there), 4)}


def measure(predictions: Sequence[Prediction], videos: Sequence[Asked]) -> dict[str, float]:
    """`MEASURES` in percent, by the official code's rules."""
    brief = score_qvhighlights(predictions, [video.annotation for video in videos])["brief"]
    return {name: float(brief[official]) for name, official in MEASURES.items()}
