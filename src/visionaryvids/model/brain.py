"""What answers queries about a video, as the localizer sees it; and the first of the two, the matcher.

A brain watches a video's features once; what comes of it can be asked as often as one likes. The other brain is the
paper's joint network on encoder features, `scan.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from visionaryvids.model.answer import answer
from visionaryvids.model.matcher import Footage, Matcher
from visionaryvids.types import Answer, Features, Query


class Watched(Protocol):
    """A video that can be asked."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of how it was watched."""
        ...

    def answer(self, asked: Sequence[Query | None], *, duration_s: float, top: int) -> tuple[Answer, ...]:
        """An answer for each query, in order.

        Args:
            asked: sentences with their token states; None asks what is interesting.
            duration_s: length of the video; no moment ends later.
            top: the most moments of one answer.
        """
        ...


class Brain(Protocol):
    """A model that watches videos."""

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:
        """What the user should know of answers to such queries, before any video is read.

        Raises:
            ConfigError: it has no answer to one of them.
        """
        ...

    def watch(self, features: Features) -> Watched:
        """Everything that needs no query."""
        ...


@dataclass(frozen=True, slots=True)
class MatcherBrain:
    """The matcher of `lite`: calibrated, so there is nothing to warn of."""

    matcher: Matcher

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:  # noqa: ARG002
        """None: it answers every query."""
        return ()

    def watch(self, features: Features) -> MatcherWatched:
        """See `Matcher.watch`."""
        return MatcherWatched(self.matcher, self.matcher.watch(features), features.clip_s)


@dataclass(frozen=True, slots=True)
class MatcherWatched:
    """What the matcher knows of a video before any query.

    Attributes:
        matcher: compares and looks.
        footage: of the video.
        clip_s: length of a clip in seconds.
        warnings: none.
    """

    matcher: Matcher
    footage: Footage
    clip_s: float
    warnings: tuple[str, ...] = ()

    def answer(self, asked: Sequence[Query | None], *, duration_s: float, top: int) -> tuple[Answer, ...]:
        """See `answer.answer`."""
        asked_QE = self.matcher.ask([query for query in asked if query is not None])
        words = [None if query is None else query.text for query in asked]
        return answer(self.matcher, self.footage, asked_QE, words, clip_s=self.clip_s, duration_s=duration_s, top=top)
