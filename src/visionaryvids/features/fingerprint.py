"""What tells one video's content from another's."""

from __future__ import annotations

from pathlib import Path

from visionaryvids.errors import MediaError
from visionaryvids.hashing import remembered_sha256
from visionaryvids.media.probe import probe


def fingerprint(path: Path, memory: Path) -> str:
    """SHA-256 of the file's content in hexadecimal digits; `memory` is the folder of `remembered_sha256`.

    Raises:
        MediaError: it is no file, or cannot be read.
    """
    if not path.is_file():
        probe(path)  # refuses it, and says what it is
    try:
        return remembered_sha256(path, memory)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise MediaError(str(path), f"cannot be read: {error}", "a video file", "check the path") from error
