"""From a frame to the square of pixels that a network wants: resize, then the middle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_LONGEST = 32
"""A picture longer than so many times its shorter side is cut."""


@dataclass(frozen=True, slots=True)
class MiddleSquare:
    """The middle of a frame, resized as a whole before.

    Attributes:
        shorter_side: in pixels, after resizing.
        crop: side of the square in pixels, rounded towards the top left.
        resample: the filter, applied by Pillow to the 8-bit image.
        whole: how the longer side becomes a whole number of pixels; most extractors cut the rest off.
    """

    shorter_side: int
    crop: int
    resample: Image.Resampling
    whole: Callable[[float], int] = int

    def __call__(self, image_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A frame uint8 `[H, W, 3]` to uint8 `[crop, crop, 3]`."""
        image = Image.fromarray(_without_far_ends(image_HW3))
        shorter = min(image.size)
        width, height = (self.whole(self.shorter_side * side / shorter) for side in image.size)
        left, top = (width - self.crop) // 2, (height - self.crop) // 2
        resized = image.resize((width, height), self.resample)
        return np.asarray(resized.crop((left, top, left + self.crop, top + self.crop)))

    def settings(self) -> Mapping[str, Any]:
        """What was done, as plain JSON values."""
        resize = f"pillow {self.resample.name.lower()}, 8 bit"
        return {"shorter_side": self.shorter_side, "resize": resize, "crop": self.crop}


@dataclass(frozen=True, slots=True)
class Squashed:
    """The whole frame as a square, whatever its shape.

    Attributes:
        side: in pixels.
        resample: the filter, applied by Pillow to the 8-bit image.
    """

    side: int
    resample: Image.Resampling

    def __call__(self, image_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A frame uint8 `[H, W, 3]` to uint8 `[side, side, 3]`."""
        return np.asarray(Image.fromarray(image_HW3).resize((self.side, self.side), self.resample))

    def settings(self) -> Mapping[str, Any]:
        """What was done, as plain JSON values."""
        return {"squashed_to": self.side, "resize": f"pillow {self.resample.name.lower()}, 8 bit"}


def _without_far_ends(image_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a picture that is extremely long: a strip of a few pixels would be resized to gigabytes."""
    longest = _LONGEST * min(image_HW3.shape[:2])
    top, left = (max(0, side - longest) // 2 for side in image_HW3.shape[:2])
    return np.ascontiguousarray(image_HW3[top : top + longest, left : left + longest])
