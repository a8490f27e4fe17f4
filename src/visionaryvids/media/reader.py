"""Decoding one video stream in order, skipping ahead to key frames where that saves work; exact timestamps only."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.container import InputContainer
from av.packet import Packet

from visionaryvids.media.info import MAX_DURATION_S, VideoStream
from visionaryvids.media.losses import LossLog
from visionaryvids.media.packets import decode, packets, prepare, seconds, timestamp

EPSILON_S = 1e-6
"""Times that differ by less are the same: what seconds lose as floating-point numbers."""

_RECOVERY_S = 10.0
"""Pictures are whole again after this time without errors, even if no key frame comes."""

_BYTES_BETWEEN_PACKETS = 256
"""More than Matroska writes between two packets."""


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """A decoded frame and the second at which it appears, counted from the first frame."""

    time_s: float
    frame: av.VideoFrame


class StartOver(Exception):  # noqa: N818 - a signal between two modules of this folder, not an error
    """The file does not keep what its index promises: it must be decoded from the start, without jumps."""


class FrameReader:
    """Gives the frames of a video stream in the order of time, each once.

    Frames before the wanted second may be left out, if a key frame at or before it spares decoding them. What comes
    then is as exact as without it: the reader refuses to go on (`StartOver`) unless the first packet is a key
    frame with a timestamp, at or before the wanted second, and the first frame is that packet's.
    """

    def __init__(
        self, container: InputContainer, video: VideoStream, losses: LossLog, threads: int | None, jump_s: float
    ) -> None:
        """Start at the first frame.

        Args:
            container: freshly opened.
            video: the stream, as `probe` found it.
            losses: where stretches go that cannot be decoded.
            threads: for decoding; None chooses.
            jump_s: jump only if it spares at least these seconds; infinity never jumps.
        """
        self._container, self._video, self._losses, self._jump_s = container, video, losses, jump_s
        self._stream = container.streams[video.index]
        prepare(self._stream, threads)
        self._is_matroska = container.format.name.startswith("matroska")
        self._read_to: int | None = None  # the end of the latest packet in the file
        self._packets = self._all_packets()
        self._ready: deque[TimedFrame] = deque()
        self._ended = False
        self._fed_s = 0.0  # the latest frame that went into the decoder
        self._last_s = -math.inf  # the latest frame that came out
        self._good_until_s = 0.0  # the end of the latest frame that came out undamaged
        self._damaged_s: float | None = None  # when something went wrong last, until it is over
        self._landing_s: float | None = None  # the key frame that must come out first after a jump
        self._looked_up_s = -math.inf
        self._load_index()

    def next(self, wanted_s: float) -> TimedFrame | None:
        """The next frame, or the key frame at or before `wanted_s` if it comes later; None at the end."""
        if wanted_s > self._looked_up_s:
            self._looked_up_s = wanted_s
            self._jump_towards(wanted_s)
        while not self._ready and not self._ended:
            self._feed(self._next_packet())
        return self._ready.popleft() if self._ready else None

    def _jump_towards(self, wanted_s: float) -> None:
        wanted_s = min(wanted_s, MAX_DURATION_S)
        if wanted_s - self._fed_s < self._jump_s or not self._stream.time_base:
            return
        ticks = int((wanted_s + self._video.start_s) / self._stream.time_base)
        entry = self._stream.index_entries.search_timestamp(ticks)  # the key frame at or before, if the index knows one
        if entry >= 0 and self._seconds(self._stream.index_entries[entry].timestamp) - self._fed_s >= self._jump_s:
            self.close_damage(self._fed_s)
            self._seek(ticks)
            self._land(wanted_s)

    def _load_index(self) -> None:
        """Matroska keeps its index at the end of the file, and its reader fetches it at the first seek."""
        if self._is_matroska and math.isfinite(self._jump_s) and self._stream.time_base:
            self._seek(round(self._video.start_s / self._stream.time_base))
            self._land(0.0)

    def _seek(self, ticks: int) -> None:
        try:
            self._container.seek(ticks, stream=self._stream)
        except av.FFmpegError as error:
            raise StartOver from error

    def _land(self, wanted_s: float) -> None:
        self._packets, self._read_to = self._all_packets(), None
        packet = self._next_packet()
        if packet is None or not packet.is_keyframe or packet.pts is None:
            raise StartOver
        self._landing_s = self._seconds(packet.pts)
        if self._landing_s > wanted_s + EPSILON_S:
            raise StartOver
        self._ready.clear()
        self._good_until_s = self._landing_s
        self._feed(packet)

    def _all_packets(self) -> Iterator[Packet]:
        """Those of the video, or of everything where it takes all of them to see that bytes were skipped."""
        streams = self._container.streams if self._is_matroska else (self._stream,)
        return packets(self._container, *streams)

    def _next_packet(self) -> Packet | None:
        skipped = False
        for packet in self._packets:
            skipped = skipped or self._skips_bytes(packet)
            if packet.stream_index != self._video.index:
                continue
            stamp = timestamp(packet, self._stream)
            if skipped and stamp is not None and self._seconds(stamp) - self._fed_s > 3 / self._video.rate_hz:
                self._note_error()
            return packet
        return None

    def _skips_bytes(self, packet: Packet) -> bool:
        """Whether bytes before a packet belong to none: Matroska's reader steps over damage without a word."""
        if not self._is_matroska or packet.pos is None:
            return False
        skipped = self._read_to is not None and packet.pos - self._read_to > _BYTES_BETWEEN_PACKETS
        self._read_to = packet.pos + packet.size
        return skipped

    def _feed(self, packet: Packet | None) -> None:
        """Decode one packet into `_ready`; None is the end of the file."""
        self._ended = packet is None
        frames = decode(self._stream, packet)
        if frames is None:
            self._note_error()
            return
        stamp = None if packet is None else timestamp(packet, self._stream)
        if stamp is not None and self._seconds(stamp) <= MAX_DURATION_S:
            self._fed_s = max(self._fed_s, self._seconds(stamp))
        for frame in frames:
            assert isinstance(frame, av.VideoFrame)
            self._take(frame)

    def _take(self, frame: av.VideoFrame) -> None:
        time_s = self._time_of(frame)
        if self._landing_s is not None:
            if time_s < self._landing_s - EPSILON_S:
                return  # shown before the key frame and built on frames that were skipped
            if time_s > self._landing_s + EPSILON_S:
                raise StartOver
            self._landing_s = None
        if time_s <= self._last_s:
            return  # time runs back: its second is over
        self._note_damage(frame, time_s)
        self._last_s = time_s
        self._ready.append(TimedFrame(time_s, frame))

    def _time_of(self, frame: av.VideoFrame) -> float:
        """The frame's second; where the file tells none or an impossible one, one frame after the last."""
        stamp = timestamp(frame, self._stream)
        time_s = None if stamp is None else self._seconds(stamp)
        if time_s is not None and time_s <= MAX_DURATION_S:
            return time_s
        return max(self._last_s + 1 / self._video.rate_hz, 0.0)

    def _note_error(self) -> None:
        self._damaged_s = max(self._last_s, 0.0)

    def _note_damage(self, frame: av.VideoFrame, time_s: float) -> None:
        """Close a stretch of damage at the next key frame: what comes before it is built on what is missing."""
        if frame.is_corrupt:
            self._damaged_s = time_s
        if self._damaged_s is not None:
            if frame.is_corrupt or not (frame.key_frame or time_s - self._damaged_s > _RECOVERY_S):
                return
            self.close_damage(time_s)
        self._good_until_s = time_s + 1 / self._video.rate_hz

    def close_damage(self, until_s: float) -> None:
        """If something is damaged now, it is lost up to `until_s`."""
        if self._damaged_s is not None:
            self._losses.add("picture", self._good_until_s, until_s)
            self._damaged_s = None

    def _seconds(self, ticks: int) -> float:
        return (seconds(ticks, self._stream) or 0.0) - self._video.start_s - self._video.delay_s
