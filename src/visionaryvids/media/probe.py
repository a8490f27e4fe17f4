"""What is in a media file, found by looking: a header may be wrong."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from visionaryvids.errors import MediaError
from visionaryvids.media.container import best_audio, best_video, open_media
from visionaryvids.media.duration import durations
from visionaryvids.media.info import AudioStream, MediaInfo, SubtitleStream, VideoStream
from visionaryvids.media.packets import decode, packets, prepare, seconds, timestamp, undecodable

_MAX_RATE_HZ = 1000.0
_DEFAULT_RATE_HZ = 25.0
"""For streams that tell no frame rate, or an impossible one."""


def probe(path: Path) -> MediaInfo:
    """Look into a file: decode its first frame and find its end.

    Raises:
        MediaError: it cannot be opened, is encrypted, has neither video nor audio, or no frame can be decoded.
    """
    with open_media(path) as container:
        info = _streams(path, container)
        duration_s, claimed_s = durations(container, info)
    return replace(info, duration_s=duration_s, claimed_s=claimed_s)


def _streams(path: Path, container: InputContainer) -> MediaInfo:
    """Everything but the duration."""
    video, audio = best_video(container), best_audio(container)
    if video is None and audio is None:
        remedy = "name a video file; cover pictures and subtitles alone are not enough"
        raise MediaError(str(path), "neither video nor sound in it", "a video file", remedy)
    subtitles = (SubtitleStream(each.index, _codec(each), each.language or "") for each in container.streams.subtitles)
    return MediaInfo(
        path=path,
        container=container.format.name,
        duration_s=0.0,
        claimed_s=0.0,
        size_bytes=container.size,
        video=_video_stream(path, container, video) if video else None,
        audio=_audio_stream(audio) if audio and audio.codec_context else None,
        subtitles=tuple(subtitles),
    )


def _video_stream(path: Path, container: InputContainer, stream: av.VideoStream) -> VideoStream:
    frame = _first_frame(path, container, stream)
    rotation_deg = round(frame.rotation / 90) * 90 % 360
    width, height = (frame.width, frame.height) if rotation_deg % 180 == 0 else (frame.height, frame.width)
    first_s = seconds(timestamp(frame, stream), stream) or 0.0
    told_s = seconds(stream.start_time, stream)  # right even where the first frames are damaged
    start_s = first_s if told_s is None else told_s
    delay_s = first_s - start_s if container.format.name == "avi" else 0.0
    return VideoStream(stream.index, _codec(stream), width, height, rotation_deg, _rate_hz(stream), start_s, delay_s)


def _first_frame(path: Path, container: InputContainer, stream: av.VideoStream) -> av.VideoFrame:
    """The first frame that can be decoded."""
    if stream.codec_context is None:
        raise undecodable(path, stream, next(packets(container, stream), None))
    prepare(stream, threads=1)  # several threads would read many packets ahead
    first: Packet | None = None
    for packet in chain(packets(container, stream), [None]):
        first = first or packet
        for frame in decode(stream, packet) or ():
            assert isinstance(frame, av.VideoFrame)
            return frame
    raise undecodable(path, stream, first)


def _audio_stream(stream: av.AudioStream) -> AudioStream:
    codec = stream.codec_context
    start_s = seconds(stream.start_time, stream) or 0.0
    return AudioStream(stream.index, _codec(stream), codec.sample_rate, codec.channels, start_s)


def _codec(stream: Stream) -> str:
    codec = stream.codec_context
    return codec.codec.canonical_name if codec is not None else "unknown"


def _rate_hz(stream: av.VideoStream) -> float:
    rates = (stream.average_rate, stream.guessed_rate)
    return next((float(rate) for rate in rates if rate and 0 < rate <= _MAX_RATE_HZ), _DEFAULT_RATE_HZ)
