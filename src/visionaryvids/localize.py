"""Encode a video once, ask it many things.

localizer = Localizer.load()                     # model `lite`: nothing to download
video = localizer.encode(Path("holiday.mp4"))    # the slow step; cached by the file's content
findings = localizer.search(video, ["a dog runs into the sea", None])   # milliseconds a query

Localizer.load(text_track="auto")                # what is said counts beside what is seen
Localizer.load("text-track")                     # only what is said counts
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from visionaryvids.errors import MediaError, NoWordsError
from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.encoder import EncoderSet, TextEncoder
from visionaryvids.features.extract import Extracted
from visionaryvids.features.sets import encoder_set
from visionaryvids.features.track_source import AUTO, TrackChoice, extract_track
from visionaryvids.media.languages import READ
from visionaryvids.media.subtitles import is_timed_text
from visionaryvids.model import text_track as words
from visionaryvids.model.brain import Brain, Watched
from visionaryvids.model.fusion import FusedWatched
from visionaryvids.model.matcher_file import LITE_WEIGHTS as LITE_WEIGHTS
from visionaryvids.model.opening import open_model
from visionaryvids.types import Features, Findings, Query

OnProgress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class EncodedVideo:
    """A video that can be asked.

    Attributes:
        path: as the user gave it.
        duration_s: its length in seconds.
        features: one row a clip.
        watched: what the model knows of it before any query.
        warnings: what the user should know, e.g. which seconds could not be decoded.
    """

    path: Path
    duration_s: float
    features: Features
    watched: Watched
    warnings: tuple[str, ...]

    @property
    def clip_s(self) -> float:
        """Length of a clip in seconds."""
        return self.features.clip_s

    @property
    def num_clips(self) -> int:
        """T."""
        return self.features.num_clips


@dataclass(frozen=True, slots=True)
class Localizer:
    """Encoders and a model that belong together.

    Attributes:
        name: of the model, for findings.
        encoders: what looks, listens and reads.
        brain: what answers.
        cache: where features are kept, or None.
        track: which words are read, if only words count; else None.
        words: a further localizer, for the words of the same videos; its answers are fused with these. Or None.
    """

    name: str
    encoders: EncoderSet
    brain: Brain
    cache: FeatureCache | None
    track: TrackChoice | None = None
    words: Localizer | None = None

    @classmethod
    def load(
        cls,
        model: str | Path = "lite",
        *,
        encoders: str | EncoderSet | None = None,
        device: str = "cpu",
        cache: bool | Path = True,
        text_track: str | Path | None = None,
        track_language: str = READ,
    ) -> Localizer:
        """A localizer by the name of its model, or from a file.

        Args:
            model: `lite`, `text-track`, a released model (`umt-qvhighlights`), or a path that ends in .safetensors: a
                file of `save_matcher`, or of a network that `train` left.
            encoders: the set, or its name; needed for a network of one's own whose file does not say it.
            device: where the encoders' networks run, e.g. `cuda`; `lite` always runs on the processor.
            cache: True for the user's own cache, False for none, or its folder.
            text_track: words that count beside the pictures: `auto` for the subtitles of each video, the path of a
                file, or `captions:MODEL`; see `features/track_source.py`. None for no words; `text-track` takes `auto`.
            track_language: which subtitles, where there are several.

        Raises:
            ConfigError: no such model, set or language, or a model that was trained on other features.
            CheckpointError: the file is not a model.
            DownloadError: a released model is not here and cannot be fetched.
        """
        chosen = encoder_set(encoders, device=device) if isinstance(encoders, str) else encoders
        opened = open_model(model, chosen, device)
        folder = FeatureCache.default() if cache is True else FeatureCache(Path(cache)) if cache else None
        alone = cls(opened.name, opened.encoders, opened.brain, folder)
        if text_track is None and opened.name != words.NAME:
            return alone
        track = TrackChoice(str(text_track or AUTO), track_language, device)
        return replace(alone, track=track) if opened.name == words.NAME else alone.with_words(track)

    def with_words(self, track: TrackChoice) -> Localizer:
        """The same, with the words of each video counting too."""
        opened = open_model(words.NAME, None, track.device)
        reader = Localizer(opened.name, opened.encoders, opened.brain, self.cache, track)
        return replace(self, name=f"{self.name}+{opened.name}", words=reader)

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:
        """What to know of this model's answers to such queries; `search` puts it into the findings.

        Raises:
            ConfigError: it cannot answer one of them.
        """
        return self.brain.caveats(queries)

    def encode(self, video: Path | str, *, on_progress: OnProgress | None = None) -> EncodedVideo:
        """Look at, listen to and read a whole video, or take from the cache what an earlier call found.

        Args:
            video: any file that can be decoded; where only words count, also a file of timed text.
            on_progress: told of the seconds that are done, and of all of them.

        Raises:
            MediaError: a file cannot be opened or decoded; `NoWordsError`: only words count, and there are none.
        """
        video = Path(video)
        if self.words is None:
            return self._encode_alone(video, on_progress)
        try:  # first, so that what is wrong with a file of words is told before pictures are looked at
            said = self.words.encode(video, on_progress=on_progress)
        except NoWordsError as error:
            seen = self._encode_alone(video, on_progress)
            warning = f"only pictures count: {error.problem.found}; {error.problem.remedy}"
            return replace(seen, warnings=(*seen.warnings, warning))
        return _fused(self._encode_alone(video, on_progress), said, self.words.encoders.text)

    def _encode_alone(self, video: Path, on_progress: OnProgress | None) -> EncodedVideo:
        return self.take(video, self._extract(video, on_progress))

    def take(self, video: Path, extracted: Extracted) -> EncodedVideo:
        """A video whose rows are there already, e.g. in a folder that `extract` wrote; its words do not count.

        Args:
            video: what findings are to call it.
            extracted: by these encoders.
        """
        watched = self.brain.watch(extracted.features)
        warnings = (*extracted.warnings, *watched.warnings)
        return EncodedVideo(video, extracted.duration_s, extracted.features, watched, warnings)

    def _extract(self, video: Path, on_progress: OnProgress | None) -> Extracted:
        if self.track is None and is_timed_text(video):
            remedy = f"ask the model that reads it: --model {words.NAME}"
            raise MediaError(str(video), "timed text, and no pictures", f"a video, for model {self.name}", remedy)
        if self.track is None:
            return extract_cached(video, self.encoders, self.cache, on_progress=on_progress)
        return extract_track(video, self.track, self.encoders.text, self.cache, on_progress=on_progress)

    def search(self, video: EncodedVideo, queries: str | Sequence[str | None], *, top: int = 10) -> Findings:
        """Answer queries about a video; None asks what is interesting.

        Args:
            video: from `encode`.
            queries: sentences, or None; a single sentence is one query, not a sequence of letters.
            top: the most moments of one answer.

        Raises:
            ConfigError: the model cannot answer one of them.
        """
        queries = [queries] if isinstance(queries, str) else queries
        warnings = (*video.warnings, *self.caveats(queries))
        asked = self._read(queries)
        answers = video.watched.answer(asked, duration_s=video.duration_s, top=top) if asked else ()
        return Findings(str(video.path), video.duration_s, video.clip_s, self.name, answers, warnings)

    def _read(self, queries: Sequence[str | None]) -> list[Query | None]:
        """Each sentence with its token states; no text encoder is needed where nothing is asked."""
        sentences = [query for query in queries if query is not None]
        read = iter(self.encoders.text(sentences) if sentences else ())
        return [None if query is None else next(read) for query in queries]


def _fused(seen: EncodedVideo, said: EncodedVideo, read: TextEncoder) -> EncodedVideo:
    """A video that is asked for what is seen or said; `read` reads queries for the words."""
    watched = FusedWatched(seen.watched, said.watched, read, seen.clip_s, said.clip_s)
    return replace(seen, watched=watched, warnings=(*seen.warnings, *said.warnings))
