"""A new movie from stretches of an old one, re-encoded: H.264 and AAC in MP4, which plays everywhere.

Conventions:
    Pictures are upright, 4:2:0, 8 bits, of even size (odd ones are scaled by a pixel). Each is shown as long as in
    the source, also where its rate varies. Sound begins with the first picture and ends with the last one; where the
    source has none, there is silence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import nullcontext
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import OutputContainer
from av.filter import Graph

from visionaryvids.errors import MediaError
from visionaryvids.media.container import open_media
from visionaryvids.media.movie import FROM_THE_START, Encoding
from visionaryvids.media.probe import AudioStream, MediaInfo
from visionaryvids.report.stretch import SNAP_S, Shown, Sound, pictures

GOP = 60
"""Pictures between key frames: scrubbing stays quick."""

AAC_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)

TURNS = {90: ("cclock",), 180: ("clock", "clock"), 270: ("clock",)}
"""Quarter turns that make up so many degrees counterclockwise, in the words of FFmpeg's filter `transpose`."""

MIN_TICKS_HZ, MAX_TICKS_HZ = 10_000, 1_000_000
"""Pictures are timed at least so finely, and at most."""


class MovieCut:
    """An MP4 file that is being written; stretches of one source follow one another.

        with MovieCut(part, probe(path)) as movie:
            movie.add(3.0, 8.0)

    Args:
        path: where to write; nothing is renamed here.
        info: the source; it has pictures.

    Raises:
        MediaError: the source cannot be read.
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, info: MediaInfo) -> None:
        if info.video is None:
            raise MediaError(str(info.path), "sound but no pictures", "a video file", "cut it with --copy")
        self._info = info
        self._picture_s = min(1 / info.video.rate_hz, SNAP_S)
        self._end_s = 0.0
        self._container = av.open(str(path), "w", format="mp4", options=FROM_THE_START)
        self._pictures = _picture_stream(self._container, info)
        self._upright = _Upright(self._pictures, info.video.rotation_deg)
        self._sound = None if info.audio is None else _sound_stream(self._container, info.audio)
        self._samples = 0
        self._lengths: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def add(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Append the pictures shown in `[start_s, end_s)` and their sound.

        Returns:
            What of the source was taken: both ends are where the nearest picture begins.
        """
        shown = pictures(self._info, start_s, max(end_s, start_s + self._picture_s))
        first = next(shown)
        last_s, offset_s = first.end_s, self._end_s - first.start_s
        with self._listen(first.start_s) as sound:
            for each in chain([first], shown):
                last_s = each.end_s
                self._show(each, offset_s)
                self._hear(sound, offset_s + last_s)
        self._end_s = offset_s + last_s
        return first.start_s, last_s

    def _show(self, shown: Shown, offset_s: float) -> None:
        ticks = self._pictures.codec_context.time_base
        start, end = (round((time_s + offset_s) / ticks) for time_s in (shown.start_s, shown.end_s))
        if start == end:  # no player would show it
            return
        picture = self._upright.turned(shown.frame)
        picture.pts, picture.time_base = start, ticks
        self._lengths[start] = end - start
        self._mux_pictures(picture)

    def _mux_pictures(self, picture: av.VideoFrame | None) -> None:
        for packet in self._pictures.encode(picture):
            assert packet.pts is not None
            packet.duration = self._lengths.pop(packet.pts)  # the encoder would tell that of the average rate
            self._container.mux(packet)

    def _listen(self, start_s: float) -> Sound | nullcontext[None]:
        stream = self._sound
        return nullcontext() if stream is None else Sound(self._info, start_s, stream.rate, stream.layout.nb_channels)

    def _hear(self, sound: Sound | None, until_s: float) -> None:
        """Sound up to a second of the new movie, so that it keeps step with the pictures."""
        if sound is None or self._sound is None:
            return
        rate_hz = self._sound.rate
        samples = sound.take(round(until_s * rate_hz) - self._samples)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=self._sound.layout.name)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, self._samples, Fraction(1, rate_hz)
        self._samples += samples.shape[1]
        self._container.mux(self._sound.encode(frame))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if error is None:
                self._mux_pictures(None)
                if self._sound is not None:
                    self._container.mux(self._sound.encode(None))
        finally:
            self._container.close()


class _Upright:
    """Turns frames of any size and format into what an encoder expects: 4:2:0, one size, the right way up."""

    def __init__(self, stream: av.VideoStream, rotation_deg: int) -> None:
        self._width, self._height = stream.width, stream.height
        if rotation_deg % 180:
            self._width, self._height = self._height, self._width
        self._graph = None if rotation_deg == 0 else self._turning(TURNS[rotation_deg])

    def turned(self, frame: av.VideoFrame) -> av.VideoFrame:
        """A new frame; its time is to be set."""
        fitted = frame.reformat(self._width, self._height, "yuv420p", dst_color_range="MPEG")
        if self._graph is None:
            return fitted
        self._graph.vpush(fitted)
        return self._graph.vpull()

    def _turning(self, quarters: Sequence[str]) -> Graph:
        graph = Graph()
        yuv = av.VideoFormat("yuv420p")
        source = graph.add_buffer(width=self._width, height=self._height, format=yuv, time_base=Fraction(1, 1000))
        turns = [graph.add("transpose", quarter) for quarter in quarters]
        graph.link_nodes(source, *turns, graph.add("buffersink")).configure()
        return graph


def _picture_stream(container: OutputContainer, info: MediaInfo) -> av.VideoStream:
    assert info.video is not None
    with open_media(info.path) as source:
        old = source.streams[info.video.index]
        assert isinstance(old, av.VideoStream)
        stream = container.add_stream("libx264", rate=old.average_rate or 25, options=Encoding().x264())
        codec, was = stream.codec_context, old.codec_context
        codec.time_base = _ticks(old.time_base)
        if was.colorspace:  # 0 is RGB, and it is not RGB any longer
            codec.colorspace = was.colorspace
            codec.color_primaries, codec.color_trc = was.color_primaries, was.color_trc
        codec.color_range = 1  # the usual, limited one
        if was.sample_aspect_ratio:
            wide = was.sample_aspect_ratio
            codec.sample_aspect_ratio = 1 / wide if info.video.rotation_deg % 180 else wide
    codec.width, codec.height = max(2, info.video.width // 2 * 2), max(2, info.video.height // 2 * 2)
    codec.pix_fmt, codec.gop_size = "yuv420p", GOP
    return stream


def _ticks(base: Fraction | None) -> Fraction:
    """A unit of time in which the source's times are whole numbers, and no coarser than `MIN_TICKS_HZ`."""
    hertz = base.denominator if base else 90_000
    hertz *= math.ceil(MIN_TICKS_HZ / hertz)
    return Fraction(1, hertz if hertz <= MAX_TICKS_HZ else 90_000)


def _sound_stream(container: OutputContainer, audio: AudioStream) -> av.AudioStream:
    rate_hz = audio.rate_hz if audio.rate_hz in AAC_RATES_HZ else AAC_RATES_HZ[-1]
    return container.add_stream("aac", rate=rate_hz, layout="mono" if audio.channels == 1 else "stereo")
