"""What an uncalibrated matcher says of videos whose truth is known, and the calibration that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionaryvids.intervals import clips_in_windows, iou
from visionaryvids.model.answer import answer, smooth
from visionaryvids.model.calibration import Calibration, logit, presence_evidence
from visionaryvids.model.matcher import Footage, Matcher
from visionaryvids.training.calibration import fit_line, fit_weights

MOMENTS = 3
"""Moments of one answer that are looked at."""
RIGHT = 0.5
"""The IoU from which on a moment is right."""
EVERY = 10
"""One similarity of so many is looked at; neighbours tell the same."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was said and what is true of one query about one video.

    Attributes:
        presence_4: see `presence_evidence`.
        is_there: whether anything matches.
        moments: logit of each of the best moments, and whether it is right.
        coarse: some similarities, and whether those clips are in a moment.
    """

    presence_4: Tensor
    is_there: bool
    moments: list[tuple[float, bool]]
    coarse: list[tuple[float, bool]]


def evidence(
    matcher: Matcher, footage: Footage, asked_QE: Tensor, windows: Sequence[NDArray[np.float64]]
) -> list[Evidence]:
    """One piece of evidence for each query.

    Args:
        matcher: with its calibration still as it is made, so that its logits can be read.
        footage: of the video.
        asked_QE: queries in the sentence space.
        windows: the true moments of each, `[N, 2]` in clips.
    """
    length = footage.num_clips
    found = answer(matcher, footage, asked_QE, [""] * len(windows), clip_s=1.0, duration_s=float(length), top=MOMENTS)
    smooth_QT = smooth(footage.scales[0].aligned.similarities(asked_QE)[0])
    standing_Q = matcher.alignment.standing(asked_QE, smooth_QT.amax(1))
    presence_Q4 = presence_evidence(torch.tensor([logit(each.present) for each in found]), standing_Q, length)
    pieces = []
    for index, true_N2 in enumerate(windows):
        moments = [(logit(m.score), _is_right(m.start_s, m.end_s, true_N2)) for m in found[index].moments]
        inside_T = clips_in_windows(true_N2, length, 1.0)
        coarse = list(zip(smooth_QT[index, ::EVERY].tolist(), inside_T[::EVERY].tolist(), strict=True))
        pieces.append(Evidence(presence_Q4[index], len(true_N2) > 0, moments, coarse))
    return pieces


def fit_calibration(pieces: Iterable[Evidence]) -> Calibration:
    """The calibration that makes what was said true on average."""
    known = list(pieces)
    is_there_N = torch.tensor([piece.is_there for piece in known])
    calibration = Calibration()
    calibration.presence.copy_(fit_weights(torch.stack([piece.presence_4 for piece in known]), is_there_N))
    calibration.moment.copy_(_line([pair for piece in known for pair in piece.moments]))
    calibration.coarse.copy_(_line([pair for piece in known for pair in piece.coarse]))
    return calibration


def _is_right(start: float, end: float, windows_N2: NDArray[np.float64]) -> bool:
    return bool(len(windows_N2)) and float(iou(np.array([[start, end]]), windows_N2).max()) >= RIGHT


def _line(pairs: Sequence[tuple[float, bool]]) -> Tensor:
    values, right = zip(*pairs, strict=True)
    return fit_line(torch.tensor(values), torch.tensor(right))
