"""Small pictures of moments, as `data:` addresses."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visionaryvids.errors import MediaError
from visionaryvids.media.video import frames_at
from visionaryvids.types import Moment

LIST_SIDE, POSTER_SIDE = 192, 640
"""The longer side in pixels, in the list (twice what it takes there, for sharp screens) and in the player."""


def pictures_of(video: Path, moments: Iterable[Moment], side: int) -> dict[Moment, str]:
    """The frame in the middle of each moment; nothing where the video is not there or cannot be read."""
    ordered = sorted(set(moments), key=_middle_s)
    try:
        frames = frames_at(video, [_middle_s(moment) for moment in ordered])
        return {moment: _address(frame.image_HW3, side) for moment, frame in zip(ordered, frames, strict=False)}
    except MediaError:
        return {}


def _middle_s(moment: Moment) -> float:
    return (moment.start_s + moment.end_s) / 2


def _address(image_HW3: NDArray[np.uint8], side: int) -> str:
    picture = Image.fromarray(image_HW3)
    picture.thumbnail((side, side), reducing_gap=2)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=72, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
