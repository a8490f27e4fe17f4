"""Make the head's logits probabilities, on training videos that it did not learn from, and on talks made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from visionaryvids.features.text_track import CLIP_S
from visionaryvids.model.calibration import Calibration
from visionaryvids.model.matcher import Matcher
from visionaryvids.model.words import WordAlignment
from visionaryvids.recipes.text_track.material import Asked
from visionaryvids.recipes.text_track.talks import Talks
from visionaryvids.training.evidence import Evidence, evidence, fit_calibration
from visionaryvids.types import Features


def calibrate(matcher: Matcher, words: WordAlignment, videos: Sequence[Asked], seed: int) -> Calibration:
    """Fit on as many talks as videos, and each video's own query and that of another one, which it does not answer.

    Args:
        matcher: with its calibration still as it is made, so that its logits can be read.
        words: its alignment.
        videos: to calibrate on.
        seed: of the talks.
    """
    return fit_calibration([*_videos(matcher, videos), *_talks(matcher, Talks(videos, words), 2 * len(videos), seed)])


def _videos(matcher: Matcher, videos: Sequence[Asked]) -> Iterator[Evidence]:
    for video, other in zip(videos, [*videos[len(videos) // 2 :], *videos], strict=False):
        footage = matcher.watch(Features(CLIP_S, video.rows_TE, None))
        asked_2E = matcher.ask([video.query, other.query])
        yield from evidence(matcher, footage, asked_2E, [video.windows_N2, np.zeros((0, 2))])


def _talks(matcher: Matcher, talks: Talks, count: int, seed: int) -> Iterator[Evidence]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        rows_TE, about, windows_N2 = talks.talk(rng, absent=0.5)
        footage = matcher.watch(Features(CLIP_S, rows_TE, None))
        yield from evidence(matcher, footage, matcher.ask([talks.asked[about].query]), [windows_N2])
