"""Moments as video files of their own: exactly cut and re-encoded, or copied as they are from a key frame on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from visionaryvids.errors import MediaError
from visionaryvids.media.container import open_media
from visionaryvids.media.movie import new_movie
from visionaryvids.media.packets import packets, timestamp
from visionaryvids.media.probe import MediaInfo
from visionaryvids.report.cutting import MovieCut
from visionaryvids.report.names import clip_name
from visionaryvids.report.picks import Pick
from visionaryvids.report.stretch import SEEK_BACK_S, seek


@dataclass(frozen=True, slots=True)
class Clip:
    """A file that was cut.

    Attributes:
        path: the file.
        start_s: where in the source it begins.
        end_s: where in the source it ends.
    """

    path: Path
    start_s: float
    end_s: float


def cut_exactly(info: MediaInfo, path: Path, start_s: float, end_s: float) -> Clip:
    """Re-encode the pictures shown in `[start_s, end_s)` and their sound as H.264 and AAC in MP4.

    Both ends are within a picture of what was asked. A stretch beyond the end of the source gives its last picture.

    Args:
        info: the source.
        path: the file to write, `.mp4`.
        start_s: in seconds.
        end_s: in seconds.

    Raises:
        MediaError: the source cannot be read or has no pictures, or the clip cannot be written.
    """
    with new_movie(path) as part, MovieCut(part, info) as movie:
        taken = movie.add(start_s, min(end_s, info.duration_s))
    return Clip(path, *taken)


def copied_suffix(info: MediaInfo) -> str:
    """The suffix of the files that `cut_copy` writes."""
    return _copied(info)[0]


def cut_copy(info: MediaInfo, path: Path, start_s: float, end_s: float) -> Clip:
    """Copy a stretch without decoding it: fast and without loss, but pictures can only begin at a key frame.

    The clip starts at the last key frame at or before `start_s`, often some seconds early, and ends with the last
    picture that is due for decoding before `end_s`.

    Args:
        info: the source.
        path: the file to write, with `copied_suffix`.
        start_s: in seconds.
        end_s: in seconds.

    Returns:
        The clip; its `start_s` says where the key frame put the start.

    Raises:
        MediaError: the source cannot be read, or the clip cannot be written.
    """
    _, form = _copied(info)
    with open_media(info.path) as source, new_movie(path) as part, av.open(str(part), "w", format=form) as target:
        try:
            return Clip(path, *_copy(info, source, target, start_s, min(end_s, info.duration_s)))
        except (av.error.ArgumentError, av.error.InvalidDataError, av.error.PermissionError) as error:
            found = f"damaged streams, which cannot be copied ({error.strerror})"
            raise MediaError(str(info.path), found, "a sound file", "leave out --copy to re-encode") from error


def write_clips(
    info: MediaInfo,
    folder: Path,
    picks: Sequence[Pick],
    *,
    copy: bool = False,
    on_progress: Callable[[float, float], None] | None = None,
) -> Iterator[tuple[Pick, Clip]]:
    """Cut each moment into a file of its own, one after another, as they are asked for.

    Args:
        info: the source.
        folder: where the files go; `clip_name` names them.
        picks: the moments.
        copy: copy the streams (`cut_copy`) instead of cutting exactly.
        on_progress: is told after each how many of how many seconds are cut.

    Raises:
        InputError: as `cut_exactly` and `cut_copy`.
    """
    cut, suffix = (cut_copy, copied_suffix(info)) if copy else (cut_exactly, ".mp4")
    until_s = list(accumulate(pick.moment.end_s - pick.moment.start_s for pick in picks))
    for pick, done_s in zip(picks, until_s, strict=True):
        yield pick, cut(info, folder / clip_name(pick, suffix), pick.moment.start_s, pick.moment.end_s)
        if on_progress is not None:
            on_progress(done_s, until_s[-1])


def _copied(info: MediaInfo) -> tuple[str, str]:
    """Suffix and format of a copy: MP4 stays MP4; Matroska takes what all others hold."""
    return (".mp4", "mp4") if "mp4" in info.container.split(",") else (".mkv", "matroska")


def _copy(
    info: MediaInfo, source: InputContainer, target: OutputContainer, start_s: float, end_s: float
) -> tuple[float, float]:
    """Copy pictures and sound; where in the source they really begin and end."""
    streams = [source.streams[each.index] for each in (info.video, info.audio) if each is not None]
    if not streams:
        raise MediaError(str(info.path), "neither pictures nor sound that can be decoded", "a video file")
    copies = {stream.index: _copied_stream(info, target, stream) for stream in streams}
    first_s = last_s = _key_s(info, source, streams[0], start_s)
    for packet in packets(source, *streams):
        leads = packet.stream_index == streams[0].index
        at_s, due_s = _shown_s(packet, info), _due_s(packet, info)
        if leads and due_s >= end_s:
            break
        if at_s >= first_s and due_s < end_s:  # what is shown before the key frame needs pictures before it
            length_s = float((packet.duration or 0) * packet.time_base)
            last_s = max(last_s, at_s + length_s) if leads else last_s
            _mux(target, packet, copies[packet.stream_index], first_s + info.origin_s)
    return first_s, last_s


def _copied_stream(info: MediaInfo, target: OutputContainer, stream: Stream) -> Stream:
    try:
        return target.add_stream_from_template(stream)
    except ValueError as error:
        found = f"{stream.codec_context.name} cannot be copied into {target.format.name}"
        raise MediaError(str(info.path), found, "a codec that it holds", "leave out --copy to re-encode") from error


def _key_s(info: MediaInfo, source: InputContainer, stream: Stream, start_s: float) -> float:
    """The time of the last key frame at or before `start_s`; the next packets come from there or before."""
    for back_s in (*SEEK_BACK_S, math.inf):
        from_s = max(start_s - back_s, 0.0)
        seek(source, stream, from_s + info.origin_s)
        times_s = (_shown_s(packet, info) for packet in packets(source, stream) if packet.is_keyframe)
        key_s = max(takewhile(lambda at_s: at_s <= start_s, times_s), default=-math.inf)
        if key_s > -math.inf or from_s == 0:
            break
    seek(source, stream, from_s + info.origin_s)
    return max(key_s, 0.0)


def _mux(target: OutputContainer, packet: Packet, copy: Stream, zero_s: float) -> None:
    """Write a packet with times that count from `zero_s` of the source."""
    zero = round(zero_s / packet.time_base)
    packet.pts, packet.dts = (None if ticks is None else ticks - zero for ticks in (packet.pts, packet.dts))
    packet.stream = copy
    target.mux(packet)


def _shown_s(packet: Packet, info: MediaInfo) -> float:
    """When a packet is shown or heard."""
    return _time_s(timestamp(packet, packet.stream), packet, info)


def _due_s(packet: Packet, info: MediaInfo) -> float:
    """When a packet is due at the decoder; where the file does not tell, when it is shown."""
    return _shown_s(packet, info) if packet.dts is None else _time_s(packet.dts, packet, info)


def _time_s(ticks: int | None, packet: Packet, info: MediaInfo) -> float:
    return -math.inf if ticks is None else float(ticks * packet.time_base) - info.origin_s
