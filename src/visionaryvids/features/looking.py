"""Encoders that look at frames with a network: what to look at is data, and so is what stands in a set's identity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from visionaryvids.features.running import run

Colours = tuple[float, float, float]
"""Of red, green and blue."""


class Preparation(Protocol):
    """From an upright frame uint8 `[H, W, 3]` to one of a fixed size, e.g. `MiddleSquare`."""

    def __call__(self, image_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The prepared frame."""
        ...

    def settings(self) -> Mapping[str, Any]:
        """What was done, as plain JSON values."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """How an encoder looks at a clip.

    Attributes:
        offsets_s: when, in seconds from the clip's start.
        prepare: what happens to a frame in the decoding thread.
        side: of the middle square that the network sees, in pixels.
        mean: what is taken from colours in [0, 1] ...
        std: ... and what they are then divided by.
    """

    offsets_s: tuple[float, ...]
    prepare: Preparation
    side: int
    mean: Colours
    std: Colours

    def settings(self) -> Mapping[str, Any]:
        """Everything that the numbers depend on, as plain JSON values."""
        normalise = {"mean": list(self.mean), "std": list(self.std)}
        offsets_s = [round(offset_s, 6) for offset_s in self.offsets_s]
        return {"offsets_s": offsets_s, **self.prepare.settings(), "seen": self.side, "normalise": normalise}

    def pixels(self, batch: Tensor) -> Tensor:
        """Prepared frames uint8 `[n, F, H, W, 3]` as the network wants them: `[n, 3, F, side, side]`."""
        seen = middle(batch, self.side).float().div_(255)
        normal = (seen - seen.new_tensor(self.mean)) / seen.new_tensor(self.std)
        return normal.permute(0, 4, 1, 2, 3)


def middle(batch: Tensor, side: int) -> Tensor:
    """The middle squares of pictures `[..., H, W, C]`, rounded towards the top left."""
    top, left = (batch.size(-3) - side) // 2, (batch.size(-2) - side) // 2
    return batch[..., top : top + side, left : left + side, :]


class FrameEncoder:
    """What encoders that look share; see `VideoEncoder`.

    Args:
        look: when and at what.
        batch_clips: how many clips at once.
    """

    def __init__(self, look: Look, batch_clips: int) -> None:
        self.look, self.batch_clips, self.offsets_s = look, batch_clips, look.offsets_s

    def prepare(self, image_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """One upright RGB frame as the look says."""
        return self.look.prepare(image_HW3)

    def encode(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Prepared frames uint8 `[n, F, H, W, 3]` to rows `[n, D]`."""
        raise NotImplementedError

    def settings(self) -> Mapping[str, Any]:
        """Everything that the numbers depend on, as plain JSON values."""
        return self.look.settings()


class PictureEncoder(FrameEncoder):
    """A `VideoEncoder`: a network that sees one frame or several of each clip.

    Args:
        network: reads it when it is first needed; takes `[n, 3, side, side]` where there is one frame a clip, else
            `[n, 3, F, side, side]`. What it says of several time steps or places is averaged.
        look: what it is shown.
        batch_clips: how many clips at once.
    """

    def __init__(self, network: Callable[[], nn.Module], look: Look, batch_clips: int) -> None:
        super().__init__(look, batch_clips)
        self._network = network

    def encode(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Prepared frames uint8 `[n, F, H, W, 3]` to rows `[n, D]`."""
        rows = run(self._network(), batch, self._pixels)
        return rows.reshape(*rows.shape[:2], -1).mean(-1)

    def _pixels(self, batch: Tensor) -> Tensor:
        pixels = self.look.pixels(batch)
        return pixels[:, :, 0] if len(self.offsets_s) == 1 else pixels


class SideBySide:
    """A `VideoEncoder` made of several that prepare frames alike; a row is their rows one after another.

    Each frame is decoded and prepared once, whoever looks at it.
    """

    def __init__(self, *encoders: FrameEncoder) -> None:
        assert len({encoder.look.prepare for encoder in encoders}) == 1, "they prepare frames differently"
        self._encoders = encoders
        self.offsets_s = tuple(sorted({offset_s for encoder in encoders for offset_s in encoder.offsets_s}))
        self.batch_clips = min(encoder.batch_clips for encoder in encoders)
        self._frames = [[self.offsets_s.index(offset_s) for offset_s in each.offsets_s] for each in encoders]

    def prepare(self, image_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """One upright RGB frame as all of them want it."""
        return self._encoders[0].prepare(image_HW3)

    def encode(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Prepared frames uint8 `[n, F, H, W, 3]` to rows `[n, D1 + D2 + ...]`."""
        pairs = zip(self._encoders, self._frames, strict=True)
        return np.concatenate([encoder.encode(batch[:, frames]) for encoder, frames in pairs], axis=1)
