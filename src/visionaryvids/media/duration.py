"""How long a file is: what its header claims, and what is there."""

from __future__ import annotations

from collections.abc import Iterable

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from visionaryvids.media.container import open_media
from visionaryvids.media.info import MAX_DURATION_S, MediaInfo
from visionaryvids.media.packets import packets, seconds, timestamp

_END_TOLERANCE_S = 1.0
"""By how much the last packet may miss the end that the header claims."""

_LONGEST_HOLD_S = 3600.0
"""For how long one packet may last."""


def durations(container: InputContainer, info: MediaInfo) -> tuple[float, float]:
    """How long a file is, and how long its header says it is, in seconds from second 0.

    The end is looked at. Where the file does not go so far, or claims nothing, it is read from start to end. A long gap
    at its end is believed if there are such gaps elsewhere, too: slides may be shown for minutes.
    """
    claimed_s = _claimed_s(container, info)
    end_s = None if claimed_s is None else _tail_end_s(container, info, claimed_s)
    if claimed_s is not None and end_s is not None:
        return end_s, end_s
    end_s, longest_gap_s = _measure(info)
    claimed_s = max(end_s, claimed_s or 0.0)
    is_cut = claimed_s - end_s > max(_END_TOLERANCE_S, 2 * longest_gap_s)
    return end_s if is_cut else claimed_s, claimed_s


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
