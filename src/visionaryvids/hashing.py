"""What tells one file's content from another's: its hash, remembered so that large files are read in full only once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from pathlib import Path
from typing import Literal

from visionaryvids.errors import InputError
from visionaryvids.files import write_atomically

Algorithm = Literal["sha256", "sha1", "md5", "git-blob"]
"""`git-blob` is the SHA-1 of `blob`, a space, the size in bytes, a zero byte, and the file: its name inside git."""

_SETTLED_S = 2.0
"""A file may change twice within a tick of its file system's clock: the hash of one so fresh is not remembered."""


def hash_file(path: Path, algorithm: Algorithm = "sha256") -> str:
    """Hash of the file's content in hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if algorithm != "git-blob":
            return hashlib.file_digest(file, algorithm).hexdigest()
        prefix = f"blob {path.stat().st_size}\0".encode()
        return hashlib.file_digest(file, lambda: hashlib.sha1(prefix)).hexdigest()


def remembered_sha256(path: Path, memory: Path) -> str:
    """SHA-256 of the file's content in hexadecimal digits.

    Args:
        path: the file.
        memory: a folder where hashes are remembered by the file's path, size, time of change and inode; it need not
            be writable.

    Raises:
        OSError: it cannot be read.
        ValueError: there is a NUL in its name.
    """
    path = path.resolve(strict=True)
    state = path.stat()
    note = memory / f"{hashlib.sha256(str(path).encode(errors='surrogateescape')).hexdigest()[:32]}.json"
    identity = [state.st_size, state.st_mtime_ns, state.st_ino]
    known = _recall(note, identity)
    if known is not None:
        return known
    digest = hash_file(path)
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
