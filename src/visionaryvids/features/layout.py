"""Under which names rows are written, so that readers of released features find ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of a video's rows, in files of their own.

    Attributes:
        folder: where they lie.
        suffix: what follows the video's id in a file's name.
        width: how many columns; None for all that are left.
    """

    folder: str
    suffix: str = ""
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one video.

    Attributes:
        video: the parts of its picture rows, from the first column to the last.
        audio: its sound rows.
    """

    video: tuple[Part, ...] = (Part("video_features"),)
    audio: Part = Part("audio_features")

    def files(
        self, video_id: str, rows: Mapping[str, NDArray[np.float16]]
    ) -> Iterator[tuple[str, NDArray[np.float16]]]:
        """Each file's path below the folder, and what it holds.

        Args:
            video_id: the video's name.
            rows: by modality, `video` and `audio`, those that there are.
        """
        start = 0
        for part in self.video if "video" in rows else ():
            end = None if part.width is None else start + part.width
            yield f"{part.folder}/{video_id}{part.suffix}.npy", rows["video"][:, start:end]
            start = end or 0
        if "audio" in rows:
            yield f"{self.audio.folder}/{video_id}{self.audio.suffix}.npy", rows["audio"]


PLAIN = Layout()
"""All pictures in one file, all sound in another."""
