"""Log-mel statistics: what a second of sound is like, without any trained weights.

The waveform at 16 kHz is cut into clips; within a clip, windows of 25 ms every 10 ms give the power in 64 mel bands
(HTK's mel scale, 50 Hz to 8 kHz). Levels run from 0, silence (80 dB below full scale or less), to about 1, full scale.

A row has 129 numbers: the mean level of each band over the clip, its standard deviation, and the loudness of the whole
clip. Silence is the zero row, and so is what comes after a soundtrack that ends before the picture. No window reaches
over a clip's border, so a row depends on its own clip alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.features.sound import cut, triangles

BANDS = 64

WIDTH = 2 * BANDS + 1
"""Numbers in a row."""

SETTINGS: Mapping[str, Any] = {
    "rate_hz": 16000,
    "window": 400,
    "hop": 160,
    "bands": BANDS,
    "low_hz": 50,
    "high_hz": 8000,
    "floor_db": -80,
    "row": "mean, standard deviation, loudness",
}
"""Everything that the numbers depend on; window and hop in samples."""

_FOURIER = 512
_FLOOR = 10 ** (SETTINGS["floor_db"] / 10)


class LogMel:
    """An `AudioEncoder`.

    Args:
        clip_s: length of a clip in seconds.
    """

    rate_hz: int = SETTINGS["rate_hz"]

    def __init__(self, clip_s: float = 1.0) -> None:
        self.clip_samples = round(clip_s * self.rate_hz)

    @cached_property
    def _bands(self) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
        """What is not zero in `mel_bands`, band after band: Fourier bins, weights, and where each band begins.

        A matrix product would do; but its library starts threads that compete with the picture network.
        """
        weights = mel_bands(self.rate_hz).T
        bands, bins = np.nonzero(weights)
        return bins, weights[bands, bins], np.searchsorted(bands, np.arange(BANDS))

    @cached_property
    def _window(self) -> NDArray[np.float32]:
        """Hann's window, scaled so that a full-scale sine has a power of 1 at its frequency."""
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SETTINGS["window"]) / SETTINGS["window"])
        return (window * 2 / window.sum()).astype(np.float32)

    def encode(self, blocks: Iterable[NDArray[np.float32]], num_clips: int) -> NDArray[np.float32]:
        """Consecutive blocks of a mono waveform in [-1, 1] to rows `[T, 129]`; holds one block and one clip at a time.

        See `AudioEncoder`.
        """
        rows_TD = np.zeros((num_clips, WIDTH), np.float32)
        for row, clip in zip(rows_TD, cut(blocks, self.clip_samples), strict=False):
            row[:] = self._row(clip)
        return rows_TD

    def _row(self, clip: NDArray[np.float32]) -> NDArray[np.float32]:
        """One row from at most a clip's samples."""
        if len(clip) < SETTINGS["window"]:
            return np.zeros(WIDTH, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(clip, SETTINGS["window"])[:: SETTINGS["hop"]]
        power = np.square(np.abs(np.fft.rfft(windows * self._window, _FOURIER)))
        bins, weights, starts = self._bands
        levels = _level(np.add.reduceat(power[:, bins] * weights, starts, axis=1, dtype=np.float32))
        loudness = _level(2 * np.square(clip, dtype=np.float32).mean(keepdims=True))  # of a full-scale sine: 1
        return np.concatenate([levels.mean(axis=0), levels.std(axis=0), loudness])


def mel_bands(rate_hz: int) -> NDArray[np.float32]:
    """Triangles over the Fourier bins, equally wide on the mel scale and 1 at their tops: `[257, 64]`."""
    low, high = _mel(SETTINGS["low_hz"]), _mel(SETTINGS["high_hz"])
    edges_hz = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    return triangles(edges_hz, np.linspace(0, rate_hz / 2, _FOURIER // 2 + 1)).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _level(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power to a level: 0 at the floor and below, 1 at full scale."""
    return np.log10(np.maximum(power / _FLOOR, 1)) / -np.log10(_FLOOR)
