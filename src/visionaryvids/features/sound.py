"""What encoders of sound share: the waveform cut into clips, and triangles over a spectrum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray


def cut(blocks: Iterable[NDArray[np.float32]], clip_samples: float) -> Iterator[NDArray[np.float32]]:
    """A waveform as one piece for each clip; the last one may be shorter. Holds one block and one clip at a time.

    Args:
        blocks: consecutive pieces of any lengths.
        clip_samples: length of a clip; where it is no whole number, clip t still starts at t times it, rounded.
    """
    rest, clip = np.zeros(0, np.float32), 0
    for block in blocks:
        joined, at = np.concatenate([rest, block]), 0
        while (end := at + round((clip + 1) * clip_samples) - round(clip * clip_samples)) <= len(joined):
            yield joined[at:end]
            at, clip = end, clip + 1
        rest = joined[at:]
    if len(rest):
        yield rest


def triangles(edges_hz: NDArray[np.float64], bins_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Band b rises from edge b to 1 at edge b + 1 and falls to edge b + 2: `[bins, edges - 2]`."""
    bins_hz = bins_hz[:, None]
    rising = (bins_hz - edges_hz[:-2]) / (edges_hz[1:-1] - edges_hz[:-2])
    falling = (edges_hz[2:] - bins_hz) / (edges_hz[2:] - edges_hz[1:-1])
    return np.maximum(0, np.minimum(rising, falling))
