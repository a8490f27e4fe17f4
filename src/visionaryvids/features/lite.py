"""Encoder set `lite`: everything it needs comes with the package's own dependencies; nothing is downloaded."""

from __future__ import annotations

from visionaryvids.features import efficientnet, logmel, minilm
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.spec import FeatureSpec

CLIP_S = 1.0
"""Length of a clip in seconds."""

SPEC = FeatureSpec(
    name="lite",
    version=1,
    clip_s=CLIP_S,
    video_dim=efficientnet.WIDTH,
    audio_dim=logmel.WIDTH,
    query_dim=minilm.WIDTH,
    settings={
        "video": dict(efficientnet.SETTINGS),
        "audio": dict(logmel.SETTINGS),
        "text": dict(minilm.SETTINGS),
        "rows": "rounded to float16",  # by `extract`, as the features are that models of this set are trained on
    },
)
"""What models for these features are trained on, and what other features are refused for."""


def lite() -> EncoderSet:
    """The set. Weights are read when first needed, so that a cached video never waits for the image encoder."""
    return EncoderSet(SPEC, efficientnet.ImageEncoder(CLIP_S), logmel.LogMel(CLIP_S), minilm.SentenceEncoder())
