"""Makes small media files with a frame counter that can be read back after compression and resizing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

_CELLS = 4  # 4 × 4 blocks: corners that tell which way is up, and twelve bits
_CORNERS = {0: 0, 3: 1, 12: 1, 15: 1}
_BIT_CELLS = [cell for cell in range(_CELLS * _CELLS) if cell not in _CORNERS]

OPTIONS = {
    "libx264": {"preset": "ultrafast", "bf": "3", "b-adapt": "0", "crf": "23"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:bframes=3"},
    "libsvtav1": {"preset": "8", "crf": "10"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}
os.environ.setdefault("SVT_LOG", "0")  # its encoder talks to the terminal


@dataclass(frozen=True)
class Tone:
    """Sound: silence but for beeps of 0.1 s at some seconds of the sound's own clock."""

    seconds: float
    starts_s: float = 0.0
    rate_hz: int = 48000
    codec: str = "aac"
    channels: int = 2
    beeps_s: tuple[float, ...] = (0.5,)
    silent_packets_s: tuple[float, float] = (0.0, 0.0)  # no packets are written for these seconds


def picture(number: int, width: int = 64, height: int = 64) -> NDArray[np.uint8]:
    """uint8 `[H, W, 3]` that shows a number below 4096 as black and white blocks, legible only when upright."""
    bits = {cell: number >> place & 1 for place, cell in enumerate(_BIT_CELLS)}
    cells = np.array([value for _, value in sorted((_CORNERS | bits).items())], np.uint8).reshape(_CELLS, _CELLS)
    rows, columns = (np.arange(size) * _CELLS // size for size in (height, width))
    return np.repeat(cells[rows][:, columns, None] * 200 + 28, 3, axis=2).astype(np.uint8)


def number_in(image_HW3: NDArray[np.uint8]) -> int | None:
    """The number that `picture` wrote, or None where there is none (turned, or another picture)."""
    grey = image_HW3.astype(np.float64).mean(axis=2)
    rows, columns = (np.linspace(0, size, 2 * _CELLS + 1).round().astype(int)[1::2] for size in grey.shape)
    reach = max(1, min(grey.shape) // 32)
    around = [grey[y - reach : y + reach + 1, x - reach : x + reach + 1].mean() for y in rows for x in columns]
    white = [int(value > 128) for value in around]
    if any(white[cell] != corner for cell, corner in _CORNERS.items()):
        return None
    return sum(white[cell] << place for place, cell in enumerate(_BIT_CELLS))


def write_video(
    path: Path,
    frames: int = 30,
    *,
    rate: int | Fraction = 10,
    codec: str | None = "libx264",
    size: tuple[int, int] = (64, 64),
    times_ms: Sequence[int] | None = None,
    rotation_deg: int = 0,
    key_every: int = 12,
    tone: Tone | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a video whose frame i shows the number i.

    Args:
        path: the file; its suffix chooses the container.
        frames: how many.
        rate: frames a second.
        codec: the encoder, or None: sound only.
        size: stored width and height.
        times_ms: the time of each frame instead of `rate` (variable frame rate).
        rotation_deg: by how much players must turn the stored picture counterclockwise to get it upright.
        key_every: frames between key frames.
        tone: sound, or none.
        options: of the encoder, more than the usual ones.
        container_options: of the muxer.
    """
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = None
        if codec is not None:
            stream = _video_stream(
                container, codec, rate, size, key_every, {**OPTIONS.get(codec, {}), **(options or {})}
            )
            if rotation_deg:
                stream.set_display_rotation(rotation_deg)
        base = Fraction(1, 1000) if times_ms is not None else 1 / Fraction(rate)
        sound = _sound_packets(container, tone) if tone else []
        if stream is not None:
            stream.codec_context.time_base = base
        upright = size if rotation_deg % 180 == 0 else size[::-1]
        for number in range(frames if stream is not None else 0):
            image = np.rot90(picture(number % 4096, *upright), -(rotation_deg // 90))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame.pts, frame.time_base = number if times_ms is None else times_ms[number], base
            container.mux(stream.encode(frame))
            while sound and sound[0][0] <= frame.pts * base:
                container.mux(sound.pop(0)[1])
        if stream is not None:
            container.mux(stream.encode(None))
        for _, packets in sound:
            container.mux(packets)
    return path


def _video_stream(
    container: OutputContainer,
    codec: str,
    rate: int | Fraction,
    size: tuple[int, int],
    key_every: int,
    options: dict[str, str],
) -> av.VideoStream:
    stream = container.add_stream(codec, rate=rate, options=options)
    stream.width, stream.height = size
    stream.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
    stream.codec_context.gop_size = key_every
    return stream


def _sound_packets(container: OutputContainer, tone: Tone) -> list[tuple[float, list[av.Packet]]]:
    """All packets of the sound with the second at which they are due, to be muxed between the pictures."""
    layout = "mono" if tone.channels == 1 else "stereo"
    stream = container.add_stream(tone.codec, rate=tone.rate_hz, layout=layout)
    clock = np.arange(round(tone.seconds * tone.rate_hz)) / tone.rate_hz
    loud = sum(((clock >= at_s) & (clock < at_s + 0.1)).astype(np.float32) for at_s in tone.beeps_s)
    wave = (0.5 * np.sin(2 * np.pi * 1000 * clock) * loud).astype(np.float32)
    found, step = [], 1024
    for start in range(0, len(wave), step):
        piece = np.repeat(wave[None, start : start + step], tone.channels, axis=0)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout=layout)
        frame.sample_rate, frame.time_base = tone.rate_hz, Fraction(1, tone.rate_hz)
        frame.pts = start + round(tone.starts_s * tone.rate_hz)
        packets = stream.encode(frame)
        if not tone.silent_packets_s[0] <= frame.pts / tone.rate_hz < tone.silent_packets_s[1]:
            found.append((frame.pts / tone.rate_hz, packets))
    return [*found, (float("inf"), stream.encode(None))]
