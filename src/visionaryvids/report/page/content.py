"""What the page says about one video, as the plain values that its scripts read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from visionaryvids.types import Answer, Findings, Moment

MAX_POINTS = 1200
"""A curve has at most this many points: as many as a wide window has room for, however long the video is."""

HIGHLIGHTS = "Highlights"
"""What a query without words is called."""

Level = Literal["yes", "maybe", "no", "none"]


def video_content(
    findings: Findings, source: Mapping[str, Any], pictures: Mapping[Moment, str], poster: str | None
) -> dict[str, Any]:
    """One video with its answers.

    Args:
        findings: what was found.
        source: where the player gets the video from, see `source.py`.
        pictures: a small picture as a `data:` address for the moments that have one.
        poster: the picture to show before the video plays, if there is one.
    """
    return {
        "name": Path(findings.video).name,
        "duration_s": round(findings.duration_s, 3),
        "model": findings.model,
        "warnings": list(findings.warnings),
        "source": dict(source),
        "poster": poster,
        "answers": [_answer(answer, findings.clip_s, pictures) for answer in findings.answers],
    }


def verdict(answer: Answer) -> tuple[Level, str]:
    """What `present` means in words, no surer than the number.

    Half is where "probably" turns; only from four of five on does the page say it without "probably".
    """
    if answer.query is None:
        return "none", "what is interesting, asked without words"
    share = _percent(answer.present)
    if answer.present >= 0.8:
        return "yes", f"in this video: {share}"
    if answer.present >= 0.5:
        return "maybe", f"probably in this video ({share})"
    return "no", f"probably not in this video ({share})"


def peaks(saliency_T: NDArray[np.float64], most: int = MAX_POINTS) -> NDArray[np.float64]:
    """The curve in at most `most` values, each the largest of its stretch, so that no peak is lost: float64 `[T]`."""
    if len(saliency_T) <= most:
        return saliency_T
    first = np.arange(most) * len(saliency_T) // most
    return np.maximum.reduceat(saliency_T, first)


def _answer(answer: Answer, clip_s: float, pictures: Mapping[Moment, str]) -> dict[str, Any]:
    level, words = verdict(answer)
    return {
        "title": HIGHLIGHTS if answer.query is None else answer.query,
        "level": level,
        "verdict": words,
        "note": _note(level, answer),
        "moments": [_moment(moment, pictures.get(moment)) for moment in answer.moments],
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


def _percent(share: float) -> str:
    """A probability as people say it: never 0 % or 100 %."""
    whole = round(share * 100)
    return "< 1 %" if whole < 1 else "> 99 %" if whole > 99 else f"{whole} %"
