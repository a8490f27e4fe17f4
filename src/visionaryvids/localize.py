"""Encode a video once, ask it many things.

localizer = Localizer.load()                     # model `lite`: nothing to download
video = localizer.encode(Path("holiday.mp4"))    # the slow step; cached by the file's content
findings = localizer.search(video, ["a dog runs into the sea", None])   # milliseconds a query
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.sets import encoder_set
from visionaryvids.model.brain import Brain, Watched
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
    """

    name: str
    encoders: EncoderSet
    brain: Brain
    cache: FeatureCache | None

    @classmethod
    def load(
        cls,
        model: str | Path = "lite",
        *,
        encoders: str | EncoderSet | None = None,
        device: str = "cpu",
        cache: bool | Path = True,
    ) -> Localizer:
        """A localizer by the name of its model, or from a file.

        Args:
            model: `lite`, a released model (`umt-qvhighlights`), or a path that ends in .safetensors: a file of
                `save_matcher`, or of a network that `train` left.
            encoders: the set, or its name; needed for a network of one's own, whose file does not say it.
            device: where the encoders' networks run, e.g. `cuda`; `lite` always runs on the processor.
            cache: True for the user's own cache, False for none, or its folder.

        Raises:
            ConfigError: no such model or set, or a model that was trained on other features.
            CheckpointError: the file is not a model.
            DownloadError: a released model is not here and cannot be fetched.
        """
        chosen = encoder_set(encoders, device=device) if isinstance(encoders, str) else encoders
        opened = open_model(model, chosen, device)
        folder = FeatureCache.default() if cache is True else FeatureCache(Path(cache)) if cache else None
        return cls(opened.name, opened.encoders, opened.brain, folder)

    def caveats(self, queries: Sequence[str | None]) -> tuple[str, ...]:
        """What to know of this model's answers to such queries; `search` puts it into the findings.

        Raises:
            ConfigError: it cannot answer one of them.
        """
        return self.brain.caveats(queries)

    def encode(self, video: Path, *, on_progress: OnProgress | None = None) -> EncodedVideo:
        """Look at and listen to a whole video, or take from the cache what an earlier call found.

        Args:
            video: any file that can be decoded.
            on_progress: told of the seconds that are done, and of all of them.

        Raises:
            MediaError: the file cannot be opened or decoded.
        """
        extracted = extract_cached(video, self.encoders, self.cache, on_progress=on_progress)
        watched = self.brain.watch(extracted.features)
        warnings = (*extracted.warnings, *watched.warnings)
        return EncodedVideo(video, extracted.duration_s, extracted.features, watched, warnings)

    def search(self, video: EncodedVideo, queries: Sequence[str | None], *, top: int = 10) -> Findings:
        """Answer queries about a video; None asks what is interesting.

        Args:
            video: from `encode`.
            queries: sentences, or None.
            top: the most moments of one answer.

        Raises:
            ConfigError: the model cannot answer one of them.
        """
        warnings = (*video.warnings, *self.caveats(queries))
        asked = self._read(queries)
        answers = video.watched.answer(asked, duration_s=video.duration_s, top=top) if asked else ()
        return Findings(str(video.path), video.duration_s, video.clip_s, self.name, answers, warnings)

    def _read(self, queries: Sequence[str | None]) -> list[Query | None]:
        """Each sentence with its token states; no text encoder is needed where nothing is asked."""
        sentences = [query for query in queries if query is not None]
        read = iter(self.encoders.text(sentences) if sentences else ())
        return [None if query is None else next(read) for query in queries]
