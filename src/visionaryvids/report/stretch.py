"""One stretch of a video file, decoded: every picture with the time that it is shown, and the sound beside it.

Times are seconds from the first frame, as everywhere. Pictures and sound are read through two openings of the file, so
that each can be asked for when it is needed, however the file interleaves them.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from av.stream import Stream
from numpy.typing import NDArray

from visionaryvids.errors import MediaError
from visionaryvids.media.container import open_media
from visionaryvids.media.losses import LossLog
from visionaryvids.media.packets import decode, packets, prepare, seconds, timestamp
from visionaryvids.media.probe import MediaInfo
from visionaryvids.media.reader import FrameReader, StartOver, TimedFrame
from visionaryvids.media.video import JUMP_S

SNAP_S = 0.1
"""A cut falls between two pictures unless that would move it by more: a slide may be shown for minutes."""

SEEK_BACK_S = (0.0, 10.0, 60.0)
"""Some formats (MPEG-TS) land after the second that they are sent to; then once more, from further ahead."""

_PREROLL_S = 0.2
"""Audio decoders need a few packets to come to full quality."""

_JITTER_S = 0.02
"""Sound whose timestamps miss by less follows on without a gap."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, and from when to when it is shown."""

    frame: av.VideoFrame
    start_s: float
    end_s: float


def pictures(info: MediaInfo, start_s: float, end_s: float) -> Iterator[Shown]:
    """The pictures of a stretch, whole ones, each edge moved to where the nearest picture begins; at least one picture.

    An edge is not moved by more than `SNAP_S`: a slide is cut short instead.

    Raises:
        MediaError: the file cannot be read, has no pictures, or none of them decodes.
    """
    found = False
    near: Shown | None = None  # what to show if the stretch lies within one picture, or where there is none
    for frame, at_s, next_s in _timed(info, start_s):
        first_s = at_s if at_s >= start_s else _edge(start_s, at_s, next_s)
        last_s = next_s if next_s <= end_s else _edge(end_s, at_s, next_s)
        if last_s > first_s:
            yield Shown(frame, first_s, last_s)
            found = True
        elif near is None or at_s <= start_s:
            near = Shown(frame, at_s, min(next_s, at_s + SNAP_S))
        if next_s >= end_s:
            break
    if near is not None and not found:
        yield near


def _edge(wanted_s: float, before_s: float, after_s: float) -> float:
    """Where a cut falls that is wanted between the times of two pictures."""
    nearest_s = before_s if wanted_s - before_s <= after_s - wanted_s else after_s
    return nearest_s if abs(nearest_s - wanted_s) <= SNAP_S else wanted_s


def _timed(info: MediaInfo, start_s: float) -> Iterator[tuple[av.VideoFrame, float, float]]:
    """Pictures with the times of their beginnings and ends, from one at or before `start_s` on."""
    held: TimedFrame | None = None
    for timed in _frames(info, start_s):
        if held is not None:
            yield held.frame, held.time_s, timed.time_s
        held = timed
    if held is None or info.video is None:
        raise MediaError(str(info.path), "no picture of it can be decoded", "a video", "get the file again")
    yield held.frame, held.time_s, max(info.duration_s, held.time_s + 1 / info.video.rate_hz)


def _frames(info: MediaInfo, start_s: float) -> Iterator[TimedFrame]:
    """All pictures from a key frame at or before `start_s` on, in order."""
    if info.video is None:
        raise MediaError(str(info.path), "sound but no pictures", "a video file", "cut it with --copy")
    for jump_s in (JUMP_S, math.inf):  # an index that lies: once more, straight through
        try:
            with open_media(info.path) as container:
                reader = FrameReader(container, info.video, LossLog(), None, jump_s)
                while (timed := reader.next(start_s)) is not None:
                    yield timed
            return
        except StartOver:
            continue


def seek(container: InputContainer, stream: Stream, file_s: float) -> None:
    """Go on with the key frame at or before a second of the file's own time."""
    assert stream.time_base, "only streams with times are cut"
    container.seek(int(file_s / stream.time_base), stream=stream)


class Sound:
    """The sound from one second on, as much at a time as is asked for; silence where there is none.

    Args:
        info: the file; it has sound.
        start_s: where the first sample belongs.
        rate_hz: samples a second to return.
        channels: how many to return, one or two.
    """

    def __init__(self, info: MediaInfo, start_s: float, rate_hz: int, channels: int) -> None:
        self._blocks = _blocks(info, start_s, rate_hz, channels)
        self._block = next(self._blocks, None)
        self._channels = channels
        self._position = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._blocks.close()

    def take(self, count: int) -> NDArray[np.float32]:
        """The next samples, float32 `[channels, count]`."""
        samples = np.zeros((self._channels, count), np.float32)
        start, end = self._position, self._position + count
        while self._block is not None and self._block[0] < end:
            at, block = self._block
            first, after = max(at, start), min(at + block.shape[1], end)
            if first < after:
                samples[:, first - start : after - start] = block[:, first - at : after - at]
            if at + block.shape[1] > end:
                break
            self._block = next(self._blocks, None)
        self._position = end
        return samples


def _blocks(info: MediaInfo, start_s: float, rate_hz: int, channels: int) -> Generator[tuple[int, NDArray[np.float32]]]:
    """Blocks of sound `[channels, N]`, each with the number of its first sample, counted from `start_s`."""
    layout = "mono" if channels == 1 else "stereo"
    resampler, expected = av.AudioResampler("fltp", layout, rate_hz), -1
    described = None
    for at_s, frame in _heard(info, start_s - _PREROLL_S):
        at = round((at_s - start_s) * rate_hz)
        if (frame.format.name, frame.layout.name, frame.sample_rate) != described:
            described = (frame.format.name, frame.layout.name, frame.sample_rate)
            resampler = av.AudioResampler("fltp", layout, rate_hz)
        elif abs(at - expected) <= _JITTER_S * rate_hz:
            at = expected
        frame.pts = None  # or the resampler would keep time, too
        for piece in resampler.resample(frame):
            samples = np.nan_to_num(piece.to_ndarray()).clip(-1, 1)
            yield at, samples
            at += samples.shape[1]
        expected = at


def _heard(info: MediaInfo, start_s: float) -> Iterator[tuple[float, av.AudioFrame]]:
    """Frames of sound with their times, from somewhere at or before `start_s` on, if there is sound."""
    for back_s in SEEK_BACK_S:
        with open_media(info.path) as container:
            frames = _sounding(info, container, start_s - back_s)
            first = next(frames, None)
            if first is not None and (first[0] <= start_s or back_s == SEEK_BACK_S[-1]):
                yield first
                yield from frames
                return


def _sounding(info: MediaInfo, container: InputContainer, from_s: float) -> Iterator[tuple[float, av.AudioFrame]]:
    """Frames of sound with their times, from where a seek to `from_s` lands."""
    assert info.audio is not None
    stream = container.streams[info.audio.index]
    prepare(stream, threads=1)
    if from_s > 0:
        seek(container, stream, from_s + info.origin_s)
    for packet in packets(container, stream):
        for frame in decode(stream, packet) or ():
            at_s = seconds(timestamp(frame, stream), stream)
            if at_s is not None and isinstance(frame, av.AudioFrame):
                yield at_s - info.origin_s, frame
