"""A small copy of a video, of a kind that every browser plays: the same frames and sound that the model met."""

from __future__ import annotations

import math
import tempfile
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visionaryvids.media.audio import waveform
from visionaryvids.media.movie import Encoding, MovieWriter
from visionaryvids.media.probe import MediaInfo, VideoStream
from visionaryvids.media.video import frames_at

SHORT_SIDE = 360
"""Rows of a wide picture, columns of a tall one, at most."""

MOST_RATE_HZ = 15
"""Smooth enough to recognise what happens, and half the work of a smooth film."""

SOUND_HZ = 22_050
SOUND_BITS_HZ = 48_000

PICTURE_BITS_HZ = (200_000, 500_000)
"""Bits a second of the pictures: fewer are not worth looking at, more are not needed."""

KEY_FRAME_S = 2
"""From one place that a player can jump to directly to the next one."""


def make_preview(info: MediaInfo, limit_bytes: int) -> bytes | None:
    """The copy of a probed video as an MP4 file; None where it would be larger than `limit_bytes`, or has no pictures.

    Raises:
        MediaError: the video cannot be read.
    """
    bits_hz = min(int(8 * limit_bytes / info.duration_s) - SOUND_BITS_HZ, PICTURE_BITS_HZ[1])
    if info.video is None or bits_hz < PICTURE_BITS_HZ[0]:
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "preview.mp4"
        _write(copy, info, info.video, bits_hz)
        return copy.read_bytes() if copy.stat().st_size <= limit_bytes else None


def _write(copy: Path, info: MediaInfo, stream: VideoStream, bits_hz: int) -> None:
    rate_hz = max(1, min(round(stream.rate_hz), MOST_RATE_HZ))
    width, height = _size(stream)
    sound = waveform(info.path, SOUND_HZ, block_s=1.0)
    encoding = Encoding(crf=28, picture_bits_hz=bits_hz, sound_bits_hz=SOUND_BITS_HZ)
    sound_hz = SOUND_HZ if info.audio else None
    gop = KEY_FRAME_S * rate_hz
    with MovieWriter(copy, width, height, rate_hz=rate_hz, sound_hz=sound_hz, gop=gop, encoding=encoding) as movie:
        times_s = np.arange(max(1, math.floor(info.duration_s * rate_hz))) / rate_hz
        for number, frame in enumerate(frames_at(info.path, times_s.tolist())):
            if number % rate_hz == 0:
                for samples in islice(sound, 1):
                    movie.hear(samples)
            movie.show(_smaller(frame.image_HW3, width, height))
        for samples in sound:
            movie.hear(samples)


def _size(stream: VideoStream) -> tuple[int, int]:
    """Width and height of the copy: no larger than the original, and even, as 4:2:0 needs."""
    scale = min(1.0, SHORT_SIDE / min(stream.width, stream.height))
    return _even(stream.width * scale), _even(stream.height * scale)


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


def _smaller(image_HW3: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    picture = Image.fromarray(image_HW3).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
    return np.asarray(picture)
