"""Findings for a terminal: each query with what was found, where, and the curve of the whole video below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from visionaryvids.report.clocks import clock
from visionaryvids.report.picks import one_line
from visionaryvids.report.presence import UNLIKELY, in_words
from visionaryvids.report.sparkline import BLOCKS, in_two_colours, sparkline
from visionaryvids.tables import Table
from visionaryvids.tables import as_text as table_as_text
from visionaryvids.types import Answer, Findings, Moment

BOLD, GREEN, DIM, PLAIN = "\x1b[1m", "\x1b[32m", "\x1b[2m", "\x1b[0m"

_ASCII = str.maketrans(dict(zip(BLOCKS, " .:-=+*#", strict=True)) | {"─": "-"})


@dataclass(frozen=True, slots=True)
class Style:
    """What the reader's terminal can show.

    Attributes:
        width: columns.
        colour: whether ANSI colours are understood.
        blocks: whether block characters are; else the curve is drawn in ASCII.
    """

    width: int = 80
    colour: bool = False
    blocks: bool = True


def as_text(findings: Findings, style: Style) -> str:
    """Everything that was found in one video, ready to print."""
    head = f"{one_line(findings.video)}  {clock(findings.duration_s)}, model {findings.model}"
    parts = [head, *(_answer(answer, findings, style) for answer in findings.answers)]
    text = "\n\n".join(parts)
    return in_plain_letters(text, style)


def in_plain_letters(text: str, style: Style) -> str:
    """The text without block characters, where the terminal cannot show them."""
    return text if style.blocks else text.translate(_ASCII)


def verdict(answer: Answer) -> str:
    """Whether the video has what was asked for, in words."""
    if answer.query is None:
        return "the most interesting moments" if answer.moments else "nothing stands out"
    is_far = answer.present < UNLIKELY and answer.moments
    return in_words(answer.present) + (f"; the nearest is {_span(answer.moments[0])}" if is_far else "")


def title_of(answer: Answer, style: Style) -> str:
    """What was asked, as a title."""
    asked = "highlights" if answer.query is None else f'"{one_line(answer.query)}"'
    return f"{BOLD}{asked}{PLAIN}" if style.colour else asked


def _answer(answer: Answer, findings: Findings, style: Style) -> str:
    heading = f"{title_of(answer, style)}: {verdict(answer)}"
    is_listed = answer.moments and answer.present >= UNLIKELY
    return "\n".join(
        [table_as_text(_moments(heading, answer)) if is_listed else heading, "", *_curve(answer, findings, style)]
    )


def _moments(heading: str, answer: Answer) -> Table:
    rows = tuple(
        (str(rank), clock(moment.start_s), clock(moment.end_s), moment.score)
        for rank, moment in enumerate(answer.moments, start=1)
    )
    return Table(heading, ("", "start", "end", "score"), rows)


def _span(moment: Moment) -> str:
    return f"{clock(moment.start_s)} to {clock(moment.end_s)}"


def _curve(answer: Answer, findings: Findings, style: Style) -> Iterator[str]:
    """The saliency curve as wide as the terminal, the best moment in colour, and its first and last second."""
    if not len(answer.saliency_T):
        return
    line = sparkline(answer.saliency_T, style.width)
    if style.colour:
        line = in_two_colours(line, _in_best(answer, findings, style.width), (GREEN, DIM))
    yield line
    yield clock(0) + clock(findings.duration_s).rjust(style.width - len(clock(0)))


def _in_best(answer: Answer, findings: Findings, width: int) -> list[bool]:
    """For each column, whether its middle lies in the best moment."""
    column_s = len(answer.saliency_T) * findings.clip_s / width
    best = answer.moments[0] if answer.moments else Moment(0, 0, 0)
    return [best.start_s <= (column + 0.5) * column_s < best.end_s for column in range(width)]
