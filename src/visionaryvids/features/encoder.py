"""What an encoder is: three small protocols, and the set of them that belongs together.

A clip is the cell `[t * clip_s, (t + 1) * clip_s)` of the grid. A picture encoder looks at one frame or at several of
each clip, a sound encoder listens to the waveform of each clip, a text encoder reads sentences. None of them knows of
files: `extract.py` feeds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from visionaryvids.features.layout import PLAIN, Layout
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.types import Query

Rows = NDArray[np.float16]
"""`[n, D]`, a row a clip, as rows are kept."""


class VideoEncoder(Protocol):
    """Pictures to one row of numbers a clip.

    It may look at one frame a clip (an image encoder), at two (optical flow) or at a snippet (SlowFast, I3D).
    """

    @property
    def offsets_s(self) -> tuple[float, ...]:
        """When to look, in seconds from the start of a clip: F of them, ascending.

        They may reach into the clips before and after it; before the video's start its first frame is seen, after its
        end the last one.
        """
        ...

    @property
    def batch_clips(self) -> int:
        """How many clips are best encoded at once."""
        ...

    def prepare(self, image_HW3: NDArray[np.uint8]) -> NDArray[Any]:
        """One upright RGB frame as the network wants it; called in the decoding thread. Every result has one shape."""
        ...

    def encode(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        """Prepared frames `[n, F, ...]` of n clips to rows `[n, Dv]`; a row does not depend on its neighbours."""
        ...


class AudioEncoder(Protocol):
    """Sound to one row of numbers a clip."""

    @property
    def rate_hz(self) -> int:
        """The sampling rate of the waveform that it wants."""
        ...

    def encode(self, blocks: Iterable[NDArray[np.float32]], num_clips: int) -> NDArray[np.float32]:
        """Consecutive blocks of a mono waveform in [-1, 1] from second 0 on, of any lengths, to rows `[T, Da]`.

        Sound that ends before clip T is silence from there on; sound after clip T is left out.
        """
        ...


class TextEncoder(Protocol):
    """Sentences to token states."""

    def __call__(self, sentences: Sequence[str]) -> list[Query]:
        """A query for each sentence, in order."""
        ...


@dataclass(frozen=True, slots=True)
class EncoderSet:
    """Encoders whose numbers belong together, under one name.

    Attributes:
        spec: identity, widths and clip grid; see `FeatureSpec`.
        video: looks, or None.
        audio: listens, or None.
        text: reads queries into the space that models of this set were trained with.
        layout: names of the files that rows are written to.
    """

    spec: FeatureSpec
    video: VideoEncoder | None
    audio: AudioEncoder | None
    text: TextEncoder
    layout: Layout = PLAIN
