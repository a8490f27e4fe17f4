"""I3D on the clip grid: one row a clip from its pictures, one from their optical flow.

As v-iashin/video_features, from which UMT's features of TVSum and YouTube Highlights come: shorter side to 256 pixels,
middle 224 × 224, 64 frames and 64 flows a window, the mean over the network's time steps. The window there is 64 frames
at the video's own rate; here it is the clip, with 64 frames evenly spaced in it, so that rows lie on the grid at any
rate. Flow is TV-L1 (`flow.py`), on the middle 256 × 256 pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from visionaryvids.features.flow import SETTINGS as FLOW_SETTINGS
from visionaryvids.features.flow import grey, tv_l1
from visionaryvids.features.i3d import I3D
from visionaryvids.features.looking import Look, PictureEncoder, middle
from visionaryvids.features.pictures import MiddleSquare
from visionaryvids.features.running import run

FRAMES = 64
"""Of a clip; the flow stream takes one more to see the last one's motion."""

LIMIT = 20
"""Pixels of motion from one frame to the next; longer ones are cut to this."""

_SIDE = 224
_HALF = (0.5, 0.5, 0.5)
_SQUARE = MiddleSquare(256, 256, Image.Resampling.BILINEAR)
_PAIRS = 8  # whose flow is computed at once: more do not stay in a core's cache


def look(clip_s: float, frames: int = FRAMES) -> Look:
    """Frames evenly spaced from the clip's start; colours in [-1, 1]."""
    offsets_s = tuple(clip_s * index / FRAMES for index in range(frames))
    return Look(offsets_s, _SQUARE, _SIDE, _HALF, _HALF)


def picture_encoder(network: Callable[[], I3D], clip_s: float) -> PictureEncoder:
    """A `VideoEncoder`: I3D on RGB."""
    return PictureEncoder(network, look(clip_s), batch_clips=1)


class FlowEncoder:
    """A `VideoEncoder`: I3D on the motion from each frame to the next.

    Args:
        network: reads the flow stream when it is first needed.
        clip_s: length of a clip in seconds.
    """

    batch_clips = 1

    def __init__(self, network: Callable[[], I3D], clip_s: float) -> None:
        self._network, self.look = network, look(clip_s, FRAMES + 1)
        self.offsets_s, self.prepare = self.look.offsets_s, self.look.prepare

    def encode(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Prepared frames uint8 `[n, 65, 256, 256, 3]` to rows `[n, 1024]`."""
        return run(self._network(), batch, motion).mean((2, 3, 4))


def settings(clip_s: float) -> dict[str, object]:
    """Everything that the rows of both streams depend on, as plain JSON values."""
    flow = {**FLOW_SETTINGS, "frames": FRAMES + 1, "limit": LIMIT}
    return {"network": "I3D, Kinetics-400, second port", **look(clip_s).settings(), "flow": flow}


def motion(batch: Tensor) -> Tensor:
    """Frames uint8 `[n, F + 1, H, W, 3]` to what the flow stream sees, `[n, 2, F, 224, 224]`."""
    return torch.stack([_motion(frames) for frames in batch])


def _motion(frames_FHW3: Tensor) -> Tensor:
    greys = grey(frames_FHW3)
    pairs = zip(greys[:-1].split(_PAIRS), greys[1:].split(_PAIRS), strict=True)
    flow_F2HW = torch.cat([tv_l1(before, after) for before, after in pairs])
    return quantised(middle(flow_F2HW.permute(0, 2, 3, 1), _SIDE).permute(3, 0, 1, 2))


def quantised(flow: Tensor) -> Tensor:
    """Pixels of motion as the network saw them in training: cut, in 256 steps, in [-1, 1].

    As in the public extractor, the greatest step is 256 and not cut to 255 again.
    """
    steps = (128 + 255 / (2 * LIMIT) * flow.clamp(-LIMIT, LIMIT)).round()
    return 2 * steps / 255 - 1
