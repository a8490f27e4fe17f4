"""Where the player gets its video: from inside the page, or from a file beside it.

`auto` puts the video into the page when it is small and browsers play it as it is; failing that a small copy, when that
is made soon and is small; otherwise the page links the file. Its reader can choose a file by hand in each case.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from visionaryvids.errors import MediaError
from visionaryvids.media.probe import MediaInfo, probe
from visionaryvids.report.page.playable import browser_type
from visionaryvids.report.page.preview import make_preview

Embed = Literal["auto", "always", "never"]
"""Whether the video is to be inside the page."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much video a page holds (all its videos together), and of how long a video a small copy is made for it."""

    video_bytes: int
    preview_s: float


LIMITS: dict[Embed, Limits] = {
    "auto": Limits(40_000_000, 300.0),
    "always": Limits(150_000_000, math.inf),  # as text a third more; what is larger, phones do not open
    "never": Limits(0, 0.0),
}


@dataclass(frozen=True, slots=True)
class Inside:
    """A video inside the page: its bytes, their MIME type, and whether they are a small copy."""

    data: bytes
    mime: str
    is_preview: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where a player gets its video.

    Attributes:
        url: the file's address, relative to the page.
        shift_s: the player's time of the video's second 0: players count from the first sound where that is earlier.
        inside: what the page holds of it, or None.
    """

    url: str
    shift_s: float
    inside: Inside | None


def choose_source(video: Path, page: Path, embed: Embed, limits: Limits) -> Source:
    """Where `page` is to get `video` from.

    Raises:
        MediaError: it must be inside (`always`) and cannot be.
    """
    url = _address(video, page)
    try:
        info = probe(video)
        inside = None if embed == "never" else _inside(info, limits)
    except MediaError:
        if embed == "always":
            raise
        return Source(url, 0.0, None)  # a page without the file is of use: its reader may have it
    if inside is None and embed == "always":
        found = f"does not fit into a page, which holds {limits.video_bytes / 1e6:.0f} MB of video"
        raise MediaError(str(video), found, "a shorter video", "let the page link it: embed='auto'")
    return Source(url, _shift_s(info), inside)


def _inside(info: MediaInfo, limits: Limits) -> Inside | None:
    mime = browser_type(info.path)
    if mime is not None and info.size_bytes <= limits.video_bytes:
        return Inside(info.path.read_bytes(), mime, is_preview=False)
    copy = make_preview(info, limits.video_bytes) if info.duration_s <= limits.preview_s else None
    return None if copy is None else Inside(copy, "video/mp4", is_preview=True)


def _shift_s(info: MediaInfo) -> float:
    return max(0.0, info.video.start_s - info.audio.start_s) if info.video and info.audio else 0.0


def _address(video: Path, page: Path) -> str:
    """The file's address relative to the page; absolute where there is no way between them (another Windows drive)."""
    try:
        way = Path(os.path.relpath(video.absolute(), page.absolute().parent))
        return "./" + quote(os.fsencode(way.as_posix()))
    except ValueError:
        return video.absolute().as_uri()
