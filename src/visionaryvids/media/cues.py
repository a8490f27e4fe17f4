"""Timed text as people wrote it to timed text that can be relied on: sorted, plain, with possible times.

Subtitle files come from many hands. What is wrong with a cue is mended where its words can be kept, and counted in a
warning; cues without words go silently.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from visionaryvids.media.cue_text import joined, lines_of
from visionaryvids.media.info import MAX_DURATION_S

MAX_CUES = 200_000
"""More are left out: a film has two thousand, a day of talk forty thousand."""
NOMINAL_S = 2.0
"""How long a cue is taken to be shown whose end is not after its start."""
ROLLING_S = 0.2
"""Cues so close to each other that the second one may repeat the lines of the first (rolling captions)."""


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """Words that are said or shown in `[start_s, end_s)`, in seconds of the video."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class TimedText:
    """Cues in the order of time, and what the user should know of them, e.g. how many had impossible times."""

    cues: tuple[Cue, ...]
    warnings: tuple[str, ...] = ()


def tidy(raw: Iterable[Cue], warnings: Sequence[str] = ()) -> TimedText:
    """Cues with plain text in the order of time.

    Args:
        raw: in any order, with markup and line breaks, at any times.
        warnings: what is known already, e.g. an assumed encoding.
    """
    given = tuple(islice(raw, MAX_CUES + 1))
    timed = [_mended(cue) for cue in given[:MAX_CUES] if _possible(cue)]
    lost, mended = len(given[:MAX_CUES]) - len(timed), sum(cue.end_s <= cue.start_s for cue in given if _possible(cue))
    found = (
        *warnings,
        *([f"cues with impossible times, left out: {lost}"] if lost else []),
        *([f"cues that end before they begin, taken to last {NOMINAL_S:g} s: {mended}"] if mended else []),
        *([f"cues are read up to number {MAX_CUES:,}"] if len(given) > MAX_CUES else []),
    )
    return TimedText(_unrolled(sorted(timed)), found)


def _possible(cue: Cue) -> bool:
    """Whether some of it lies in a video."""
    there = cue.start_s >= 0 or cue.end_s > 0
    return there and -math.inf < cue.start_s < MAX_DURATION_S and math.isfinite(cue.end_s)


def _mended(cue: Cue) -> Cue:
    end_s = cue.end_s if cue.end_s > cue.start_s else cue.start_s + NOMINAL_S
    return replace(cue, start_s=max(0.0, cue.start_s), end_s=min(end_s, MAX_DURATION_S))


def _unrolled(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """Each line once: rolling captions show a line again while the next one comes in below it.

    A cue that only repeats the one before it makes that one longer.
    """
    found: list[Cue] = []
    shown: tuple[str, ...] = ()
    shown_until_s = -math.inf
    for cue in cues:
        lines = lines_of(cue.text)
        rolls = cue.start_s <= shown_until_s + ROLLING_S
        new = lines[_repeated(shown, lines) :] if rolls else lines
        if new:
            found.append(replace(cue, text=joined(new)))
        elif lines and found:
            found[-1] = replace(found[-1], end_s=max(found[-1].end_s, cue.end_s))
        if lines:
            shown, shown_until_s = lines, cue.end_s
    return tuple(found)


def _repeated(before: Sequence[str], lines: Sequence[str]) -> int:
    """How many of the first lines are the last ones of the cue before."""
    most = min(len(before), len(lines))
    return next((n for n in range(most, 0, -1) if tuple(before[-n:]) == tuple(lines[:n])), 0)
