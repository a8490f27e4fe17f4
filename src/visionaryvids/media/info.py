"""The nouns of a media file: its streams, the true size of its pictures, how long it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MAX_DURATION_S = 100 * 3600.0
"""Longer durations and later timestamps are damage."""


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
