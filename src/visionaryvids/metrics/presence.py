"""Does the answer know whether anything matches?

Conventions:
    `present` is a probability in [0, 1] for each query; true where the video has a moment that matches.

Metrics:
    `auc`: the chance that a query with a match gets a higher probability than one without; ties count half. 0.5 is
        chance.
    `expected_calibration_error`: the mean distance between what was said and how often it came true, over bins of equal
        count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from visionaryvids.metrics.ranking import mean_ranks


def auc(present_Q: ArrayLike, is_there_Q: ArrayLike) -> float:
    """Area under the receiver operating characteristic, in [0, 1]; 0.5 where one of the two kinds is missing."""
    there = np.asarray(is_there_Q, bool)
    right, wrong = int(there.sum()), int((~there).sum())
    if not right or not wrong:
        return 0.5
    ranks = mean_ranks(np.asarray(present_Q, np.float64))
    return float((ranks[there].sum() - right * (right + 1) / 2) / (right * wrong))


def expected_calibration_error(present_Q: ArrayLike, is_there_Q: ArrayLike, bins: int = 10) -> float:
    """Mean gap between probability and frequency, in [0, 1]."""
    present, there = np.asarray(present_Q, np.float64), np.asarray(is_there_Q, np.float64)
    order = np.argsort(present, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(present[part].mean() - there[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / max(1, len(present)))
