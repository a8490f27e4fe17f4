"""Stretches of a long video, and one curve from what was found in each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

STRETCH = 150
"""Rows that are looked at together."""
STRIDE = STRETCH // 2
"""Rows from one stretch to the next: they overlap by half."""
SURE = 1e-6
"""A score this near to 0 or 1 is as good as that, and has a finite logit."""


def blend(coarse_T: NDArray[np.float64], looks: Sequence[tuple[int, NDArray[np.float32]]]) -> NDArray[np.float64]:
    """One curve from overlapping stretches: each counts most in its middle, so there are no seams.

    Args:
        coarse_T: what holds where nobody looked.
        looks: first clip and scores of each stretch.
    """
    total, weight = np.zeros_like(coarse_T), np.zeros_like(coarse_T)
    for start, scores_W in looks:
        ramp = np.arange(1, len(scores_W) + 1)
        tent = np.minimum(ramp, ramp[::-1]).astype(np.float64)
        total[start : start + len(tent)] += tent * scores_W
        weight[start : start + len(tent)] += tent
    return np.divide(total, weight, out=coarse_T.copy(), where=weight > 0)


def mix(scores_T: NDArray[np.float64], others_T: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """The weighted mean of two curves' logits, as a curve in [0, 1]; `share` is how much the second one counts."""
    first_T, second_T = (torch.from_numpy(curve_T).logit(SURE) for curve_T in (scores_T, others_T))
    return torch.lerp(first_T, second_T, share).sigmoid().numpy()
