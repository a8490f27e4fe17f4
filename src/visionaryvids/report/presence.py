"""Whether a video has what was asked for: the probability in words, and where the line is drawn."""

from __future__ import annotations

from dataclasses import replace

from visionaryvids.types import Findings

LIKELY, CERTAIN = 0.5, 0.9
"""From which probability a video is said to have the thing probably, and to have it."""


def percent(share: float) -> str:
    """A probability as people say it: never 0 % or 100 %."""
    whole = round(share * 100)
    return "< 1 %" if whole < 1 else "> 99 %" if whole > 99 else f"{whole} %"


def in_words(present: float) -> str:
    """A probability that a video has something, in words that are no surer than the number."""
    sure = "" if present >= CERTAIN else "probably " if present >= LIKELY else "probably not "
    return f"{sure}in this video ({percent(present)})"


def likely_only(findings: Findings) -> Findings:
    """The findings without the answers to queries that the video probably has nothing for."""
    return replace(findings, answers=tuple(answer for answer in findings.answers if answer.present >= LIKELY))
