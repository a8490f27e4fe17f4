"""What `visionaryvids demo` asks of a video whose content it knows, and what it leaves.

OUT/demo.mp4        the video, where none was given
OUT/findings.json   what was found, as `find --json` prints it
OUT/page.html       the video with what was found: open it in a browser
OUT/clips/          the best moment of each sentence that the video has
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.files import write_atomically
from visionaryvids.intervals import iou
from visionaryvids.media.probe import probe
from visionaryvids.recipes.demo_video import ABSENT, Shown
from visionaryvids.report.clips import write_clips
from visionaryvids.report.findings_json import to_lines
from visionaryvids.report.page import write_page
from visionaryvids.report.picks import choose
from visionaryvids.report.presence import LIKELY, UNLIKELY, likely_only, percent
from visionaryvids.tables import Table
from visionaryvids.types import Answer, Findings

HIT = 0.5
"""The overlap with the truth from which a moment counts as found."""
RULE = (
    f"- shown: found ({percent(LIKELY)} or more), with an overlap (IoU) of {HIT} or more;",
    f'- not shown: not claimed (below {percent(LIKELY)}); from {percent(UNLIKELY)} on that is a "perhaps", not a no.',
)
"""What counts as right, in words."""
UNFOUND = {"perhaps": "not sure", "no": "nowhere"}
"""Where something was found that is not probably there."""


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence whose answer is known: when the video shows it, `[start_s, end_s)`, or None (never)."""

    sentence: str
    true_s: tuple[float, float] | None


def questions(shown: Sequence[Shown]) -> tuple[Question, ...]:
    """One sentence for each scene that has one, and one that no scene matches."""
    present = (Question(s.scene.sentence, (s.start_s, s.end_s)) for s in shown if s.scene.sentence is not None)
    return (*present, Question(ABSENT, None))


def comparison(findings: Findings, asked: Sequence[Question]) -> Table:
    """What was found beside the truth; the answers are those to the questions, in order."""
    pairs = list(zip(asked, findings.answers, strict=True))
    right = sum(_is_right(question, answer) for question, answer in pairs)
    return Table(
        "Where each sentence is shown and where it was found, in seconds",
        ("sentence", "in the video?", "truth", "found", "IoU"),
        tuple(_row(question, answer) for question, answer in pairs),
        (f"{right} of {len(pairs)} right, by this rule:", *RULE),
    )


def leave(findings: Findings, out: Path) -> tuple[Path, ...]:
    """Write findings, page and clips; the paths of page and clips, for a person to open."""
    write_atomically(out / "findings.json", to_lines([findings]))
    write_page(out / "page.html", findings)
    picks = choose(likely_only(findings), top=1)
    clips = write_clips(probe(Path(findings.video)), out / "clips", picks)
    return (out / "page.html", *(clip.path for _, clip in clips))


def _row(question: Question, answer: Answer) -> tuple[str | float | None, ...]:
    is_there = "yes" if answer.present >= LIKELY else "perhaps" if answer.present >= UNLIKELY else "no"
    return (
        question.sentence,
        f"{is_there} ({percent(answer.present)})",
        _span(question.true_s),
        UNFOUND.get(is_there) or _span(_best_s(answer)),
        _overlap(question, answer),
    )


def _is_right(question: Question, answer: Answer) -> bool:
    """By `RULE`."""
    overlap = _overlap(question, answer)
    return answer.present < LIKELY if overlap is None else answer.present >= LIKELY and overlap >= HIT


def _overlap(question: Question, answer: Answer) -> float | None:
    """The best moment's IoU with the truth, or None where there is nothing to find."""
    if question.true_s is None:
        return None
    best_s = _best_s(answer)
    return 0.0 if best_s is None else float(iou([question.true_s], [best_s])[0, 0])


def _best_s(answer: Answer) -> tuple[float, float] | None:
    return (answer.moments[0].start_s, answer.moments[0].end_s) if answer.moments else None


def _span(window_s: tuple[float, float] | None) -> str:
    return "nowhere" if window_s is None else f"{window_s[0]:.1f} to {window_s[1]:.1f}"
