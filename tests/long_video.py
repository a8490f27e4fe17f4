"""A video of hours, made in seconds: a short piece is encoded once, and its packets are written again and again."""

from __future__ import annotations

import math
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visionaryvids.media.movie import MovieWriter

PIECE_S, RATE_HZ, SOUND_HZ = 16, 10, 16_000
"""16 s at 16 kHz fill AAC packets of 1024 samples to the last one, so that sound stays with the picture."""


def write_long_video(path: Path, seconds: float, *, width: int = 320, height: int = 180) -> None:
    """Write a video of at least `seconds`, in whole pieces of 16 s: four scenes of drifting colours, and noise.

    H.264 at 10 Hz with a key frame every 5 s, AAC. Three hours take a few seconds.
    """
    piece = path.with_suffix(".piece.mp4")
    with MovieWriter(piece, width, height, rate_hz=RATE_HZ, sound_hz=SOUND_HZ, gop=5 * RATE_HZ) as movie:
        random = np.random.default_rng(0)
        movie.hear((0.1 * random.standard_normal(PIECE_S * SOUND_HZ)).astype(np.float32))
        for scene in random.integers(0, 256, (4, 6, 8, 3), np.uint8):
            for step in range(PIECE_S * RATE_HZ // 4):
                movie.show(_drifting(scene, step, (width, height)))
    _repeat(piece, path, math.ceil(seconds / PIECE_S))
    piece.unlink()


def _drifting(scene_HW3: NDArray[np.uint8], step: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    left = step / 20
    return np.asarray(Image.fromarray(scene_HW3).resize(size, Image.Resampling.BICUBIC, (left, 0, left + 5, 6)))


def _repeat(piece: Path, path: Path, times: int) -> None:
    with av.open(str(piece)) as source, av.open(str(path), "w", format="mp4") as target:
        streams = {stream: target.add_stream_from_template(stream) for stream in source.streams}
        packets = [(packet, bytes(packet)) for packet in source.demux() if packet.dts is not None]
        for turn in range(times):
            for packet, data in packets:
                if turn and packet.stream.type == "audio" and packet.pts < 0:
                    continue  # what primes the decoder lies under the end of the piece before
                target.mux(_later(packet, data, turn * PIECE_S, streams[packet.stream]))


def _later(packet: av.Packet, data: bytes, seconds: int, stream: av.stream.Stream) -> av.Packet:
    later = av.Packet(data)
    ticks = round(seconds / packet.time_base)
    later.stream, later.time_base, later.duration = stream, packet.time_base, packet.duration
    later.pts, later.dts, later.is_keyframe = packet.pts + ticks, packet.dts + ticks, packet.is_keyframe
    return later
