"""The most telling picture of each moment, as small as it is needed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from visionaryvids.media.video import frames_at
from visionaryvids.report.picks import Pick


def stills(video: Path, picks: Sequence[Pick], box: tuple[int, int]) -> Iterator[tuple[Pick, Image.Image]]:
    """The most telling picture of each moment, no larger than a box, in the order of these pictures' times.

    Raises:
        MediaError: the video cannot be read or has no pictures.
    """
    ordered = sorted(picks, key=lambda pick: pick.best_s)
    for pick, frame in zip(ordered, frames_at(video, [pick.best_s for pick in ordered]), strict=True):
        picture = Image.fromarray(frame.image_HW3)
        picture.thumbnail(box, Image.Resampling.LANCZOS)
        yield pick, picture


def encoded(picture: Image.Image, kind: str, **options: int) -> bytes:
    """The picture as a file of a kind that Pillow names, e.g. `JPEG`."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
