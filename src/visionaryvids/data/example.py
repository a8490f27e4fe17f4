"""One thing to learn from or to be tested on: features, an optional query, and what people said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from visionaryvids.types import Annotation, Features, Query, frozen


@dataclass(frozen=True, slots=True)
class Example:
    """Features and labels of one (video, query) pair, on one clip grid.

    Attributes:
        annotation: what people said, in the data set's own scale (metrics read this).
        features: what encoders saw and heard; T clips.
        query: token states, or None (YouTube Highlights).
        saliency_T: float32 `[T]` in [0, 1], the data set's training target, or None (no highlight labels).
    """

    annotation: Annotation
    features: Features
    query: Query | None
    saliency_T: NDArray[np.float32] | None

    def __post_init__(self) -> None:
        if self.saliency_T is not None:
            object.__setattr__(self, "saliency_T", frozen(self.saliency_T, np.float32, 1, "saliency_T"))
        if self.saliency_T is not None and len(self.saliency_T) != self.features.num_clips:
            raise ValueError(
                f"Example {self.annotation.query_id}: {len(self.saliency_T)} labels, {self.features.num_clips} clips"
            )


def annotations_of(examples: Sequence[Example]) -> tuple[Annotation, ...]:
    """What people said of each example, without reading features."""
    return examples.annotations if isinstance(examples, LazyExamples) else tuple(e.annotation for e in examples)


class LazyExamples(Sequence[Example]):
    """Examples that are read from disk when asked for: for data sets that do not fit in memory."""

    def __init__(self, annotations: Sequence[Annotation], load: Callable[[Annotation], Example]) -> None:
        self.annotations = tuple(annotations)
        self._load = load

    def __len__(self) -> int:
        return len(self.annotations)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> LazyExamples: ...
    def __getitem__(self, index: int | slice) -> Example | LazyExamples:
        if isinstance(index, slice):
            return LazyExamples(self.annotations[index], self._load)
        return self._load(self.annotations[index])
