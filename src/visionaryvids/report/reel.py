"""One highlight reel of a wanted length: the best moments, then the most salient stretches, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from visionaryvids.errors import InputError
from visionaryvids.media.movie import new_movie
from visionaryvids.media.probe import MediaInfo
from visionaryvids.report.clips import Clip
from visionaryvids.report.cutting import MovieCut
from visionaryvids.report.picks import Pick
from visionaryvids.types import Findings, Moment

SHOT_S = 3.0
"""How long a stretch is that fills a reel up; shorter ones flicker."""

_ROUNDING_S = 1e-9


def candidates(findings: Findings, picks: Sequence[Pick]) -> list[Moment]:
    """What a reel may show, best first: the picks by score, then stretches of `SHOT_S` by mean saliency.

    A clip is as salient as it is for the query that it suits best; only the picked queries count.
    """
    moments = [
        replace(pick.moment, end_s=min(pick.moment.end_s, findings.duration_s))
        for pick in sorted(picks, key=lambda pick: -pick.moment.score)
    ]
    queries = {pick.query for pick in picks}
    curves = [answer.saliency_T for answer in findings.answers if answer.query in queries and len(answer.saliency_T)]
    if not curves:
        return moments
    saliency_T = np.max(curves, axis=0)
    step = max(1, round(SHOT_S / findings.clip_s))
    shots = [
        Moment(
            first * findings.clip_s,
            min((first + step) * findings.clip_s, findings.duration_s),
            float(saliency_T[first : first + step].mean()),
        )
        for first in range(0, len(saliency_T), step)
    ]
    return moments + sorted(shots, key=lambda shot: -shot.score)


def choose_stretches(best_first: Sequence[Moment], wanted_s: float, min_s: float) -> list[tuple[float, float]]:
    """Stretches without overlap, in the order of time, that are together as long as wanted, or a little shorter.

    Args:
        best_first: what may be shown; of overlapping moments the part counts that no better one has taken.
        wanted_s: the length in seconds.
        min_s: no stretch is cut shorter than this to fit, so up to so much may be missing; shorter gaps are closed.

    Returns:
        `(start_s, end_s)` of each; together not longer than `wanted_s`.
    """
    chosen: list[tuple[float, float]] = []
    left_s = wanted_s
    for moment in best_first:
        for start_s, end_s in _free(moment.start_s, moment.end_s, chosen):
            if end_s - start_s > left_s:
                if left_s < min_s:
                    continue
                start_s, end_s = _shortened(start_s, end_s, left_s, chosen)
            chosen.append((start_s, end_s))
            left_s -= end_s - start_s
    return _joined(chosen, min_s)


def write_reel(
    info: MediaInfo,
    path: Path,
    stretches: Sequence[tuple[float, float]],
    on_progress: Callable[[float, float], None] | None = None,
) -> list[Clip]:
    """Re-encode stretches one after the other into one movie; `clips.cut_exactly` says how each is cut.

    Args:
        info: the source.
        path: the file to write, `.mp4`.
        stretches: `(start_s, end_s)` of each.
        on_progress: is told after each how many of how many seconds are encoded.

    Returns:
        What was taken of the source for each stretch, to whole pictures.

    Raises:
        InputError: there is nothing to show, the source cannot be read, or the reel cannot be written.
    """
    if not stretches:
        raise InputError("--format reel", "no moments", "at least one", "lower --min-score, or raise --reel-seconds")
    total_s, taken = sum(end_s - start_s for start_s, end_s in stretches), []
    with new_movie(path) as part, MovieCut(part, info) as movie:
        for start_s, end_s in stretches:
            taken.append(Clip(path, *movie.add(start_s, end_s)))
            if on_progress is not None:
                on_progress(sum(clip.end_s - clip.start_s for clip in taken), total_s)
    return taken


def make_reel(
    info: MediaInfo,
    path: Path,
    findings: Findings,
    picks: Sequence[Pick],
    wanted_s: float,
    on_progress: Callable[[float, float], None] | None = None,
) -> list[Clip]:
    """Choose what a reel of a wanted length shows, and write it; see `candidates`, `choose_stretches`, `write_reel`."""
    stretches = choose_stretches(candidates(findings, picks), wanted_s, findings.clip_s)
    return write_reel(info, path, stretches, on_progress)


def _free(start_s: float, end_s: float, chosen: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The parts of an interval that no chosen one covers."""
    parts, at_s = [], start_s
    for taken_s, until_s in sorted(chosen):
        if min(taken_s, end_s) - at_s > _ROUNDING_S:
            parts.append((at_s, min(taken_s, end_s)))
        at_s = max(at_s, until_s)
    return [*parts, (at_s, end_s)] if end_s - at_s > _ROUNDING_S else parts


def _shortened(
    start_s: float, end_s: float, length_s: float, chosen: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """The beginning of an interval, or its end where a chosen one goes on from there."""
    if any(taken_s == end_s for taken_s, _ in chosen):
        return end_s - length_s, end_s
    return start_s, start_s + length_s


def _joined(chosen: Sequence[tuple[float, float]], min_s: float) -> list[tuple[float, float]]:
    """Intervals in the order of time; those that touch are one.

    A gap shorter than `min_s` would look like a fault: the later interval begins and ends earlier by that much.
    """
    joined: list[tuple[float, float]] = []
    for start_s, end_s in sorted(chosen):
        gap_s = start_s - joined[-1][1] if joined else min_s
        if gap_s < min_s - _ROUNDING_S:
            joined[-1] = joined[-1][0], end_s - gap_s
        else:
            joined.append((start_s, end_s))
    return joined
