"""From an annotation to an `Example`: where its arrays lie, and how they meet on one clip grid."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.data.align import common_length
from visionaryvids.data.arrays import PLACE, find_array, read_array
from visionaryvids.data.example import Example
from visionaryvids.errors import FeatureError
from visionaryvids.types import Annotation, Features, Query

LOG = logging.getLogger("visionaryvids")

Target = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From ratings `[T, R]` in the data set's scale to the training target `[T]` in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Source:
    """One folder of arrays, a file a video or a query, all of one width.

    Attributes:
        part: what the arrays are, for messages: `rgb`, `audio`, `query`.
        folder: where they lie.
        pattern: the file's name without ending, with `{video_id}` or `{query_id}` in it.
        key: the array's name in a `.npz` archive, or None for the usual names.
        width: how many columns each array must have, or None for any (see `Sources.alike`).
        optional: a video may lack it, as silent videos lack rows of sound.
    """

    part: str
    folder: Path
    pattern: str = "{video_id}"
    key: str | None = None
    width: int | None = None
    optional: bool = False

    def name(self, annotation: Annotation) -> str:
        """Name, without ending, of the file that belongs to an annotation."""
        return self.pattern.format(video_id=annotation.video_id, query_id=annotation.query_id)

    def path(self, annotation: Annotation) -> Path:
        """The file that belongs to an annotation; `FeatureError` if there is none."""
        return find_array(self.folder, self.name(annotation))

    def has(self, annotation: Annotation) -> bool:
        """Whether there is a file that belongs to an annotation."""
        try:
            self.path(annotation)
        except FeatureError:
            return False
        return True

    def wants(self, annotation: Annotation) -> bool:
        """Whether that file is there, or must be."""
        return not self.optional or self.has(annotation)

    def read(self, annotation: Annotation) -> NDArray[np.float32]:
        """The array `[rows, width]` that belongs to an annotation.

        Raises:
            FeatureError: as `arrays.read_array`.
        """
        return read_array(self.path(annotation), self.key, self.width)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a data set's arrays lie.

    Attributes:
        video: one row a clip; put side by side in this order.
        audio: one row a clip, or None.
        query: one row a token, or None.
    """

    video: tuple[Source, ...]
    audio: Source | None = None
    query: Source | None = None

    @property
    def timed(self) -> tuple[Source, ...]:
        """The sources with one row a clip."""
        return self.video if self.audio is None else (*self.video, self.audio)

    def complete(self, annotation: Annotation) -> bool:
        """Whether every file that belongs to an annotation is there."""
        needed = (*self.timed, *filter(None, [self.query]))
        return all(source.optional or source.has(annotation) for source in needed)

    def alike(self, annotations: Sequence[Annotation]) -> Sources:
        """The same places, where every file must be as wide as that of the first annotation.

        The first of the list, and not the first that happens to be read, so that the order of reading does not decide
        which file is blamed.

        Raises:
            FeatureError: a file of the first annotation is missing or damaged.
        """
        if not annotations:
            return self

        def fixed(source: Source) -> Source:
            return replace(source, width=source.read(annotations[0]).shape[1])

        video = tuple(fixed(source) for source in self.video)
        return Sources(video, self.audio and fixed(self.audio), self.query and fixed(self.query))


def present(annotations: Sequence[Annotation], sources: Sources, where: str) -> tuple[Annotation, ...]:
    """The annotations whose files are all there; how many are left out is logged.

    Args:
        annotations: what people said.
        sources: where the arrays lie.
        where: what they were read from, for messages.

    Raises:
        FeatureError: none of them has its files.
    """
    complete = [(annotation, sources.complete(annotation)) for annotation in annotations]
    kept = tuple(annotation for annotation, whole in complete if whole)
    absent = [annotation.video_id for annotation, whole in complete if not whole]
    if not kept:
        folders = ", ".join(f"{source.folder}" for source in sources.video)
        raise FeatureError(where, f"no features of any of its {len(absent)} queries", f"files in {folders}", PLACE)
    if absent:
        counts = f"{len(absent)} of {len(annotations)} queries"
        LOG.warning("%s: %s are left out, since their features are absent (%s, ...)", where, counts, absent[0])
    return kept


def load_example(annotation: Annotation, sources: Sources, target: Target | None = None) -> Example:
    """Read one example; T is the fewest clips that a modality or the labels have.

    Args:
        annotation: what people said.
        sources: where its arrays lie; optional sound that a video lacks is None.
        target: from ratings to the training target; None for a data set without highlight labels.

    Raises:
        FeatureError: a file is missing, damaged, or of another width than its neighbours.
    """
    parts = {source.part: source.read(annotation) for source in sources.timed if source.wants(annotation)}
    ratings_TR = annotation.ratings_TR
    saliency_T = target(ratings_TR) if target is not None and ratings_TR is not None else None
    lengths = {part: len(array) for part, array in parts.items()}
    if saliency_T is not None:
        lengths["labels"] = len(saliency_T)
    clips = common_length(annotation.video_id, lengths)
    video_TD = np.concatenate([parts[source.part][:clips] for source in sources.video], axis=1)
    video_TD.flags.writeable = False  # nobody else has it: `Features` need not copy it
    heard_TD = parts.get(sources.audio.part) if sources.audio else None
    audio_TD = None if heard_TD is None else heard_TD[:clips]
    return Example(
        annotation=annotation,
        features=Features(annotation.clip_s, video_TD, audio_TD),
        query=_read_query(annotation, sources.query),
        saliency_T=None if saliency_T is None else saliency_T[:clips],
    )


def _read_query(annotation: Annotation, source: Source | None) -> Query | None:
    if source is None or annotation.query is None:
        return None
    return Query(annotation.query, source.read(annotation))
