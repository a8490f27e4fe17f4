"""Sound as one channel at a given rate, on the video's clock, streamed in blocks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from visionaryvids.media.container import open_media
from visionaryvids.media.info import MediaInfo
from visionaryvids.media.losses import LossLog
from visionaryvids.media.packets import decode, packets, prepare, seconds, timestamp
from visionaryvids.media.probe import probe

Samples = NDArray[np.float32]

_JITTER_S = 0.05
"""Timestamps may miss the running count of samples by this much; beyond it there is a gap or an overlap."""


def waveform(
    file: Path | MediaInfo, rate_hz: int, *, block_s: float = 30.0, lost: LossLog | None = None
) -> Iterator[Samples]:
    """The sound of a file as one channel.

    Sample 0 is second 0 of the video (its first frame), and the blocks together are as long as the file: where the
    sound starts late, ends early, has gaps or is damaged, there is silence; what comes before second 0 is cut.

    Args:
        file: its path, or what `probe` found in it, which spares looking again.
        rate_hz: samples a second to resample to.
        block_s: length of a block in seconds; the last one is shorter.
        lost: receives the stretches that could not be decoded; complete after the last block.

    Yields:
        float32 `[S]` in [-1, 1]; nothing at all where the file has no sound.

    Raises:
        MediaError: the file cannot be read.
        ValueError: a rate or length that is not above 0.
    """
    if rate_hz <= 0 or not 0 < block_s < math.inf:
        raise ValueError(f"found rate_hz={rate_hz}, block_s={block_s}, expected numbers above 0")
    return _blocks(file, rate_hz, max(1, round(block_s * rate_hz)), LossLog() if lost is None else lost)


def _blocks(file: Path | MediaInfo, rate_hz: int, block: int, losses: LossLog) -> Iterator[Samples]:
    info = probe(file) if isinstance(file, Path) else file
    if info.audio is None:
        return
    losses.add("rest", info.duration_s, info.claimed_s)
    yield from _regrouped(_aligned(info, rate_hz, losses), block, max(1, round(info.duration_s * rate_hz)))


def _regrouped(pieces: Iterable[Samples | int], block: int, total: int) -> Iterator[Samples]:
    """Pieces of any length (a number stands for that many samples of silence) as blocks, `total` samples in all.

    Samples are held in [-1, 1] here, block by block: pieces are a thousand samples, and a call takes longer than those.
    """
    out, filled, left = np.zeros(min(block, total), np.float32), 0, total
    for piece in chain(pieces, [total]):  # the rest is silence
        at, length = 0, piece if isinstance(piece, int) else len(piece)
        while at < length and left:
            step = min(length - at, len(out) - filled)
            if not isinstance(piece, int):
                out[filled : filled + step] = piece[at : at + step]
            at, filled, left = at + step, filled + step, left - step
            if filled == len(out):
                yield np.nan_to_num(out, copy=False).clip(-1, 1, out=out)  # damage decodes to anything
                out, filled = np.zeros(min(block, left), np.float32), 0
        if not left:
            return


def _aligned(info: MediaInfo, rate_hz: int, losses: LossLog) -> Iterator[Samples | int]:
    """Resampled pieces and silences between them, so that the running count of samples is the video's clock."""
    assert info.audio is not None
    track = _Track(info, rate_hz, losses)
    with open_media(info.path) as container:
        stream = container.streams[info.audio.index]
        prepare(stream, threads=1)
        for packet in chain(packets(container, stream), [None]):
            frames = decode(stream, packet)
            track.damaged = track.damaged or frames is None
            for frame in frames or ():
                assert isinstance(frame, av.AudioFrame)
                yield from track.take(frame, seconds(timestamp(frame, stream), stream))
    yield from track.finish()


class _Track:
    """Places decoded sound on the video's clock.

    A run is a stretch in which one frame follows another. It is resampled as a whole; where the next frame does not
    follow, or has another format, the run ends and another one starts at that frame's own time.
    """

    def __init__(self, info: MediaInfo, rate_hz: int, losses: LossLog) -> None:
        self._origin_s, self._duration_s, self._rate_hz, self._losses = info.origin_s, info.duration_s, rate_hz, losses
        self.damaged = False
        self._count = 0  # samples given out
        self._skip = 0  # samples to drop: before second 0, or heard already
        self._next_s = 0.0  # when the next frame of this run is due
        self._format: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None

    def take(self, frame: av.AudioFrame, file_s: float | None) -> Iterator[Samples | int]:
        """Add one frame that is heard at `file_s` of the file's own time."""
        at_s = self._next_s if file_s is None else file_s - self._origin_s
        if at_s > self._duration_s:  # impossible: trust the count
            at_s = self._next_s
        described = (frame.format.name, frame.layout.name, frame.sample_rate)
        if described != self._format or abs(at_s - self._next_s) > _JITTER_S:
            yield from self._end_run()
            yield from self._start_run(at_s)
            self._format = described
        self._next_s += frame.samples / frame.sample_rate
        self.damaged = False
        frame.pts = None  # or the resampler would keep time, too
        yield from self._resampled(frame)

    def finish(self) -> Iterator[Samples]:
        """What is still inside."""
        yield from self._end_run()
        if self.damaged:
            self._losses.add("sound", self._count / self._rate_hz, self._duration_s)

    def _start_run(self, at_s: float) -> Iterator[int]:
        gap = round(at_s * self._rate_hz) - self._count
        if gap > 0:
            if self.damaged:
                self._losses.add("sound", self._count / self._rate_hz, at_s)
            self._count += gap
            yield gap
        self._skip = max(0, -gap)
        self._next_s = at_s
        self._resampler = AudioResampler("flt", "mono", self._rate_hz)

    def _end_run(self) -> Iterator[Samples]:
        if self._resampler is not None and self._format is not None:
            yield from self._resampled(None)
        self._resampler = None

    def _resampled(self, frame: av.AudioFrame | None) -> Iterator[Samples]:
        assert self._resampler is not None
        try:
            pieces = self._resampler.resample(frame)
        except (av.FFmpegError, ValueError):  # a format that cannot be resampled, after damage
            self.damaged, self._format = True, None
            return
        for piece in pieces:
            samples = piece.to_ndarray()[0]
            kept = samples[self._skip :]
            self._skip -= len(samples) - len(kept)
            self._count += len(kept)
            yield kept
