"""CNN14 of PANNs: an audio tagger trained on AudioSet (80 million parameters), as an encoder of a piece of sound.

Kong et al., IEEE/ACM TASLP 2020; the version for 32 kHz. Modules have the published names. The front end is computed
here: the published file holds it as constants, cosines and mel filters, which are left aside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, repeat
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from visionaryvids.features.bare import Conv2d, Linear
from visionaryvids.features.running import run
from visionaryvids.features.sound import cut, triangles
from visionaryvids.features.state import State, fill_published

WIDTH = 2048
"""Numbers in a row."""

SETTINGS: Mapping[str, Any] = {
    "network": "PANNs Cnn14, mAP 0.431",
    "rate_hz": 32000,
    "window": 1024,
    "hop": 320,
    "bands": 64,
    "low_hz": 50,
    "high_hz": 14000,
    "edges": "reflected, in each clip",
    "silence": "encoded as a clip of zeros",
}
"""Everything that the numbers depend on; window and hop in samples."""

LEAST_SAMPLES = 9920
"""The shortest piece that the network can take; shorter clips are followed by silence."""

_FRONT_END = ("spectrogram_extractor.", "logmel_extractor.")
_CHANNELS = (64, 128, 256, 512, 1024, 2048)
_CLASSES = 527
_BATCH = 8  # clips
_BREAK_HZ, _BREAK_MEL, _STEP = 1000.0, 15.0, np.log(6.4) / 27  # Slaney's mel: linear below, logarithmic above


class Block(nn.Module):
    """Two convolutions of 3 × 3, each normalised and rectified."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.conv2 = Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)

    def forward(self, x_BCTF: Tensor) -> Tensor:
        """`[B, C, T, F]` to `[B, C', T, F]`."""
        x = F.relu(self.bn1(self.conv1(x_BCTF)))
        return F.relu(self.bn2(self.conv2(x)))


class Cnn14(nn.Module):
    """Pieces of a waveform in [-1, 1] at 32 kHz, `[B, S]`, to rows `[B, 2048]`."""

    def __init__(self) -> None:
        super().__init__()
        self.bn0 = nn.BatchNorm2d(SETTINGS["bands"])
        for index, (inputs, outputs) in enumerate(zip((1, *_CHANNELS), _CHANNELS, strict=False)):
            self.add_module(f"conv_block{index + 1}", Block(inputs, outputs))
        self.fc1 = Linear(WIDTH, WIDTH)
        self.fc_audioset = Linear(WIDTH, _CLASSES)
        self.register_buffer("window", torch.hann_window(SETTINGS["window"]), persistent=False)
        self.register_buffer("mel", torch.from_numpy(mel_filters()).float(), persistent=False)

    def forward(self, waveform_BS: Tensor) -> Tensor:
        """Rows `[B, 2048]`, none below 0."""
        return self.embed(self.log_mel(waveform_BS))

    def spectrogram(self, waveform_BS: Tensor) -> Tensor:
        """Power `[B, T, 513]` in windows every 10 ms."""
        size, hop = SETTINGS["window"], SETTINGS["hop"]
        window = self.get_buffer("window")
        spectrum = torch.stft(waveform_BS, size, hop, window=window, pad_mode="reflect", return_complex=True)
        return (spectrum.real.square() + spectrum.imag.square()).transpose(1, 2)

    def log_mel(self, waveform_BS: Tensor) -> Tensor:
        """Levels in decibels, `[B, 1, T, 64]`."""
        power = self.spectrogram(waveform_BS) @ self.get_buffer("mel")
        return (10 * power.clamp(min=1e-10).log10())[:, None]

    def embed(self, log_mel_B1TF: Tensor) -> Tensor:
        """Levels to rows."""
        x = self.bn0(log_mel_B1TF.transpose(1, 3)).transpose(1, 3)
        for index in range(1, len(_CHANNELS) + 1):
            x = self.get_submodule(f"conv_block{index}")(x)
            x = F.avg_pool2d(x, 2) if index < len(_CHANNELS) else x
        x_BCT = x.mean(3)
        return F.relu(self.fc1(x_BCT.amax(2) + x_BCT.mean(2)))

    def classify(self, rows_BD: Tensor) -> Tensor:
        """Rows to the probabilities of AudioSet's classes, `[B, 527]`."""
        return self.fc_audioset(rows_BD).sigmoid()


def mel_filters() -> NDArray[np.float64]:
    """Triangles on Slaney's mel scale, each of the same area: `[513, 64]`."""
    low, high = _mel(SETTINGS["low_hz"]), _mel(SETTINGS["high_hz"])
    edges_hz = _hertz(np.linspace(low, high, SETTINGS["bands"] + 2))
    bins_hz = np.linspace(0, SETTINGS["rate_hz"] / 2, SETTINGS["window"] // 2 + 1)
    return triangles(edges_hz, bins_hz) * 2 / (edges_hz[2:] - edges_hz[:-2])


def _mel(hertz: float) -> float:
    if hertz < _BREAK_HZ:
        return hertz * _BREAK_MEL / _BREAK_HZ
    return float(_BREAK_MEL + np.log(hertz / _BREAK_HZ) / _STEP)


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < _BREAK_MEL, mel * _BREAK_HZ / _BREAK_MEL, _BREAK_HZ * np.exp(_STEP * (mel - _BREAK_MEL)))


def load_network(state: State) -> Cnn14:
    """The network with published weights, in evaluation mode; their front end's constants may be among them.

    Raises:
        CheckpointError: other names or shapes.
    """
    weights = {name: value for name, value in state.items() if not name.startswith(_FRONT_END)}
    return fill_published(Cnn14(), weights, "CNN14 weights")


class SoundEncoder:
    """An `AudioEncoder`; a row depends on its own clip alone.

    Args:
        network: reads the network when it is first needed; see `on_first_use`.
        clip_s: length of a clip in seconds.
    """

    rate_hz: int = SETTINGS["rate_hz"]

    def __init__(self, network: Callable[[], Cnn14], clip_s: float) -> None:
        self._network, self._clip_samples = network, clip_s * self.rate_hz

    def encode(self, blocks: Iterable[NDArray[np.float32]], num_clips: int) -> NDArray[np.float32]:
        """Consecutive blocks of a mono waveform in [-1, 1] to rows `[T, 2048]`; holds a few clips at a time.

        See `AudioEncoder`.
        """
        samples = max(LEAST_SAMPLES, math.ceil(self._clip_samples))
        rows_TD = np.empty((num_clips, WIDTH), np.float32)
        pieces = chain(cut(blocks, self._clip_samples), repeat(np.zeros(0, np.float32)))
        for start in range(0, num_clips, _BATCH):
            batch_BS = np.zeros((min(_BATCH, num_clips - start), samples), np.float32)
            for row, piece in zip(batch_BS, pieces, strict=False):
                row[: len(piece)] = piece
            rows_TD[start : start + _BATCH] = run(self._network(), batch_BS)
        return rows_TD
