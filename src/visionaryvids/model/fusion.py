"""Two answers to one query, of what is seen and of what is said, as one: it is there if it is seen or said.

Both are taken as probabilities of independent signs, which add up to `p + q − p q`. They are calibrated where `lite`
and the head for captions answer; where cosine answers about speech the line is set by hand (`zero_shot.py`), and what a
released model says is no probability at all. An answer that knows nothing (a silent track) changes nothing, to the last
bit; a moment that both know is more certain than either says. The answer lies on the grid of what is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from visionaryvids.features.encoder import TextEncoder
from visionaryvids.intervals import iou, nms
from visionaryvids.model.answer import CANDIDATES
from visionaryvids.model.brain import Watched
from visionaryvids.model.moments import SAME_MOMENT
from visionaryvids.types import Answer, Moment, Query

P = TypeVar("P", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class FusedWatched:
    """A video that is asked twice: what it shows and what it says.

    Attributes:
        seen: answers about the pictures.
        said: answers about the words.
        read: the text encoder of the words; that of the pictures may be another one.
        seen_clip_s: length of a clip in seconds.
        said_clip_s: the same for the words.
    """

    seen: Watched
    said: Watched
    read: TextEncoder
    seen_clip_s: float
    said_clip_s: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of both."""
        return (*self.seen.warnings, *self.said.warnings)

    def answer(self, asked: Sequence[Query | None], *, duration_s: float, top: int) -> tuple[Answer, ...]:
        """An answer for each query; where nothing is asked, that of the pictures."""
        most = max(top, CANDIDATES)
        seen = self.seen.answer(asked, duration_s=duration_s, top=most)
        read = self.read([query.text for query in asked if query is not None])
        said = iter(self.said.answer(read, duration_s=duration_s, top=most))
        both = [one if one.query is None else self._fused(one, next(said)) for one in seen]
        return tuple(replace(one, moments=one.moments[:top]) for one in both)

    def _fused(self, seen: Answer, said: Answer) -> Answer:
        centres_s = (np.arange(len(seen.saliency_T)) + 0.5) * self.seen_clip_s
        clips = np.minimum((centres_s / self.said_clip_s).astype(int), len(said.saliency_T) - 1)
        return Answer(
            seen.query,
            either(seen.present, said.present),
            fused_moments(seen.moments, said.moments),
            either(seen.saliency_T, said.saliency_T[clips]),
        )


def either(seen: P, said: P) -> P:
    """The probability that at least one of two independent signs is right: `p + q − p q`, never rounded above 1."""
    return seen + (said - said * seen)


def fused_moments(seen: Sequence[Moment], said: Sequence[Moment]) -> tuple[Moment, ...]:
    """Moments of both, best first, one for each that overlap.

    Each moment is joined by the best of the other side that overlaps it by half; of the two, the surer one tells when.
    """
    if not said:
        return tuple(seen)
    both = [_joined(moment, said) for moment in seen] + [_joined(moment, seen) for moment in said]
    ranked = [moment for moment, _ in sorted(both, key=lambda pair: (-pair[0].score, -pair[1]))]
    kept = nms([(each.start_s, each.end_s, each.score) for each in ranked], "normal", threshold=SAME_MOMENT)
    return tuple(Moment(*row) for row in kept.tolist() if row[2] > 0)


def _joined(moment: Moment, others: Sequence[Moment]) -> tuple[Moment, float]:
    """The moment with the score of either, and the score that it had alone."""
    windows_N2 = np.array([(other.start_s, other.end_s) for other in others]).reshape(-1, 2)
    overlaps = iou([(moment.start_s, moment.end_s)], windows_N2)[0]
    scores = [other.score for other, overlap in zip(others, overlaps, strict=True) if overlap >= SAME_MOMENT]
    low, high = sorted((moment.score, max(scores, default=0.0)))  # so that both of a pair get one score to the last bit
    return replace(moment, score=either(high, low)), moment.score
