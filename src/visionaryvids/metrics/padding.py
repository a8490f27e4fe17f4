"""Lists of different lengths as one array, so that every query is measured in the same few NumPy calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pad(rows: Sequence[NDArray[Any]], width: int | None = None) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Stack arrays that differ in the length of their first axis.

    Args:
        rows: B arrays `[N_b, ...]`, alike in their further axes.
        width: cut or fill every row to this length; that of the longest row by default.

    Returns:
        float64 `[B, N, ...]` with zeros where there is nothing, and bool `[B, N]`, true where there is something.
    """
    lengths = np.array([len(row) for row in rows], np.intp)
    longest = int(lengths.max(initial=0)) if width is None else width
    valid = np.arange(longest) < lengths[:, None]
    out = np.zeros((len(rows), longest, *(rows[0].shape[1:] if rows else ())))
    kept = [row[:longest] for row in rows] if (lengths > longest).any() else rows
    if valid.any():
        out[valid] = np.concatenate(kept)
    return out, valid
