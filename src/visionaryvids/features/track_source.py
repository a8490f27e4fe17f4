"""Where the words of a video come from, and their features, from the cache where they are there.

    auto            the file of subtitles beside the video, else the stream inside it
    FILE            subtitles, a transcript or captions
    captions:MODEL  an image-captioning network describes a frame of each clip

Words that are given as the video itself (`find talk.srt QUERY`) are their own source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from visionaryvids.features.cache import FeatureCache, cached
from visionaryvids.features.captions import captioning, model_identity
from visionaryvids.features.encoder import TextEncoder
from visionaryvids.features.extract import Extracted, OnProgress, extract
from visionaryvids.features.journal import Journal
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.features.text_track import SPEC, encode_track
from visionaryvids.media.cues import TimedText
from visionaryvids.media.languages import READ, checked_language, language_warnings
from visionaryvids.media.probe import probe
from visionaryvids.media.subtitle_streams import embedded_subtitles, sidecar, sidecar_language
from visionaryvids.media.subtitles import content_of, is_timed_text, read_subtitles

AUTO, CAPTIONS = "auto", "captions:"


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """Which words somebody wants read.

    Attributes:
        given: `auto`, the path of a file, or `captions:MODEL`.
        language: of streams and of files beside the video, where there are several: a language code.
        device: where a captioning network runs.
    """

    given: str = AUTO
    language: str = READ
    device: str = "cpu"

    def __post_init__(self) -> None:
        object.__setattr__(self, "language", checked_language(self.language))


def names_file(given: str) -> bool:
    """Whether a choice is one file of words, for whatever video."""
    return given != AUTO and not given.startswith(CAPTIONS)


class TrackSource(Protocol):
    """Where the words of one video come from."""

    def settings(self) -> Mapping[str, Any]:
        """What the rows depend on besides the video's content and `text_track.SPEC`, as plain JSON values.

        Raises:
            MediaError: the words cannot be read.
        """
        ...

    def extract(self, video: Path, text: TextEncoder, journal: Journal, on_progress: OnProgress | None) -> Extracted:
        """Features of the words; see `extract_track`."""
        ...


def extract_track(
    video: Path,
    choice: TrackChoice,
    text: TextEncoder,
    cache: FeatureCache | None,
    *,
    on_progress: OnProgress | None = None,
) -> Extracted:
    """The words of a video as features of `text_track.SPEC`, from the cache where they are there.

    Args:
        video: the file; it may also be one of timed text.
        choice: which words.
        text: the sentence encoder.
        cache: where to look and to keep; None to do neither.
        on_progress: told of the seconds that are done, and of all of them.

    Raises:
        NoWordsError: there are none.
        MediaError: a file cannot be read, or is no timed text.
        AnnotationError: JSON that is not of the documented form.
        ConfigError: no such captioning network.
    """
    source = source_of(video, choice)

    def make(journal: Journal) -> Extracted:
        return source.extract(video, text, journal, on_progress)

    return cached(video, sourced(source.settings()), cache, make)


def sourced(settings: Mapping[str, Any]) -> FeatureSpec:
    """The spec of rows that come from such a source: models take all of them, the cache tells them apart."""
    return replace(SPEC, settings={**SPEC.settings, "source": dict(settings)})


def source_of(video: Path, choice: TrackChoice) -> TrackSource:
    """The source that a choice means for a video."""
    if names_file(choice.given):
        return Written(Path(choice.given))
    if choice.given != AUTO:
        return Described(choice.given.removeprefix(CAPTIONS), choice.device)
    if is_timed_text(video):
        return Written(video)
    beside = sidecar(video, choice.language)
    if beside is None:
        return Embedded(choice.language)
    return Written(beside, tuple(language_warnings(sidecar_language(beside, video), choice.language)))


@dataclass(frozen=True, slots=True)
class Written:
    """A file of timed text, and what to know of it."""

    path: Path
    warnings: tuple[str, ...] = ()

    def settings(self) -> Mapping[str, Any]:
        """The file's content."""
        return {"file": hashlib.sha256(content_of(self.path)).hexdigest(), "warnings": list(self.warnings)}

    def extract(self, video: Path, text: TextEncoder, journal: Journal, on_progress: OnProgress | None) -> Extracted:  # noqa: ARG002
        """The file's cues on the grid of the video, or on their own where they are given in its place."""
        read, where = read_subtitles(self.path), "" if self.path == video else f"{self.path.name}: "
        track = TimedText(read.cues, (*(f"{where}{each}" for each in read.warnings), *self.warnings))
        duration_s = _end_s(track) if is_timed_text(video) else probe(video).duration_s
        return encode_track(track, duration_s, text, on_progress=on_progress)


def _end_s(track: TimedText) -> float:
    return max((cue.end_s for cue in track.cues), default=0.0)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A stream inside the video, in a language if there is one."""

    language: str

    def settings(self) -> Mapping[str, Any]:
        """The language: which stream that is depends on the video's content alone."""
        return {"stream": self.language}

    def extract(self, video: Path, text: TextEncoder, journal: Journal, on_progress: OnProgress | None) -> Extracted:  # noqa: ARG002
        """The stream's cues on the grid of the video."""
        media = probe(video)
        track = embedded_subtitles(video, self.language, media.origin_s)
        return encode_track(track, media.duration_s, text, on_progress=on_progress)


@dataclass(frozen=True, slots=True)
class Described:
    """Frames, described by a network."""

    model: str
    device: str

    def settings(self) -> Mapping[str, Any]:
        """The network."""
        return {"captions": model_identity(self.model)}

    def extract(self, video: Path, text: TextEncoder, journal: Journal, on_progress: OnProgress | None) -> Extracted:
        """A caption for each clip, as the row of that clip."""
        encoders = captioning(self.model, text, sourced(self.settings()), device=self.device)
        return extract(video, encoders, on_progress=on_progress, journal=journal)
