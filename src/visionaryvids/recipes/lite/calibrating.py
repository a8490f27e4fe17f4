"""Make the head's logits probabilities, on made videos of training clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.data.compose import Composition, Rules, compose
from visionaryvids.intervals import clips_in_windows, iou
from visionaryvids.model.alignment import Aligned
from visionaryvids.model.answer import smooth
from visionaryvids.model.calibration import presence_evidence
from visionaryvids.model.matcher import Footage, Matcher, scales_of
from visionaryvids.recipes.lite.judging import answers_about
from visionaryvids.recipes.lite.material import Material
from visionaryvids.recipes.lite.sources import unit
from visionaryvids.training.calibration import fit_line, fit_weights


@dataclass(frozen=True, slots=True)
class Lines:
    """Weights of each kind of evidence; see `model.matcher.Calibration`."""

    presence: torch.Tensor
    moment: torch.Tensor
    coarse: torch.Tensor


def calibrate(matcher: Matcher, material: Material, rules: Sequence[Rules], count: int, seed: int) -> Lines:
    """Fit the lines on made videos of training clips, each clip in the view of the fit that left it out.

    Args:
        matcher: with its calibration still as it is made, so that its logits can be read.
        material: the clips.
        rules: how to compose; taken in turn.
        count: videos.
        seed: of the composing.
    """
    rng = np.random.default_rng(seed)
    presence, moments, coarse = [], [], []
    for index in range(count):
        rule = rules[index % len(rules)]
        made = compose(rng, material.train, material.lengths, material.alike_NN, replace(rule, absent=0.5))
        asked_1E = torch.from_numpy(material.captions_NE[[made.asked]])
        footage = _footage(material, made)
        [found] = answers_about(matcher, footage, asked_1E, [""], top=3)
        smooth_1T = smooth(footage.scales[0].aligned.similarities(asked_1E)[0])
        standing_1 = matcher.alignment.standing(asked_1E, smooth_1T.amax(1))
        logit_1 = torch.tensor([_logit(found.present)])
        presence.append((presence_evidence(logit_1, standing_1, footage.num_clips)[0], len(made.windows) > 0))
        moments += [(_logit(m.score), _is_right(m.start_s, m.end_s, made.windows)) for m in found.moments]
        inside = clips_in_windows(made.windows, footage.num_clips, 1.0)
        coarse += list(zip(smooth_1T[0, ::10].tolist(), inside[::10].tolist(), strict=True))
    evidence_N4, is_there_N = zip(*presence, strict=True)
    return Lines(fit_weights(torch.stack(evidence_N4), torch.tensor(is_there_N)), _line(moments), _line(coarse))


def _footage(material: Material, made: Composition) -> Footage:
    views = (torch.from_numpy(unit(made.assemble(view))) for view in material.views)
    rows_TD = torch.from_numpy(made.assemble(material.rows))
    return Footage(tuple(scales_of(Aligned(*views), rows_TD)), np.zeros(len(rows_TD)))


def _is_right(start: float, end: float, windows: NDArray[np.float64]) -> bool:
    return bool(len(windows)) and float(iou(np.array([[start, end]]), windows).max()) >= 0.5


def _logit(probability: float) -> float:
    """The logit of a probability; of one that was rounded to 0 or 1, something large."""
    return float(np.log(probability / (1 - probability))) if 0 < probability < 1 else 16.0 * (2 * probability - 1)


def _line(pairs: Sequence[tuple[float, bool]]) -> torch.Tensor:
    values, right = zip(*pairs, strict=True)
    return fit_line(torch.tensor(values), torch.tensor(right))
