"""Your own data: a file of annotations (`annotations/custom.py`) and a folder of features that `extract` wrote.

FEATURES/encoders.json              which encoders made them: how long a clip is, where the rows lie, who reads queries
FEATURES/about/{video}.json         how long the video is
FEATURES/video_features/{video}.npy and so on, in the layout of the encoder set; silent videos have no sound

Queries are read by the text encoder of the same set when the data is loaded. The training target is the saliency
itself. Rows are prepared as `find` prepares them (`prepare.py`). A silent video among others has rows of zeros for
sound, as in `find`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.custom import Entry, read
from visionaryvids.data.custom_split import how_split, split_of
from visionaryvids.data.custom_times import refuse_wrong_times
from visionaryvids.data.example import Example, LazyExamples
from visionaryvids.data.prepare import prepared, prepared_widths, with_silence
from visionaryvids.data.sources import Source, Sources, load_example, present
from visionaryvids.errors import FeatureError
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.extract import Extracted
from visionaryvids.features.folder import ENCODERS_FILE, about_in, spec_in
from visionaryvids.features.layout import Part
from visionaryvids.features.sets import encoder_set
from visionaryvids.types import Annotation, Query

LOG = logging.getLogger("visionaryvids")
_MADE = "make them: visionaryvids extract VIDEOS --out FOLDER [--encoders NAME]"


def load(annotation_path: Path, features: Path, *, skip_missing: bool = False) -> dict[str, LazyExamples]:
    """The examples of each split that there is (`custom_split.py`), each read when it is asked for.

    Args:
        annotation_path: JSON Lines, see `annotations/custom.py`.
        features: folder that `extract` wrote.
        skip_missing: leave out queries whose features are absent, and log how many.

    Raises:
        AnnotationError: the file is wrong, has times outside of a video, or nothing to learn from or to test on.
        FeatureError: the folder is missing, or was not written by `extract`.
        ConfigError: the features are of other encoders than those of this version.
    """
    entries, encoders = read(annotation_path), encoders_of(features)
    splits = split_of(annotation_path, entries)
    _say_once(annotation_path, how_split(splits))
    known_s = lengths_of(entries, features)
    refuse_wrong_times(annotation_path, entries, known_s)
    every = annotations_of(entries, known_s, encoders.spec.clip_s)
    if skip_missing:
        every = present(every, sources(features, encoders), f"{annotation_path}")
    loader = _Loader(
        heard_sources(features, encoders, every), encoders.spec.name, _silence(encoders), _ask(encoders, every)
    )
    by_id = {annotation.query_id: annotation for annotation in every}
    kept = {name: [by_id[e.query_id] for e in lines if e.query_id in by_id] for name, lines in splits.items()}
    return {name: LazyExamples(annotations, loader) for name, annotations in kept.items()}


def encoders_of(features: Path) -> EncoderSet:
    """The encoder set that the features of a folder are from.

    Raises:
        FeatureError: there is no such folder, or it does not say.
        ConfigError: there is no such set, or in this version it makes other features.
    """
    spec = spec_in(features)
    if spec is None:
        found = f"no {ENCODERS_FILE}" if features.is_dir() else "no such folder"
        raise FeatureError(f"{features}", found, "a folder of features that `extract` wrote", _MADE)
    chosen = encoder_set(spec.name)
    chosen.spec.refuse_other(spec, f"{features}")
    return chosen


def annotations_of(entries: Sequence[Entry], known_s: Mapping[str, float], clip_s: float) -> Sequence[Annotation]:
    """Every line on the grid of the features; videos are as long as is known of them, else as the line says."""
    return [entry.annotation(clip_s, known_s.get(entry.video_id)) for entry in entries]


def lengths_of(entries: Sequence[Entry], features: Path) -> dict[str, float]:
    """Seconds of each video whose length the folder says."""
    about = {video_id: about_in(features, video_id) for video_id in {entry.video_id for entry in entries}}
    return {video_id: each.duration_s for video_id, each in about.items() if each is not None}


def read_video(features: Path, encoders: EncoderSet, video_id: str) -> Extracted:
    """The rows of one video as `extract` made them: the inverse of `write_features`.

    Raises:
        FeatureError: a file is missing or damaged.
    """
    named = Annotation(video_id, video_id, None, None, encoders.spec.clip_s, None, None)
    rows, about = load_example(named, sources(features, encoders)).features, about_in(features, video_id)
    duration_s = rows.num_clips * rows.clip_s if about is None else about.duration_s
    return Extracted(rows, duration_s, ())


def sources(features: Path, encoders: EncoderSet) -> Sources:
    """Where rows lie and how wide they are, in the form that the loader and the checker share."""
    spec, layout = encoders.spec, encoders.layout
    widths = _widths(layout.video, spec.video_dim or 0)
    video = [_source(features, part, width) for part, width in zip(layout.video, widths, strict=True)]
    audio = replace(_source(features, layout.audio, spec.audio_dim), part="audio", optional=True)
    return Sources(tuple(video), audio if spec.audio_dim else None)


def heard_sources(features: Path, encoders: EncoderSet, annotations: Sequence[Annotation]) -> Sources:
    """The same without sound, if no video has any."""
    places = sources(features, encoders)
    if places.audio is not None and any(map(places.audio.has, annotations)):
        return places
    return replace(places, audio=None)


def _source(features: Path, part: Part, width: int | None) -> Source:
    return Source(f"{part.folder}{part.suffix}", features / part.folder, f"{{video_id}}{part.suffix}", width=width)


def _widths(parts: Sequence[Part], total: int) -> list[int]:
    """Columns of each part; the one that does not say has what is left."""
    left = total - sum(part.width or 0 for part in parts)
    return [part.width or left for part in parts]


def _ask(encoders: EncoderSet, annotations: Sequence[Annotation]) -> dict[str, Query]:
    """Each sentence with its token states; each is read once."""
    sentences = list(dict.fromkeys(a.query for a in annotations if a.query is not None))
    return {query.text: query for query in (encoders.text(sentences) if sentences else ())}


def _silence(encoders: EncoderSet) -> int:
    """How wide rows of sound are, as a network gets them."""
    return prepared_widths(encoders.spec)[1] or 0


@dataclass(frozen=True, slots=True)
class _Loader:
    """Reads one example; a class and not a closure, so that it can be sent to a worker process.

    Attributes:
        sources: where the arrays lie.
        encoders: name of the set that they are from.
        audio_width: of the zeros that a silent video gets.
        queries: each sentence with its token states.
    """

    sources: Sources
    encoders: str
    audio_width: int
    queries: Mapping[str, Query]

    def __call__(self, annotation: Annotation) -> Example:
        plain = load_example(annotation, self.sources, target)
        ready = prepared(plain.features, self.encoders)
        if self.sources.audio is not None:
            ready = with_silence(ready, self.audio_width)
        query = None if annotation.query is None else self.queries[annotation.query]
        return replace(plain, features=ready, query=query)


@lru_cache(maxsize=1000)
def _say_once(path: Path, what: str | None) -> None:
    if what is not None:
        LOG.warning("%s: %s", path, what)


def target(ratings_TR: NDArray[np.float32]) -> NDArray[np.float32]:
    """From ratings `[T, 1]` in [0, 1] to the target `[T]`: the same numbers."""
    return ratings_TR[:, 0]
