"""Which files do browsers play as they are?

All of Chromium, Firefox and Safari, on a phone too: otherwise the page would work for the one who made it and not for
the one who was sent it. So no HEVC, no MPEG-4 part 2, no Matroska but WebM, and of H.264 only 8 bits 4:2:0.
"""

from __future__ import annotations

from pathlib import Path

import av

PICTURES = {"video/mp4": {"h264", "av1", "libdav1d", "vp9"}, "video/webm": {"vp8", "vp9", "av1", "libdav1d"}}
SOUNDS = {"video/mp4": {"aac", "mp3", "mp3float"}, "video/webm": {"opus", "vorbis"}}
PIXELS = {"yuv420p", "yuvj420p"}


def browser_type(path: Path) -> str | None:
    """The file's MIME type if every current browser plays it, else None.

    Raises:
        OSError: the file cannot be read, or is not a video (`av.FFmpegError` is an `OSError` or a `ValueError`).
    """
    with av.open(str(path)) as container:
        kind = _container_type(container.format.name, path.suffix.lower())
        if kind is None or not container.streams.video:
            return None
        picture = container.streams.video[0].codec_context
        sounds = {stream.codec_context.name for stream in container.streams.audio[:1]}
        plays = picture.name in PICTURES[kind] and picture.pix_fmt in PIXELS and sounds <= SOUNDS[kind]
    return kind if plays else None


def _container_type(name: str, suffix: str) -> str | None:
    if "mp4" in name.split(","):
        return "video/mp4"
    return "video/webm" if "webm" in name.split(",") and suffix == ".webm" else None
