"""Make the head's logits probabilities, on training videos that it did not learn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from visionaryvids.model.calibration import Calibration
from visionaryvids.model.matcher import Matcher
from visionaryvids.recipes.text_track.material import Asked
from visionaryvids.training.evidence import Evidence, evidence, fit_calibration
from visionaryvids.types import Features


def calibrate(matcher: Matcher, videos: Sequence[Asked]) -> Calibration:
    """Fit on each video's own query and on that of another video, which it does not answer.

    Args:
        matcher: with its calibration still as it is made, so that its logits can be read.
        videos: to calibrate on.
    """
    return fit_calibration(_pieces(matcher, videos))


def _pieces(matcher: Matcher, videos: Sequence[Asked]) -> Iterator[Evidence]:
    for video, other in zip(videos, [*videos[len(videos) // 2 :], *videos], strict=False):
        footage = matcher.watch(Features(video.annotation.clip_s, video.rows_TE, None))
        asked_2E = matcher.ask([video.query, other.query])
        yield from evidence(matcher, footage, asked_2E, [video.windows_N2, np.zeros((0, 2))])
