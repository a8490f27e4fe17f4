"""Small encoders for the numbered videos of `tests/media/make.py`: a clip's row is the number that its frame shows."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from tests.media.make import number_in
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.logmel import LogMel
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.types import Query


@dataclass
class Numbers:
    """A `VideoEncoder`; counts the clips that it encodes."""

    offsets_s: tuple[float, ...] = (0.5,)
    batch_clips: int = 4
    wait_s: float = 0.0
    encoded: list[int] = field(default_factory=list)

    def prepare(self, image_HW3):
        return np.array([number_in(image_HW3) or 0], np.float32)

    def encode(self, batch):
        time.sleep(self.wait_s)
        self.encoded.append(len(batch))
        return batch[..., 0]


def no_text(sentences):
    return [Query(sentence, np.zeros((1, 1), np.float32)) for sentence in sentences]


def small(clip_s: float = 1.0, frames: int = 1, *, version: int = 1, wait_s: float = 0.0) -> EncoderSet:
    """Looks at `frames` frames a clip, evenly spread, and listens as `lite` does."""
    offsets_s = tuple((np.arange(frames) + 0.5) / frames * clip_s)
    spec = FeatureSpec("small", version, clip_s, frames, 129, 1, {"offsets_s": list(offsets_s)})
    return EncoderSet(spec, Numbers(offsets_s, wait_s=wait_s), LogMel(clip_s), no_text)


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """Gives the most memory in bytes that Python and NumPy took at once so far; not what PyTorch and FFmpeg took."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
