"""Make the head's logits probabilities, on made videos of training clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from visionaryvids.data.compose import Composition, Rules, compose
from visionaryvids.model.alignment import Aligned
from visionaryvids.model.calibration import Calibration
from visionaryvids.model.matcher import Footage, Matcher, scales_of
from visionaryvids.recipes.lite.material import Material
from visionaryvids.recipes.lite.sources import unit
from visionaryvids.training.evidence import Evidence, evidence, fit_calibration


def calibrate(matcher: Matcher, material: Material, rules: Sequence[Rules], count: int, seed: int) -> Calibration:
    """Fit on made videos of training clips, each clip in the view of the fit that left it out.

    Args:
        matcher: with its calibration still as it is made, so that its logits can be read.
        material: the clips.
        rules: how to compose; taken in turn.
        count: videos.
        seed: of the composing.
    """
    rng = np.random.default_rng(seed)
    pieces: list[Evidence] = []
    for index in range(count):
        rule = replace(rules[index % len(rules)], absent=0.5)
        made = compose(rng, material.train, material.lengths, material.alike_NN, rule)
        asked_1E = torch.from_numpy(material.captions_NE[[made.asked]])
        pieces += evidence(matcher, _footage(material, made), asked_1E, [made.windows])
    return fit_calibration(pieces)


def _footage(material: Material, made: Composition) -> Footage:
    views = tuple(torch.from_numpy(unit(made.assemble(view))) for view in material.views)
    rows_TD = torch.from_numpy(made.assemble(material.rows))
    return Footage(tuple(scales_of(Aligned(views), rows_TD)), np.zeros(len(rows_TD)))
