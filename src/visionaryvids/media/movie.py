"""Write a movie file: pictures and sound in, H.264 and AAC out, whole or not at all."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from visionaryvids.files import whole_file

FROM_THE_START = {"movflags": "faststart"}
"""Of an MP4: its index comes first, so that a browser can begin before it has the whole file."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How good, and how large.

    Attributes:
        crf: x264's quality: 18 looks like the original, 28 is for a small preview.
        picture_bits_hz: bits a second that the pictures never exceed by more than a second's worth, or None.
        sound_bits_hz: bits a second of the sound.
    """

    crf: int = 20
    picture_bits_hz: int | None = None
    sound_bits_hz: int = 128_000

    def x264(self) -> dict[str, str]:
        """The encoder's options; a fixed number of threads makes the same file everywhere."""
        most = {} if self.picture_bits_hz is None else dict.fromkeys(("maxrate", "bufsize"), str(self.picture_bits_hz))
        return {"preset": "veryfast", "crf": str(self.crf), "threads": "2", **most}


class MovieWriter:
    """An MP4 file that is being written; it appears under its name when the `with` block ends well.

        with MovieWriter(path, 640, 360, rate_hz=25, sound_hz=44_100) as movie:
            movie.hear(samples)
            movie.show(image_HW3)

    Hand over sound and pictures of the same second close to one another: what waits for its counterpart is in memory.

    Args:
        path: the file.
        width: even, in pixels.
        height: even, in pixels.
        rate_hz: pictures a second.
        sound_hz: samples a second, or None for a silent file.
        gop: pictures from one key frame to the next at most; the encoder's 250 without it.
        encoding: how good, and how large.

    Raises:
        InputError: the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        *,
        rate_hz: Fraction | int,
        sound_hz: int | None = None,
        gop: int | None = None,
        encoding: Encoding = Encoding(),
    ) -> None:
        self._heard = 0
        with ExitStack() as files:
            part = files.enter_context(new_movie(path))
            self._container = files.enter_context(av.open(str(part), "w", format="mp4", options=FROM_THE_START))
            self._pictures = self._container.add_stream("libx264", rate=Fraction(rate_hz), options=encoding.x264())
            self._pictures.width, self._pictures.height, self._pictures.pix_fmt = width, height, "yuv420p"
            if gop is not None:
                self._pictures.gop_size = gop
            self._sound = None if sound_hz is None else _sound_stream(self._container, sound_hz, encoding)
            self._files = files.pop_all()

    def __enter__(self) -> Self:
        return self

    def show(self, image_HW3: NDArray[np.uint8]) -> None:
        """Add the next picture, uint8 RGB `[height, width, 3]`."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image_HW3), format="rgb24")
        self._container.mux(self._pictures.encode(frame))

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Add the next stretch of mono sound, float32 `[N]` in [-1, 1]."""
        assert self._sound is not None, "a silent file"
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = self._sound.rate, self._heard
        self._heard += len(samples)
        self._container.mux(self._sound.encode(frame))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with self._files:
            if error is not None:
                raise error
            for stream in filter(None, (self._pictures, self._sound)):
                self._container.mux(stream.encode(None))


def _sound_stream(container: OutputContainer, rate_hz: int, encoding: Encoding) -> av.AudioStream:
    return container.add_stream("aac", rate=rate_hz, layout="mono", bit_rate=encoding.sound_bits_hz)


@contextmanager
def new_movie(path: Path) -> Generator[Path]:
    """A temporary file to write a movie to; it takes the name `path` when the block ends well.

    Raises:
        InputError: it cannot be written.
    """
    with whole_file(path) as part:
        try:
            yield part
        except av.FFmpegError as error:
            raise OSError(f"{error.strerror or error}") from error
