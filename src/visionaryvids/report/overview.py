"""Several videos at a glance: for each query the videos that show it, the surest first, with their best moment."""

from __future__ import annotations

from collections.abc import Sequence

from visionaryvids.report.clocks import clock
from visionaryvids.report.findings_text import Style, in_plain_letters, title_of
from visionaryvids.report.picks import one_line
from visionaryvids.report.presence import UNLIKELY, percent
from visionaryvids.tables import Table, as_text
from visionaryvids.types import Answer, Findings

MOST = 10
"""Videos of one query that are listed."""


def overview(found: Sequence[Findings], style: Style) -> str:
    """A table for each sentence, ready to print; empty where there is one video, or no sentence.

    Videos are in the order of `present`: which of them shows it at all is what one asks first. What a model says that
    cannot know (UMT's) is no probability, but the same order.

    Args:
        found: the answers about each video, to the same queries.
        style: what the reader's terminal can show.
    """
    if len(found) < 2:
        return ""
    by_query = zip(*(findings.answers for findings in found), strict=True)
    tables = [_of_one(found, answers, style) for answers in by_query if answers[0].query is not None]
    return in_plain_letters("\n\n".join(tables), style)


def _of_one(found: Sequence[Findings], answers: Sequence[Answer], style: Style) -> str:
    """The videos that have, at least perhaps, what one query asks for."""
    pairs = sorted(zip(found, answers, strict=True), key=lambda pair: -pair[1].present)
    there = [(findings, answer) for findings, answer in pairs if answer.present >= UNLIKELY and answer.moments]
    title = title_of(answers[0], style)
    if not there:
        return f"{title}: probably in none of these {len(found)} videos"
    rows = tuple(_row(findings, answer) for findings, answer in there[:MOST])
    notes = (f"and {len(there) - MOST} more",) if len(there) > MOST else ()
    heading = f"{title}: in {len(there)} of {len(found)} videos, at least perhaps"
    return as_text(Table(heading, ("video", "in it", "start", "end", "score"), rows, notes))


def _row(findings: Findings, answer: Answer) -> tuple[str | float, ...]:
    best = answer.moments[0]
    return one_line(findings.video), percent(answer.present), clock(best.start_s), clock(best.end_s), best.score
