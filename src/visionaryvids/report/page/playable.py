"""Which files do browsers play as they are?

All of Chromium, Firefox and Safari, on a phone too: otherwise the page would work for the one who made it and not for
the one who was sent it. So no HEVC, no MPEG-4 part 2, no Matroska but WebM, and only 8 bits 4:2:0.
"""

from __future__ import annotations

from pathlib import Path

from av.container import InputContainer

from visionaryvids.media.container import best_video, open_media

PICTURES = {"video/mp4": {"h264", "vp9", "av1"}, "video/webm": {"vp8", "vp9", "av1"}}
SOUNDS = {"video/mp4": {"aac", "mp3"}, "video/webm": {"opus", "vorbis"}}
PIXELS = {"yuv420p", "yuvj420p"}


def browser_type(path: Path) -> str | None:
    """The file's MIME type if every current browser plays it, and the stream that was searched; else None.

    Raises:
        MediaError: the file cannot be opened.
    """
    with open_media(path) as container:
        kind = _container_type(container.format.name, path.suffix.lower())
        return kind if kind is not None and _plays(container, kind) else None


def _container_type(names: str, suffix: str) -> str | None:
    if "mp4" in names.split(","):
        return "video/mp4"
    return "video/webm" if "webm" in names.split(",") and suffix == ".webm" else None


def _plays(container: InputContainer, kind: str) -> bool:
    video = best_video(container)
    if video is None or video is not container.streams.video[0] or video.codec_context is None:
        return False  # of several streams a browser shows the first one
    codecs = [stream.codec_context for stream in container.streams.audio]
    sounds = {codec.codec.canonical_name if codec else "unknown" for codec in codecs}
    picture = video.codec_context
    return picture.codec.canonical_name in PICTURES[kind] and picture.pix_fmt in PIXELS and sounds <= SOUNDS[kind]
