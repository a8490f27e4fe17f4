"""Stitch real videos into one, so that it is known what is shown when.

The pieces may have any size, rate, codec and rotation, with or without sound. Pictures keep their proportions between
black bars (letterbox); sound is mono, silent where a piece has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visionaryvids.media.movie import MovieWriter

SOUND_HZ = 32_000


@dataclass(frozen=True)
class Piece:
    """A stretch of a file, `[from_s, to_s)` counted from its first picture."""

    path: Path
    from_s: float = 0.0
    to_s: float = float("inf")


def stitch(
    out: Path, pieces: Sequence[Piece], *, width: int = 480, height: int = 270, rate_hz: int = 25
) -> list[tuple[float, float]]:
    """Write the pieces one after another as H.264 and AAC; for each of them when it is shown, `[start_s, end_s)`."""
    windows, pictures = [], 0
    with MovieWriter(out, width, height, rate_hz=rate_hz, sound_hz=SOUND_HZ) as movie:
        for piece in pieces:
            start = pictures
            for image_HW3 in _pictures(piece, (width, height), rate_hz):
                movie.show(image_HW3)
                pictures += 1
            movie.hear(_sound(piece, (pictures - start) * SOUND_HZ // rate_hz))
            windows.append((start / rate_hz, pictures / rate_hz))
    return windows


def _pictures(piece: Piece, size: tuple[int, int], rate_hz: int) -> Iterator[NDArray[np.uint8]]:
    """For each tick of a steady clock what is shown then."""
    last, image = None, None
    for frame in _ticks(piece, rate_hz):
        image = image if frame is last else _boxed(frame, size)
        last = frame
        yield image


def _ticks(piece: Piece, rate_hz: int) -> Iterator[av.VideoFrame]:
    tick, shown, end_s = 0, None, 0.0
    with av.open(str(piece.path)) as container:
        stream = container.streams.best("video")
        stream.thread_type = "AUTO"
        first = None
        for frame in container.decode(stream):
            first = frame if first is None else first
            at_s = frame.time - first.time - piece.from_s
            if at_s >= piece.to_s - piece.from_s:
                break
            while shown is not None and tick / rate_hz < at_s:
                yield shown
                tick += 1
            shown = frame
            end_s = min(at_s + float(1 / stream.average_rate), piece.to_s - piece.from_s)
    while shown is not None and tick / rate_hz < end_s - 1e-6:
        yield shown
        tick += 1


def _boxed(frame: av.VideoFrame, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Upright, and as large as fits between black bars."""
    turned = frame.rotation % 180 != 0
    shape = (frame.height, frame.width) if turned else (frame.width, frame.height)
    share = min(size[0] / shape[0], size[1] / shape[1])
    width, height = (max(1, round(side * share)) for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "rgb24").to_image().rotate(frame.rotation, expand=True)
    boxed = Image.new("RGB", size)
    boxed.paste(small, ((size[0] - small.width) // 2, (size[1] - small.height) // 2))
    return np.asarray(boxed)


def _sound(piece: Piece, samples: int) -> NDArray[np.float32]:
    """The piece's sound, float32 `[samples]`, cut or filled with silence."""
    heard = np.zeros(samples, np.float32)
    with av.open(str(piece.path)) as container:
        if container.streams.audio:
            for at, block in _blocks(container, piece.from_s):
                inside = slice(min(max(at, 0), samples), min(max(at + len(block), 0), samples))
                heard[inside] = block[inside.start - at : inside.stop - at] if inside.start < inside.stop else 0
    return heard


def _blocks(container: av.container.InputContainer, from_s: float) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Blocks of sound, and where each begins, in samples from `from_s` of the pictures."""
    picture = container.streams.best("video")
    zero_s = float((picture.start_time or 0) * picture.time_base) + from_s
    resampler, at = av.AudioResampler("fltp", "mono", SOUND_HZ), None
    for frame in container.decode(container.streams.audio[0]):
        at = round((frame.time - zero_s) * SOUND_HZ) if at is None else at
        for part in resampler.resample(frame):
            yield at, part.to_ndarray()[0]
            at += part.samples
