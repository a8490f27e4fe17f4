"""One video file to rows on one clip grid; looking, listening and encoding overlap.

    decoding thread   frames at given seconds ─► prepared batches ─┐ at most four wait
    this thread                                                    └─► network ─► rows
    sound thread      waveform blocks ─► rows

Only the rows grow with the video, and what FFmpeg keeps of the file's index: three hours of `lite` are 60 MB, in one
array that is filled as they come. They are rounded to float16, as released features are, so that a cached video and a
fresh one give the same numbers to the last bit.

Clip t belongs to the video if its middle does: T is the duration rounded to whole clips, and at least one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.errors import MediaError
from visionaryvids.features.ahead import ahead
from visionaryvids.features.encoder import AudioEncoder, EncoderSet, Rows, VideoEncoder
from visionaryvids.features.journal import NO_JOURNAL, Journal
from visionaryvids.intervals import clip_windows, count_clips
from visionaryvids.media.audio import waveform
from visionaryvids.media.losses import LossLog
from visionaryvids.media.probe import MediaInfo, probe
from visionaryvids.media.video import frames_at
from visionaryvids.types import Features

OnProgress = Callable[[float, float], None]
"""Told of the seconds of video that are done, and of all of them."""

_BATCHES_AHEAD = 4

_LIGHT = 8e6
"""Pixels a second up to which one thread decodes as fast as one core encodes (640 × 360 at 30: 6.9 million). More
threads would only take time from the network there; larger videos get all cores. See `benchmarks/encoding.py`."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What is known of one video file.

    Attributes:
        features: the rows.
        duration_s: length of the video in seconds.
        warnings: what the user should know, e.g. which seconds could not be decoded; the nearest earlier picture
            stands for them.
    """

    features: Features
    duration_s: float
    warnings: tuple[str, ...]


def extract(
    path: Path,
    encoders: EncoderSet,
    *,
    on_progress: OnProgress | None = None,
    journal: Journal = NO_JOURNAL,
) -> Extracted:
    """Encode what a video file shows and sounds like.

    Args:
        path: any file that the media room can open.
        encoders: what to look and listen with; a file without sound has no audio rows.
        on_progress: called after each batch.
        journal: where rows are kept on the way.

    Raises:
        MediaError: the file cannot be opened or decoded, or has no pictures though the encoders want some.
    """
    media = probe(path)
    if encoders.video is not None and media.video is None:
        raise MediaError(str(path), "the file has sound but no pictures", "a video", "give a file with a video stream")
    num_clips = clips_of(media.duration_s, encoders.spec.clip_s)
    seen, heard, stopped = LossLog(), LossLog(), threading.Event()
    with ThreadPoolExecutor(1, "listen") as background:
        audio = background.submit(_listen, media, encoders.audio, num_clips, heard, stopped)
        try:
            with closing(_look(media, encoders, num_clips, seen, journal, on_progress)) as parts:
                features = Features(encoders.spec.clip_s, _joined(parts, num_clips), audio.result())
        finally:
            stopped.set()
    return Extracted(features, media.duration_s, tuple(dict.fromkeys(seen.warnings + heard.warnings)))


def features_of(rows: Mapping[str, Rows], clip_s: float) -> Features:
    """Rows by modality (`video`, `audio`) as `Features`: the same numbers in float32.

    Raises:
        ValueError: no modality, or lengths that differ.
    """
    values = {name: value.astype(np.float32) for name, value in rows.items()}
    for value in values.values():
        value.flags.writeable = False  # so that `Features` need not copy it
    return Features(clip_s, values.get("video"), values.get("audio"))


def rows_of(features: Features) -> dict[str, Rows]:
    """The inverse of `features_of`."""
    both = {"video": features.video_TD, "audio": features.audio_TD}
    return {name: value.astype(np.float16) for name, value in both.items() if value is not None}


def clips_of(duration_s: float, clip_s: float) -> int:
    """T, how many clips a video of that length has: those whose middle it reaches, and at least one."""
    return max(1, count_clips(duration_s + clip_s / 2, clip_s))


def _listen(
    media: MediaInfo, encoder: AudioEncoder | None, num_clips: int, lost: LossLog, stopped: threading.Event
) -> NDArray[np.float32] | None:
    """The sound rows `[T, Da]`; ends early, with rows that nobody wants, when the other thread has failed."""
    if encoder is None or media.audio is None:
        return None
    blocks = waveform(media, encoder.rate_hz, lost=lost)
    rows_TD = encoder.encode(takewhile(lambda _: not stopped.is_set(), blocks), num_clips)
    return _joined([rows_TD.astype(np.float16)], num_clips)


def _look(
    media: MediaInfo,
    encoders: EncoderSet,
    num_clips: int,
    lost: LossLog,
    journal: Journal,
    on_progress: OnProgress | None,
) -> Generator[Rows]:
    """The picture rows, a part at a time, those in the journal first; nothing where no encoder looks."""
    if encoders.video is None:
        return
    starts_s = clip_windows(num_clips, encoders.spec.clip_s)[:, 0]
    kept, losses = journal.kept()
    for loss in losses:
        lost.add(loss.part, loss.start_s, loss.end_s)
    done = 0
    if kept is not None:
        done = len(kept)
        yield kept
        del kept  # the caller has copied it
    with closing(_encoded(media, encoders.video, starts_s[done:], lost)) as batches:
        for rows in batches:
            journal.keep(rows, lost.losses)
            yield rows
            done += len(rows)
            if on_progress is not None:
                on_progress(min(done * encoders.spec.clip_s, media.duration_s), media.duration_s)


def _joined(parts: Iterable[Rows], num_clips: int) -> NDArray[np.float32] | None:
    """Rows that come a part at a time as one read-only array `[T, D]`; None if none come.

    It is filled as they come: to collect them first and join them at the end would take half as much memory again.
    """
    rows_TD, done = None, 0
    for part in parts:
        if rows_TD is None:
            rows_TD = np.empty((num_clips, part.shape[1]), np.float32)
        rows_TD[done : done + len(part)] = part
        done += len(part)
    if rows_TD is not None:
        assert done == num_clips, "the encoder made more or fewer rows than there are clips"
        rows_TD.flags.writeable = False  # so that `Features` need not copy it
    return rows_TD


def _encoded(media: MediaInfo, encoder: VideoEncoder, starts_s: NDArray[np.float64], lost: LossLog) -> Generator[Rows]:
    """The rows of the clips that start at these seconds, a batch at a time."""
    with half_the_threads(), closing(ahead(prepared(media, encoder, starts_s, lost), _BATCHES_AHEAD)) as batches:
        for batch in batches:
            yield encoder.encode(batch).astype(np.float16)


@contextmanager
def half_the_threads() -> Generator[None]:
    """Leave half of the cores to decoding: threads of a network that wait for a core spin, and then both crawl."""
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, before // 2))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def prepared(
    media: MediaInfo, encoder: VideoEncoder, starts_s: NDArray[np.float64], lost: LossLog
) -> Iterator[NDArray[Any]]:
    """Prepared frames of the clips that start at these seconds, `[n, F, ...]`, n clips at a time.

    Frames that several clips look at are decoded and prepared once; no more are held than a batch and those.
    """
    assert media.video is not None
    times_s, places_TF = _timetable(starts_s, encoder.offsets_s)
    threads = 1 if media.video.width * media.video.height * media.video.rate_hz < _LIGHT else None
    frames = frames_at(media, times_s.tolist(), rule="nearest", lost=lost, threads=threads)
    images = enumerate(encoder.prepare(frame.image_HW3) for frame in frames)
    held: dict[int, NDArray[Any]] = {}
    made = 0
    for start in range(0, len(places_TF), encoder.batch_clips):
        places = places_TF[start : start + encoder.batch_clips]
        held = {place: image for place, image in held.items() if place >= places.min()}
        needed = int(places.max()) + 1
        held.update(islice(images, needed - made))
        made = needed
        batch = np.stack([held[place] for place in places.ravel().tolist()])
        yield batch.reshape(*places.shape, *batch.shape[1:])


def _timetable(
    starts_s: NDArray[np.float64], offsets_s: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Every second to look at, once and ascending; and the place in that list of each look of each clip, `[T, F]`."""
    looks_s = (starts_s[:, None] + np.asarray(offsets_s)).round(6)  # so that the same second is the same number
    times_s, places = np.unique(looks_s, return_inverse=True)
    return times_s, places.reshape(looks_s.shape)
