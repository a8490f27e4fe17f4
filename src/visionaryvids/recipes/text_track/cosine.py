"""Cosine similarity without any training, as well as it can be: the baseline that the head has to beat on captions."""

from __future__ import annotations

import numpy as np
import torch

from visionaryvids.features.minilm import pooled
from visionaryvids.intervals import windows_from_clips
from visionaryvids.model.answer import smooth
from visionaryvids.recipes.text_track.material import Asked
from visionaryvids.types import Prediction

LEVEL = 0.6
"""A moment is a run of clips that reach this share of the way from the lowest to the highest similarity."""


def thresholded(video: Asked) -> Prediction:
    """Runs of the smoothed similarity, each with its peak as the score."""
    query_E = torch.from_numpy(pooled(video.query))
    similarity_T = smooth((torch.from_numpy(video.rows_TE) @ query_E)[None])[0].double().numpy()
    low, high = similarity_T.min(), similarity_T.max()
    runs_N2 = windows_from_clips(similarity_T >= low + LEVEL * (high - low), 1.0).astype(int)
    peaks = [similarity_T[start:end].max() for start, end in runs_N2.tolist()]
    windows_N3 = np.column_stack([runs_N2 * video.annotation.clip_s, peaks])
    return Prediction(video.annotation.video_id, video.annotation.query_id, windows_N3, similarity_T)
