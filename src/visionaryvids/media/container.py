"""Opening files safely: only media formats, only local files, bounded pictures, and errors that a person can act on."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from visionaryvids.errors import MediaError

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,mpeg,mpegvideo,flv,asf,ogg,m4v,h264,hevc,av1,ivf,mxf,rm,nut,"
    "mp3,wav,flac,aac"
)
"""What may be opened. Play lists and image sequences are left out on purpose: they make a file open other files."""

MAX_PIXELS = 8192 * 4352
"""The largest picture that is decoded, 8K: a damaged header may claim 65535 × 65535, which is 13 GB."""

READ_TIMEOUT_S = 60.0
"""How long one read may take before the file is given up."""

CONVERT = "play the file in a video player; if it plays, convert it: ffmpeg -i FILE -c:v libx264 -c:a aac out.mp4"


@contextmanager
def open_media(path: Path) -> Generator[InputContainer]:
    """Open a media file for reading.

    Raises:
        MediaError: it is missing, empty, a folder, not readable, or not in a media format that we know. Failures of
            FFmpeg while it is open are told as `MediaError` too, but for those of a disk: they may be another file's.
    """
    _refuse_no_file(path)
    with _opened(path) as container:
        try:
            yield container
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            raise _explained(path, error, "it cannot be read to the end") from error


def _opened(path: Path) -> InputContainer:
    limits = {"format_whitelist": FORMATS, "protocol_whitelist": "file", "max_pixels": str(MAX_PIXELS)}
    name = f"file:{path.absolute()}"  # the prefix keeps names such as "concat:a|b" from meaning more than one file
    try:
        return av.open(name, metadata_errors="replace", options=limits, timeout=READ_TIMEOUT_S)
    except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
        raise _explained(path, error, "not a video file, or one that is damaged from the start") from error


def _refuse_no_file(path: Path) -> None:
    where = str(path)
    if path.is_dir():
        raise MediaError(where, "a folder", "a video file", "name a file in it")
    if not path.exists():
        raise MediaError(where, "no such file", "a video file", "check the name and the folder")
    if not path.is_file():
        raise MediaError(where, "not a regular file", "a video file", "save the stream to a file first")
    if not os.access(path, os.R_OK):
        raise MediaError(where, "you may not read it", "a readable file", f"give yourself access: chmod u+r '{path}'")
    if path.stat().st_size == 0:
        raise MediaError(where, "an empty file (0 bytes)", "a video file", "copy or download it again")


def _explained(path: Path, error: Exception, found: str) -> MediaError:
    where = str(path)
    if isinstance(error, MemoryError):
        return MediaError(where, "decoding needs more memory than there is", "", "close other programs, or " + CONVERT)
    if isinstance(error, av.error.ExitError):
        found = f"reading takes longer than {READ_TIMEOUT_S:g} s"
        return MediaError(where, found, "a file that can be read", "copy it to a local disk and try again")
    reason = getattr(error, "strerror", None) or str(error)
    remedy = "if the download or recording was interrupted, get the file again; otherwise " + CONVERT
    return MediaError(where, f"{found} ({reason})", "a video such as mp4, mov, mkv, webm, avi or gif", remedy)


def best_video(container: InputContainer) -> av.VideoStream | None:
    """The stream to look at: the default one, of several the largest; cover pictures are not video."""
    streams = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    return max(streams, key=_worth, default=None)


def best_audio(container: InputContainer) -> av.AudioStream | None:
    """The stream to listen to: the default one, of several the one with most channels."""
    return max(container.streams.audio, key=_worth, default=None)


def _worth(stream: av.VideoStream | av.AudioStream) -> tuple[bool, bool, int, int]:
    if stream.codec_context is None:  # no decoder
        return False, False, 0, -stream.index
    size = stream.width * stream.height if isinstance(stream, av.VideoStream) else stream.channels
    return True, bool(stream.disposition & Disposition.default), size, -stream.index
