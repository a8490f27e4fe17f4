"""I3D on the clip grid: one row a clip from its pictures, one from their optical flow.

As v-iashin/video_features, from which UMT's features of TVSum and YouTube Highlights come: shorter side to 256 pixels,
middle 224 × 224, the mean over the network's time steps. The window there is 64 frames at the video's own rate, and one
more for the flow of the last one; here a window has a length in seconds, so that rows lie on the grid at any rate. Flow
is TV-L1 (`flow.py`), on the middle 256 × 256 pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from visionaryvids.features import flow
from visionaryvids.features.i3d import I3D
from visionaryvids.features.looking import FrameEncoder, Look, PictureEncoder, middle
from visionaryvids.features.pictures import MiddleSquare
from visionaryvids.features.running import run

SQUARE = MiddleSquare(256, 256, Image.Resampling.BILINEAR)
LIMIT = 20
"""Pixels of motion from one frame to the next; longer ones are cut to this."""

_SIDE = 224
_COLOURS = (0.5, 0.5, 0.5)  # to [-1, 1]
_PAIRS = 8  # whose flow is computed at once: more do not stay in a core's cache


@dataclass(frozen=True, slots=True)
class Window:
    """The frames of a row.

    Attributes:
        start_s: seconds from the start of the clip; below 0 before it.
        rate_hz: frames a second.
        frames: how many, at least 10; with 16 the network makes one time step of them, with 64 seven.
    """

    start_s: float
    rate_hz: float
    frames: int

    def look(self, more: int = 0) -> Look:
        """The window's frames, and so many after them."""
        offsets_s = tuple(self.start_s + index / self.rate_hz for index in range(self.frames + more))
        return Look(offsets_s, SQUARE, _SIDE, _COLOURS, _COLOURS)


def whole_clip(clip_s: float, frames: int = 64) -> Window:
    """Frames evenly spaced over the clip, from its start on."""
    return Window(0.0, frames / clip_s, frames)


def picture_encoder(network: Callable[[], I3D], window: Window) -> PictureEncoder:
    """A `VideoEncoder`: I3D on RGB."""
    return PictureEncoder(network, window.look(), batch_clips=1)


class FlowEncoder(FrameEncoder):
    """A `VideoEncoder`: I3D on the motion from each frame to the next.

    Args:
        network: reads the flow stream when it is first needed.
        window: between which frames.
    """

    def __init__(self, network: Callable[[], I3D], window: Window) -> None:
        super().__init__(window.look(more=1), batch_clips=1)
        self._network = network

    def encode(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Prepared frames uint8 `[n, F + 1, 256, 256, 3]` to rows `[n, 1024]`."""
        return run(self._network(), batch, motion).mean((2, 3, 4))

    def settings(self) -> Mapping[str, Any]:
        """Everything that the numbers depend on, as plain JSON values."""
        return {**self.look.settings(), "flow": {**flow.SETTINGS, "limit": LIMIT}}


def motion(batch: Tensor) -> Tensor:
    """Frames uint8 `[n, F + 1, H, W, 3]` to what the flow stream sees, `[n, 2, F, 224, 224]`."""
    return torch.stack([_motion(frames) for frames in batch])


def _motion(frames_FHW3: Tensor) -> Tensor:
    greys = flow.grey(frames_FHW3)
    pairs = zip(greys[:-1].split(_PAIRS), greys[1:].split(_PAIRS), strict=True)
    flow_F2HW = torch.cat([flow.tv_l1(before, after) for before, after in pairs])
    return quantised(middle(flow_F2HW.permute(0, 2, 3, 1), _SIDE).permute(3, 0, 1, 2))


def quantised(pixels: Tensor) -> Tensor:
    """Pixels of motion as the network saw them in training: cut, in 256 steps, in [-1, 1].

    As in the public extractor, the greatest step is 256 and not cut to 255 again.
    """
    steps = (128 + 255 / (2 * LIMIT) * pixels.clamp(-LIMIT, LIMIT)).round()
    return 2 * steps / 255 - 1
