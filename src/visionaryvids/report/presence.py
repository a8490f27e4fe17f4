"""Whether a video has what was asked for: the probability in words, and where the line is drawn."""

from __future__ import annotations

from dataclasses import replace

from visionaryvids.types import Findings

UNLIKELY, LIKELY, CERTAIN = 0.35, 0.65, 0.9
"""From which probability a video is said to have the thing perhaps, probably, and without reserve."""


def percent(share: float) -> str:
    """A probability as people say it: never 0 % or 100 %."""
    whole = round(share * 100)
    return "< 1 %" if whole < 1 else "> 99 %" if whole > 99 else f"{whole} %"


def in_words(present: float) -> str:
    """A probability that a video has something, in words that are no surer than the number."""
    levels = ((CERTAIN, ""), (LIKELY, "probably "), (UNLIKELY, "perhaps "), (0.0, "probably not "))
    sure = next(words for least, words in levels if present >= least)
    return f"{sure}in this video ({percent(present)})"


def not_likely(findings: Findings) -> tuple[str, ...]:
    """The queries whose answers `likely_only` leaves out, each with the probability in words."""
    return tuple(f"{a.query!r}, {in_words(a.present)}" for a in findings.answers if a.present < LIKELY)


def likely_only(findings: Findings) -> Findings:
    """The findings with the answers to those queries alone that the video probably has something for."""
    return replace(findings, answers=tuple(answer for answer in findings.answers if answer.present >= LIKELY))
