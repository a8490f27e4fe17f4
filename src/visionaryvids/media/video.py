"""Frames at given seconds: upright RGB, streamed, decoding no more than is needed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from visionaryvids.errors import MediaError
from visionaryvids.media.container import CONVERT, open_media
from visionaryvids.media.info import MediaInfo, VideoStream
from visionaryvids.media.losses import LossLog
from visionaryvids.media.probe import probe
from visionaryvids.media.reader import EPSILON_S, FrameReader, StartOver, TimedFrame

Rule = Literal["shown", "nearest"]
"""Which frame answers for a second: the one on the screen then, or the one whose own time is nearest."""

JUMP_S = 0.25
"""A jump to a key frame pays if it spares decoding this much; see `benchmarks/sampling.py`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture for one asked second.

    Attributes:
        asked_s: the second that was asked for.
        shown_s: when this frame appears, in seconds from the video's first frame.
        image_HW3: uint8 `[H, W, 3]`, RGB, upright, read-only; seconds with the same frame share it.
    """

    asked_s: float
    shown_s: float
    image_HW3: NDArray[np.uint8]


def frames_at(
    file: Path | MediaInfo,
    times_s: Sequence[float],
    *,
    rule: Rule = "shown",
    lost: LossLog | None = None,
    threads: int | None = None,
    jump_s: float = JUMP_S,
) -> Iterator[Frame]:
    """The frames of a video at given seconds, one for each, in order.

    Second 0 is the first frame's time. A second before the first frame gets the first one, a second after the end gets
    the last one. Where frames are damaged, the nearest earlier one answers, and `lost` says so.

    Args:
        file: its path, or what `probe` found in it, which spares looking again.
        times_s: seconds, ascending.
        rule: `shown`: the last frame that appears at or before the second; `nearest`: the frame whose time is nearest,
            of two the earlier one.
        lost: receives the stretches that could not be decoded and where the file is cut; complete after the last frame.
        threads: for decoding; by default one for each core, at most eight.
        jump_s: skip to a key frame where that spares decoding at least these seconds; infinity: never.

    Raises:
        MediaError: the file cannot be read, has no video, or none of it can be decoded.
        ValueError: the seconds are not ascending and finite, or `rule` is unknown.
    """
    asked_s = [float(time_s) for time_s in times_s]
    if not all(map(math.isfinite, asked_s)) or asked_s != sorted(asked_s):
        raise ValueError("times_s: found seconds that are not ascending or not finite, expected ascending ones")
    if rule not in get_args(Rule):
        raise ValueError(f"found rule {rule!r}, expected one of {', '.join(get_args(Rule))}")
    return _frames(file, asked_s, rule, LossLog() if lost is None else lost, threads, jump_s)


def _frames(
    file: Path | MediaInfo, asked_s: list[float], rule: Rule, losses: LossLog, threads: int | None, jump_s: float
) -> Iterator[Frame]:
    info = probe(file) if isinstance(file, Path) else file
    if info.video is None:
        raise MediaError(str(info.path), "sound but no video", "a video file", "name a file that has pictures")
    losses.add("rest", info.duration_s, info.claimed_s)
    answered = 0
    for least_jump_s, workers in ((jump_s, threads), (math.inf, 1)):  # the second pass is slow but sure
        try:
            for frame in _one_pass(info, asked_s[answered:], rule, losses, workers, least_jump_s):
                yield frame
                answered += 1
            return
        except StartOver:
            continue
    raise MediaError(str(info.path), "the frames cannot be decoded", "an undamaged file", CONVERT)


def _one_pass(
    info: MediaInfo, asked_s: list[float], rule: Rule, losses: LossLog, threads: int | None, jump_s: float
) -> Iterator[Frame]:
    assert info.video is not None
    if not asked_s:
        return
    with open_media(info.path) as container:
        reader = FrameReader(container, info.video, losses, threads, jump_s)
        painter = _Painter(info.video)
        for now, times_s in _answers(reader, asked_s, rule, info.duration_s):
            image = painter.paint(now.frame)
            yield from (Frame(time_s, now.time_s, image) for time_s in times_s)


def _answers(
    reader: FrameReader, asked_s: list[float], rule: Rule, duration_s: float
) -> Iterator[tuple[TimedFrame, list[float]]]:
    """Each frame that answers, with the seconds that it answers for."""
    done, now = 0, reader.next(asked_s[0])
    if now is None:  # several threads can lose a lone first frame in the errors that follow it
        raise StartOver
    while now is not None and done < len(asked_s):
        following = reader.next(asked_s[done])
        last_s = math.inf if following is None else _last_second(now.time_s, following.time_s, rule)
        first = done
        while done < len(asked_s) and asked_s[done] < last_s:
            done += 1
        if done > first:
            yield now, asked_s[first:done]
        now = following
    reader.close_damage(duration_s if now is None else asked_s[-1])


def _last_second(now_s: float, following_s: float, rule: Rule) -> float:
    """Up to when a frame answers, the end not included."""
    return following_s - EPSILON_S if rule == "shown" else (now_s + following_s) / 2 + EPSILON_S


class _Painter:
    """Turns decoded frames into upright RGB; keeps the converter, which is costly to set up."""

    def __init__(self, video: VideoStream) -> None:
        self._quarter_turns = video.rotation_deg // 90
        self._converter = VideoReformatter()

    def paint(self, frame: av.VideoFrame) -> NDArray[np.uint8]:
        stored_HW3 = self._converter.reformat(frame, format="rgb24").to_ndarray()
        upright_HW3 = np.ascontiguousarray(np.rot90(stored_HW3, self._quarter_turns), np.uint8)
        upright_HW3.flags.writeable = False
        return upright_HW3
