"""Where the player gets its video: from inside the page, or from a file beside it.

`auto` puts the video into the page when it is small and browsers play it as it is; failing that a small preview, when
one is made quickly and is small; otherwise the page links the file. Whatever it is, the page lets its reader choose
the file by hand.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import av

from visionaryvids.errors import MediaError
from visionaryvids.report.page.playable import browser_type

Embed = Literal["auto", "always", "never"]
"""Whether the video is to be inside the page."""

LIMIT_BYTES = {"auto": 40_000_000, "always": 300_000_000, "never": 0}
"""How much video a page holds, all its videos together. Text of it takes a third more, and browsers read no string of
more than half a gigabyte."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The video is inside the page: its bytes, their MIME type, and whether they are a small preview."""

    data: bytes
    type: str
    preview: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """The video is a file: its address, relative to the page."""

    url: str


def choose_source(video: Path, page: Path, embed: Embed, limit_bytes: int) -> Embedded | Linked:
    """Where `page` is to get `video` from.

    Raises:
        MediaError: it must be inside (`always`) and cannot be.
    """
    inside = None if embed == "never" else _embedded(video, limit_bytes)
    if inside is None and embed == "always":
        found = f"cannot be put into a page of at most {limit_bytes / 1e6:.0f} MB of video"
        raise MediaError(
            str(video), found, "a video file that is there and small enough", "use embed='auto' to link it"
        )
    return inside or Linked(_address(video, page))


def _embedded(video: Path, limit_bytes: int) -> Embedded | None:
    try:
        kind = browser_type(video)
        if kind is not None and video.stat().st_size <= limit_bytes:
            return Embedded(video.read_bytes(), kind, preview=False)
    except (OSError, av.FFmpegError):
        return None  # what can be told without the file is worth a page: its reader may have the file
    return None


def _address(video: Path, page: Path) -> str:
    """The file's address relative to the page; absolute where there is no way between them (another Windows drive)."""
    try:
        return "./" + quote(Path(os.path.relpath(video.absolute(), page.absolute().parent)).as_posix())
    except ValueError:
        return video.absolute().as_uri()
