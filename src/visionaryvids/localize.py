"""Encode a video once, ask it many things.

localizer = Localizer.load()                     # model `lite`: nothing to download
video = localizer.encode(Path("holiday.mp4"))    # the slow step; cached by the file's content
findings = localizer.search(video, ["a dog runs into the sea", None])   # milliseconds a query
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.errors import ConfigError
from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.lite import lite
from visionaryvids.model.answer import answer
from visionaryvids.model.matcher import Footage, Matcher
from visionaryvids.model.matcher_file import load_matcher
from visionaryvids.types import Answer, Features, Findings

LITE_WEIGHTS = Path(__file__).parent / "model" / "weights" / "lite.safetensors"

OnProgress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class EncodedVideo:
    """A video that can be asked.

    Attributes:
        path: as the user gave it.
        duration_s: its length in seconds.
        features: one row a clip.
        footage: what the model knows of it before any query.
        warnings: what the user should know, e.g. which seconds could not be decoded.
    """

    path: Path
    duration_s: float
    features: Features
    footage: Footage
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
    """Encoders and a matcher that belong together.

    Attributes:
        name: of the model, for findings.
        encoders: what looks, listens and reads.
        matcher: what compares.
        cache: where features are kept, or None.
    """

    name: str
    encoders: EncoderSet
    matcher: Matcher
    cache: FeatureCache | None

    @classmethod
    def load(cls, model: str | Path = "lite", *, cache: bool | Path = True) -> Localizer:
        """A localizer by the name of its model, or from a file of `save_matcher` made for the same encoders.

        Args:
            model: `lite`, or a path that ends in .safetensors.
            cache: True for the user's own cache, False for none, or its folder.

        Raises:
            ConfigError: no such model, or one that was trained on other features.
            CheckpointError: the file is not a matcher.
        """
        if isinstance(model, str) and model != "lite" and not model.endswith(".safetensors"):
            remedy = "give lite, or the path of a model that you trained, which ends in .safetensors"
            raise ConfigError("--model", f"unknown name {model!r}", "lite", remedy)
        encoders = lite()
        matcher = load_matcher(LITE_WEIGHTS if model == "lite" else Path(model))
        matcher.spec.refuse_other(encoders.spec, str(model))
        folder = FeatureCache.default() if cache is True else FeatureCache(Path(cache)) if cache else None
        return cls("lite" if model == "lite" else Path(model).stem, encoders, matcher, folder)

    def encode(self, video: Path, *, on_progress: OnProgress | None = None) -> EncodedVideo:
        """Look at and listen to a whole video, or take from the cache what an earlier call found.

        Args:
            video: any file that can be decoded.
            on_progress: told of the seconds that are done, and of all of them.

        Raises:
            MediaError: the file cannot be opened or decoded.
        """
        extracted = extract_cached(video, self.encoders, self.cache, on_progress=on_progress)
        footage = self.matcher.watch(extracted.features)
        return EncodedVideo(video, extracted.duration_s, extracted.features, footage, extracted.warnings)

    def search(self, video: EncodedVideo, queries: Sequence[str | None], *, top: int = 10) -> Findings:
        """Answer queries about a video; None asks what is interesting.

        Args:
            video: from `encode`.
            queries: sentences, or None.
            top: the most moments of one answer.
        """
        answers = self._answers(video, queries, top) if queries else ()
        return Findings(str(video.path), video.duration_s, video.clip_s, self.name, answers, video.warnings)

    def _answers(self, video: EncodedVideo, queries: Sequence[str | None], top: int) -> tuple[Answer, ...]:
        asked_QE = self.matcher.ask(self.encoders.text([query for query in queries if query is not None]))
        return answer(
            self.matcher, video.footage, asked_QE, queries, clip_s=video.clip_s, duration_s=video.duration_s, top=top
        )
