"""Moments as text that players and video sites show: WebVTT, SRT, YouTube chapters, and CSV for spreadsheets.

References:
    WebVTT: The Web Video Text Tracks Format, W3C. Cues are in the order of their starts, end after they start, and
        `&`, `<` and `>` are escaped.
    YouTube: "Video chapters" in its help pages. The first chapter starts at 0:00, there are three or more, and each is
        at least ten seconds long.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from visionaryvids.report.clocks import clock, subtitle_time
from visionaryvids.report.picks import Pick, in_time
from visionaryvids.tables import Table, as_csv

MIN_CHAPTERS, MIN_CHAPTER_S = 3, 10
"""Below these YouTube shows no chapters."""

SHORTEST_CUE_S = 0.001
"""Readers refuse a cue that ends when it starts."""


@dataclass(frozen=True, slots=True)
class Chapters:
    """YouTube chapters.

    Attributes:
        text: the lines for the video's description.
        notes: which of YouTube's rules cannot be met and which moments were left out for them.
    """

    text: str
    notes: tuple[str, ...]


def webvtt(picks: Sequence[Pick]) -> str:
    """Cues with query and score, in the order of time."""
    cues = [f"{_cue(n, pick, '.')}\n{html.escape(pick.title, quote=False)}" for n, pick in _numbered(picks)]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def srt(picks: Sequence[Pick]) -> str:
    """Cues with query and score, in the order of time; SRT has no escapes, so an arrow in a query becomes `→`."""
    return "".join(f"{_cue(n, pick, ',')}\n{pick.title.replace('-->', '→')}\n\n" for n, pick in _numbered(picks))


def csv_table(picks: Sequence[Pick]) -> str:
    """One row a moment, in the order chosen: number, query, rank, start_s, end_s, score."""
    rows = [
        (str(pick.number), pick.query, str(pick.rank), pick.moment.start_s, pick.moment.end_s, pick.moment.score)
        for pick in picks
    ]
    return as_csv(Table("", ("number", "query", "rank", "start_s", "end_s", "score"), tuple(rows)))


def youtube(picks: Sequence[Pick], duration_s: float) -> Chapters:
    """Chapters that start where moments do; the best ones win where they are closer than ten seconds.

    A moment in the first ten seconds gives the opening chapter its name; without one it is called Start.
    """
    starts: dict[int, str] = {}
    left_out = []
    for pick in sorted(picks, key=lambda pick: -pick.moment.score):
        start = int(pick.moment.start_s)
        start = 0 if start < MIN_CHAPTER_S else start
        if duration_s - start < MIN_CHAPTER_S or any(abs(start - other) < MIN_CHAPTER_S for other in starts):
            left_out.append(f"{clock(pick.moment.start_s)} {pick.words}")
        else:
            starts[start] = pick.words.translate({ord("<"): "‹", ord(">"): "›"})  # descriptions refuse both
    chapters = {0: "Start"} | starts
    text = "".join(f"{clock(start)} {chapters[start]}\n" for start in sorted(chapters))
    return Chapters(text, tuple(_notes(len(chapters), left_out)))


def _notes(num_chapters: int, left_out: Sequence[str]) -> list[str]:
    notes = []
    if left_out:
        rule = f"chapters must be {MIN_CHAPTER_S} s long"
        notes.append(f"left out of the YouTube chapters, since {rule}: {'; '.join(left_out)}")
    if num_chapters < MIN_CHAPTERS:
        notes.append(
            f"YouTube shows chapters only where there are {MIN_CHAPTERS} or more, and these are {num_chapters}: "
            "choose more moments (--top) or add lines by hand"
        )
    return notes


def _numbered(picks: Sequence[Pick]) -> list[tuple[int, Pick]]:
    return list(enumerate(in_time(picks), start=1))


def _cue(number: int, pick: Pick, point: str) -> str:
    """The number and the times of a cue."""
    start_s, end_s = pick.moment.start_s, max(pick.moment.end_s, pick.moment.start_s + SHORTEST_CUE_S)
    return f"{number}\n{subtitle_time(start_s, point)} --> {subtitle_time(end_s, point)}"
