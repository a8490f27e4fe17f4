"""What tells one file's content from another's: its SHA-256, remembered so that it is read in full only once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from pathlib import Path

from visionaryvids.errors import InputError, MediaError
from visionaryvids.files import write_atomically
from visionaryvids.media.probe import probe

_SETTLED_S = 2.0
"""A file may change twice within a tick of its file system's clock: the hash of one so fresh is not remembered."""


def fingerprint(path: Path, memory: Path) -> str:
    """SHA-256 of the file's content in hexadecimal digits.

    Args:
        path: the file.
        memory: a folder where hashes are remembered by the file's path, size, time of change and inode; it need not
            be writable.

    Raises:
        MediaError: it is no file, or cannot be read.
    """
    if not path.is_file():
        probe(path)  # refuses it, and says what it is
    try:
        path = path.resolve(strict=True)
        state = path.stat()
        note = memory / f"{hashlib.sha256(str(path).encode(errors='surrogateescape')).hexdigest()[:32]}.json"
        identity = [state.st_size, state.st_mtime_ns, state.st_ino]
        known = _recall(note, identity)
        if known is not None:
            return known
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise MediaError(str(path), f"cannot be read: {error}", "a video file", "check the path") from error
    if time.time() - state.st_mtime > _SETTLED_S:
        with contextlib.suppress(InputError):  # then it is hashed again next time
            write_atomically(note, json.dumps({"identity": identity, "sha256": digest}), durable=False)
    return digest


def _recall(note: Path, identity: list[int]) -> str | None:
    try:
        remembered = json.loads(note.read_text(encoding="utf-8"))
        digest = remembered["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return digest if remembered["identity"] == identity and isinstance(digest, str) else None
