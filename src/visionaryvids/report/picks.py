"""Which moments of some findings are exported, and how they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from visionaryvids.errors import unknown_name
from visionaryvids.intervals import clips_in_windows
from visionaryvids.types import Answer, Findings, Moment


@dataclass(frozen=True, slots=True)
class Pick:
    """One moment that was chosen.

    Attributes:
        number: counts from 1 over all that was chosen from one video.
        query: the sentence that it answers, or None (a highlight).
        rank: its place among the moments of that query; 1 is the best.
        moment: when, and how well it matches.
        best_s: its most telling second: the middle of its best clip.
    """

    number: int
    query: str | None
    rank: int
    moment: Moment
    best_s: float

    @property
    def words(self) -> str:
        """The query on one line; highlights are called so."""
        return one_line(self.query or "") or "Highlight"

    @property
    def title(self) -> str:
        """The query and the score, e.g. `a cat (0.91)`."""
        return f"{self.words} ({self.moment.score:.2f})"


def one_line(text: str) -> str:
    """Text that cannot end a line of a file or smuggle in a control character."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def choose(findings: Findings, *, query: str | None = None, top: int = 5, min_score: float = 0.0) -> tuple[Pick, ...]:
    """The best moments of each query, in the order in which the queries were asked, best first.

    Args:
        findings: the answers about one video.
        query: only this one: its number (counting from 1) or its words, upper and lower case alike.
        top: at most so many moments of each query.
        min_score: only moments that match at least so well.

    Raises:
        ConfigError: there is no such query.
    """
    return numbered(narrow(findings, query=query, top=top, min_score=min_score))


def numbered(chosen: Findings) -> tuple[Pick, ...]:
    """All moments, in the order in which the queries were asked, best first."""
    found = [
        (answer.query, rank, moment, _best_second(answer, moment, chosen.clip_s))
        for answer in chosen.answers
        for rank, moment in enumerate(answer.moments, start=1)
    ]
    return tuple(Pick(number, *each) for number, each in enumerate(found, start=1))


def narrow(findings: Findings, *, query: str | None = None, top: int = 5, min_score: float = 0.0) -> Findings:
    """The findings with the moments alone that `choose` takes; an answer keeps its curve where none is left of it.

    Args:
        findings: the answers about one video, the moments of each best first.
        query: as of `choose`.
        top: as of `choose`.
        min_score: as of `choose`.

    Raises:
        ConfigError: there is no such query.
    """
    answers = tuple(
        replace(answer, moments=tuple(m for m in answer.moments[:top] if m.score >= min_score))
        for answer in (findings.answers if query is None else _named(findings.answers, query))
    )
    return replace(findings, answers=answers)


def in_time(picks: Sequence[Pick]) -> list[Pick]:
    """Picks in the order in which the video shows them; of equal times the better one comes first."""
    return sorted(picks, key=lambda pick: (pick.moment.start_s, -pick.moment.score, pick.number))


def _best_second(answer: Answer, moment: Moment, clip_s: float) -> float:
    """The middle of the clip inside a moment that scores best; the moment's own middle where no clip is inside."""
    window = np.array([[moment.start_s, moment.end_s]])
    clips = np.flatnonzero(clips_in_windows(window, len(answer.saliency_T), clip_s))
    if not len(clips):
        return (moment.start_s + moment.end_s) / 2
    return (float(clips[answer.saliency_T[clips].argmax()]) + 0.5) * clip_s


def _named(answers: Sequence[Answer], query: str) -> list[Answer]:
    wanted = one_line(query).casefold()
    named = [answer for answer in answers if one_line(answer.query or "").casefold() == wanted]
    numbered = {str(number): answer for number, answer in enumerate(answers, start=1)}
    if named or query in numbered:
        return named or [numbered[query]]
    raise unknown_name("--query", one_line(query)[:80], [answer.query or "" for answer in answers])
