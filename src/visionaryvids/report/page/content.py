"""What the page says about one video, as the plain values that its scripts read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from visionaryvids.report.page.pictures import Pictures
from visionaryvids.report.page.source import Inside, Source
from visionaryvids.report.presence import CERTAIN, UNLIKELY, in_words
from visionaryvids.types import Answer, Findings, Moment

MAX_POINTS = 1200
"""A curve has at most this many points: as many as a wide window has room for, however long the video is."""

HIGHLIGHTS = "Highlights"
"""What a query without words is called."""

Level = Literal["yes", "maybe", "no", "none"]


def video_content(findings: Findings, source: Source, pictures: Pictures) -> dict[str, Any]:
    """One video with its answers.

    Args:
        findings: what was found.
        source: where the player gets the video.
        pictures: what it looks like.
    """
    return {
        "name": _readable(Path(findings.video).name),
        "duration_s": round(findings.duration_s, 3),
        "model": findings.model,
        "warnings": list(findings.warnings),
        "poster": pictures.poster,
        "url": source.url,
        "shift_s": round(source.shift_s, 3),
        "inside": None if source.inside is None else _inside(source.inside),
        "answers": [_answer(answer, findings.clip_s, pictures) for answer in findings.answers],
    }


def _readable(name: str) -> str:
    """A file's name as text, also where its bytes are not UTF-8."""
    return os.fsencode(name).decode(errors="replace")


def _inside(inside: Inside) -> dict[str, Any]:
    return {"type": inside.mime, "preview": inside.is_preview}


def verdict(answer: Answer) -> tuple[Level, str]:
    """What `present` means, and says in words that are no surer than the number."""
    if answer.query is None:
        return "none", "what is interesting, without words"
    level: Level = "yes" if answer.present >= CERTAIN else "maybe" if answer.present >= UNLIKELY else "no"
    return level, in_words(answer.present)


def peaks(saliency_T: NDArray[np.float64], most: int = MAX_POINTS) -> NDArray[np.float64]:
    """The curve in at most `most` values, each the largest of its stretch, so that no peak is lost."""
    if len(saliency_T) <= most:
        return saliency_T
    first = np.arange(most) * len(saliency_T) // most
    return np.maximum.reduceat(saliency_T, first)


def _answer(answer: Answer, clip_s: float, pictures: Pictures) -> dict[str, Any]:
    level, words = verdict(answer)
    return {
        "title": HIGHLIGHTS if answer.query is None else answer.query,
        "level": level,
        "verdict": words,
        "note": _note(level, answer),
        "moments": [
            _moment(moment, pictures.moments.get((answer.query, rank)))
            for rank, moment in enumerate(answer.moments, start=1)
        ],
        "curve": peaks(answer.saliency_T).round(3).tolist(),
        "curve_s": round(len(answer.saliency_T) * clip_s, 3),
    }


def _note(level: Level, answer: Answer) -> str:
    if not answer.moments:
        return "No moment found."
    return "If it is here after all, these come nearest:" if level == "no" else ""


def _moment(moment: Moment, picture: str | None) -> dict[str, Any]:
    return {
        "start_s": round(moment.start_s, 3),
        "end_s": round(moment.end_s, 3),
        "score": round(moment.score, 3),
        "picture": picture,
    }
