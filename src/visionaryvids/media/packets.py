"""From a file's packets to frames: reading on past damage, decoding, and timestamps in seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.frame import Frame
from av.packet import Packet
from av.stream import Stream

from visionaryvids.errors import MediaError
from visionaryvids.media.container import CONVERT, MAX_PIXELS

MAX_THREADS = 8
"""Every decoding thread holds a few pictures."""

_MOST_READ_FAILURES = 16
_SPARE_PACKETS = 1000


def prepare(stream: Stream, threads: int | None) -> None:
    """Set a stream's decoder up: limits, and how many threads it may use (None: one for each core, at most eight)."""
    codec = stream.codec_context
    codec.options = {"max_pixels": str(MAX_PIXELS)}
    codec.thread_count = threads or min(os.cpu_count() or 1, MAX_THREADS)
    codec.thread_type = "AUTO"


def packets(container: InputContainer, *streams: Stream) -> Iterator[Packet]:
    """The packets of some streams in the order of the file, as far as it can be read; none is empty.

    A file cannot hold more packets than bytes: damaged tables that repeat the same bytes for ever end here.
    """
    left, failures = container.size + _SPARE_PACKETS, 0
    while failures < _MOST_READ_FAILURES and left > 0:
        try:
            for packet in container.demux(*streams):
                left -= 1
                if packet.size:
                    yield packet
                if left <= 0:
                    return
            return
        except IndexError:  # PyAV, at the end of a file in which a further stream began half-way
            return
        except av.error.ExitError:
            raise
        except (av.FFmpegError, ValueError):  # some formats find their way back at the next packet
            failures += 1


def decode(stream: Stream, packet: Packet | None) -> list[Frame] | None:
    """The frames that a packet completes, or at the end of the file (None) the last ones; None if it is damaged."""
    assert isinstance(stream, av.VideoStream | av.AudioStream)
    if packet is not None and _is_encrypted(packet):
        return None  # now and then a decoder makes a picture of it
    try:
        return list(stream.codec_context.decode(packet))
    except (av.FFmpegError, ValueError):
        return None


def timestamp(timed: Packet | Frame, stream: Stream) -> int | None:
    """When it is shown or heard, in ticks of its stream.

    AVI does not know that, only when a packet is due at the decoder; what looks like the other there is a guess.
    """
    if timed.pts is None or stream.container.format.name == "avi":
        return timed.dts
    return timed.pts


def seconds(ticks: int | None, stream: Stream) -> float | None:
    """A timestamp or duration of a stream in seconds, in the file's own time."""
    base = stream.time_base  # once: the binding makes a new fraction each time, and this is asked for every packet
    return None if ticks is None or not base else ticks * base.numerator / base.denominator


def undecodable(path: Path, stream: Stream, packet: Packet | None) -> MediaError:
    """The error for a stream of which nothing decodes; `packet` is one of its packets, if there are any."""
    where, kind = str(path), stream.type
    if packet is None:
        return MediaError(
            where, f"the {kind} stream is empty", f"some {kind}", "get the file again: most of it is missing"
        )
    if _is_encrypted(packet):
        return MediaError(where, "the file is encrypted (copy protection)", "a file without it", "get an open copy")
    if stream.codec_context is None:
        found = f"a {kind} codec that this installation cannot decode"
        return MediaError(where, found, "for example H.264, HEVC, VP9, AV1 or MPEG-4", CONVERT)
    if isinstance(stream, av.VideoStream) and stream.width * stream.height > MAX_PIXELS:
        found = f"pictures of {stream.width} × {stream.height}"
        return MediaError(
            where, found, "8K (8192 × 4352) at most", "scale it down: ffmpeg -i FILE -vf scale=1280:-2 out.mp4"
        )
    found = f"nothing of the {kind} ({stream.codec_context.name}) can be decoded"
    return MediaError(where, found, "at least one picture", "it is damaged or encrypted: get the file again")


def _is_encrypted(packet: Packet) -> bool:
    return packet.has_sidedata("encryption_info")
