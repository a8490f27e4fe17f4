"""Make the head's logits probabilities, on made videos of training clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.data.compose import Composition, Rules, compose
from visionaryvids.intervals import clips_in_windows, iou
from visionaryvids.model.alignment import Aligned
from visionaryvids.model.matcher import Footage, Matcher, scales_of
from visionaryvids.recipes.lite.judging import answers_about
from visionaryvids.recipes.lite.material import Material
from visionaryvids.recipes.lite.sources import unit
from visionaryvids.training.calibration import fit_line


@dataclass(frozen=True, slots=True)
class Lines:
    """Slope and offset `[2]` of each kind of logit; see `model.matcher.Calibration`."""

    presence: torch.Tensor
    moment: torch.Tensor
    coarse: torch.Tensor


def calibrate(matcher: Matcher, material: Material, rules: Sequence[Rules], count: int, seed: int) -> Lines:
    """Fit the lines on made videos of training clips, each clip in the view of the fit that left it out.

    Args:
        matcher: with its lines still at slope 1 and offset 0.
        material: the clips.
        rules: how to compose; taken in turn.
        count: videos.
        seed: of the composing.
    """
    rng = np.random.default_rng(seed)
    presence, moments, coarse = [], [], []
    for index in range(count):
        rule = rules[index % len(rules)]
        made = compose(rng, material.train, material.lengths, material.alike_NN, rule)
        asked_E = material.captions_NE[made.asked]
        footage = _footage(material, made)
        [found] = answers_about(matcher, footage, torch.from_numpy(asked_E[None]), [""], top=3)
        presence.append((found.present, len(made.windows) > 0))
        moments += [(m.score, _is_right(m.start_s, m.end_s, made.windows)) for m in found.moments]
        similarity_T = unit(made.assemble(material.views[0])) @ asked_E
        inside = clips_in_windows(made.windows, len(similarity_T), 1.0)
        coarse += list(zip(similarity_T[::10].tolist(), inside[::10].tolist(), strict=True))
    return Lines(_line(presence, is_logit=False), _line(moments, is_logit=False), _line(coarse, is_logit=True))


def _footage(material: Material, made: Composition) -> Footage:
    views = (torch.from_numpy(unit(made.assemble(view))) for view in material.views)
    rows_TD = torch.from_numpy(made.assemble(material.rows))
    return Footage(tuple(scales_of(Aligned(*views), rows_TD)), np.zeros(len(rows_TD)))


def _is_right(start: float, end: float, windows: NDArray[np.float64]) -> bool:
    return bool(len(windows)) and float(iou(np.array([[start, end]]), windows).max()) >= 0.5


def _line(pairs: Sequence[tuple[float, bool]], *, is_logit: bool) -> torch.Tensor:
    values = torch.tensor([value for value, _ in pairs], dtype=torch.float64)
    logits = values if is_logit else values.clamp(1e-7, 1 - 1e-7).logit()
    return fit_line(logits, torch.tensor([right for _, right in pairs]))
