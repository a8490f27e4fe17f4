"""The rows of a video as readers hand them to a network: what was learned on is what is asked about.

Only Charades-STA differs: each clip's rows have length 1, and optical flow takes the place of sound. UMT normalises
QVHighlights, TVSum and YouTube Highlights in no way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visionaryvids.data.charades import unit_rows
from visionaryvids.features import vgg
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.types import Features

STRETCH_S, CHARADES_STRETCH_S = 150.0, 60.0


def prepared(features: Features, encoders: str) -> Features:
    """What a network for the data set of these encoders expects.

    Args:
        features: as extracted.
        encoders: name of the set that they are from.
    """
    video_TD, audio_TD = features.video_TD, features.audio_TD
    if encoders == "charades":
        return Features(features.clip_s, unit_rows(video_TD), unit_rows(audio_TD))
    if encoders == "charades_flow" and video_TD is not None:
        still_TD, flow_TD = np.split(video_TD, [vgg.WIDTH], axis=1)
        return Features(features.clip_s, unit_rows(still_TD), unit_rows(flow_TD))
    return features


def with_silence(features: Features, audio_dim: int) -> Features:
    """The same with rows of zeros for sound where there is none: what a network that was trained with sound gets."""
    if features.audio_TD is not None:
        return features
    return Features(features.clip_s, features.video_TD, np.zeros((features.num_clips, audio_dim), np.float32))


def prepared_widths(spec: FeatureSpec) -> tuple[int | None, int | None]:
    """How wide rows of video and of audio are after that, None where there are none."""
    after = prepared(Features(spec.clip_s, _zeros(spec.video_dim), _zeros(spec.audio_dim)), spec.name)
    return _width(after.video_TD), _width(after.audio_TD)


def stretch_clips(encoders: str, clip_s: float) -> int:
    """How many clips a network for the data set of these encoders sees at once.

    150 seconds are the length of every video of QVHighlights; those of Charades-STA take half a minute on average.
    """
    seconds = CHARADES_STRETCH_S if encoders.startswith("charades") else STRETCH_S
    return max(1, round(seconds / clip_s))


def _zeros(width: int | None) -> NDArray[np.float32] | None:
    return None if width is None else np.zeros((1, width), np.float32)


def _width(rows_TD: NDArray[np.float32] | None) -> int | None:
    return None if rows_TD is None else rows_TD.shape[1]
