"""What is in a media file: streams, true size of the pictures, and how long it really is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from visionaryvids.errors import MediaError
from visionaryvids.media.container import best_audio, best_video, open_media
from visionaryvids.media.packets import decode, packets, prepare, seconds, timestamp, undecodable

MAX_DURATION_S = 100 * 3600.0
"""Longer durations and later timestamps are damage."""

_END_TOLERANCE_S = 1.0
"""By how much the last packet may miss the end that the header claims."""

_MAX_RATE_HZ = 1000.0
_DEFAULT_RATE_HZ = 25.0
"""For streams that tell no frame rate, or an impossible one."""

_LONGEST_HOLD_S = 3600.0
"""For how long one packet may last."""


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The stream of pictures that is looked at.

    Attributes:
        index: its number in the file.
        codec: the decoder's name, e.g. `h264`.
        width: of an upright picture, in pixels.
        height: of an upright picture, in pixels.
        rotation_deg: by how much stored pictures must be turned counterclockwise to stand upright: 0, 90, 180 or 270.
        rate_hz: average number of frames a second.
        start_s: the file's own time of the first frame, which is second 0 everywhere else.
        delay_s: by how much timestamps of decoded frames are late: in AVI, where frames are stored in another order
            than shown; else 0.
    """

    index: int
    codec: str
    width: int
    height: int
    rotation_deg: int
    rate_hz: float
    start_s: float
    delay_s: float


@dataclass(frozen=True, slots=True)
class AudioStream:
    """The stream of sound that is listened to.

    Attributes:
        index: its number in the file.
        codec: the decoder's name, e.g. `aac`.
        rate_hz: samples a second.
        channels: how many.
        start_s: the file's own time of the first sample.
    """

    index: int
    codec: str
    rate_hz: int
    channels: int
    start_s: float


@dataclass(frozen=True, slots=True)
class SubtitleStream:
    """A stream of timed text or of pictures of text: its number, codec, language (e.g. `eng`, or empty)."""

    index: int
    codec: str
    language: str


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What is in a file.

    Attributes:
        path: the file.
        container: names of its format, e.g. `mov,mp4,m4a,3gp,3g2,mj2`.
        duration_s: seconds from the first frame (without video: the first sample) to the end of what is there.
        claimed_s: the same as the header tells it; larger than `duration_s` where the file is cut.
        size_bytes: of the file.
        video: the pictures, or None.
        audio: the sound, or None.
        subtitles: all subtitle streams.
    """

    path: Path
    container: str
    duration_s: float
    claimed_s: float
    size_bytes: int
    video: VideoStream | None
    audio: AudioStream | None
    subtitles: tuple[SubtitleStream, ...]

    @property
    def origin_s(self) -> float:
        """The file's own time of second 0."""
        first = self.video or self.audio
        return first.start_s if first else 0.0


def probe(path: Path) -> MediaInfo:
    """Look into a file: decode its first frame and find its end.

    Raises:
        MediaError: it cannot be opened, is encrypted, has neither video nor audio, or no frame can be decoded.
    """
    with open_media(path) as container:
        info = _streams(path, container)
        claimed_s = _claimed_s(container, info)
        end_s = None if claimed_s is None else _tail_end_s(container, info, claimed_s)
        if claimed_s is None or end_s is None:
            duration_s, longest_gap_s = _measure(info)
            claimed_s = claimed_s or duration_s
            is_cut = claimed_s - duration_s > max(_END_TOLERANCE_S, 2 * longest_gap_s)
            end_s = duration_s if is_cut else max(claimed_s, duration_s)
    return replace(info, duration_s=end_s, claimed_s=max(claimed_s, end_s))


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


def _claimed_s(container: InputContainer, info: MediaInfo) -> float | None:
    """The duration that the header tells, or None where it tells none or an impossible one."""
    told_s = [] if container.duration is None else [_told_s(container, container.duration, info.origin_s)]
    if info.video and container.format.name == "avi":  # what is told as duration there is what is left of a cut file
        told_s.append(container.streams[info.video.index].frames / info.video.rate_hz)
    return max((each_s for each_s in told_s if 0 < each_s <= MAX_DURATION_S), default=None)


def _told_s(container: InputContainer, duration: int, origin_s: float) -> float:
    return ((container.start_time or 0) + duration) / av.time_base - origin_s


def _tail_end_s(container: InputContainer, info: MediaInfo, claimed_s: float) -> float | None:
    """Seek to the claimed end and read on: the end if the file goes that far, else None."""
    try:
        container.seek(int((info.origin_s + claimed_s) * av.time_base))
    except (av.FFmpegError, OverflowError):
        return None
    end_s, _ = _ends(packets(container, *_timed_streams(container, info)), info)
    return max(end_s, claimed_s) if end_s >= claimed_s - _END_TOLERANCE_S else None


def _measure(info: MediaInfo) -> tuple[float, float]:
    """Read a file from start to end without decoding it; see `_ends`."""
    with open_media(info.path) as container:
        return _ends(packets(container, *_timed_streams(container, info)), info)


def _timed_streams(container: InputContainer, info: MediaInfo) -> list[Stream]:
    return [container.streams[stream.index] for stream in (info.video, info.audio) if stream]


def _ends(read: Iterable[Packet], info: MediaInfo) -> tuple[float, float]:
    """Where the last of some packets ends, and the longest gap between two frames, both in seconds."""
    interval_s = 1 / info.video.rate_hz if info.video else 0.0
    end_s, gap_s, latest_s, count = interval_s, interval_s, 0.0, 0
    for packet in read:
        is_video = info.video is not None and packet.stream_index == info.video.index
        stamp = timestamp(packet, packet.stream)
        at_s = count * interval_s if stamp is None else (seconds(stamp, packet.stream) or 0.0) - info.origin_s
        count += is_video
        if not 0 <= at_s <= MAX_DURATION_S:
            continue
        length_s = seconds(packet.duration, packet.stream) or (interval_s if is_video else 0.0)
        end_s = max(end_s, at_s + min(length_s, _LONGEST_HOLD_S))
        if is_video:
            gap_s, latest_s = max(gap_s, at_s - latest_s), max(latest_s, at_s)
    return end_s, gap_s
