"""One process at a time."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Generator
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # not on Windows: two processes on one thing both make it there, and both results are whole
    fcntl = None

LOG = logging.getLogger(__name__)


@contextlib.contextmanager
def exclusive(path: Path, what: str) -> Generator[None]:
    """Hold `path` against other processes; wait while one of them holds it, and say that it is at the same `what`.

    The system lets go of it when this process ends, however it ends. Where no lock file can be made (a read-only
    folder, a full disk) nothing is held: whoever writes there will say so.
    """
    file = _acquire(path, what)
    try:
        yield
    finally:
        if file is not None:
            path.unlink(missing_ok=True)  # before letting go: who waits for it sees that its file is gone
            file.close()


def _acquire(path: Path, what: str) -> IO[bytes] | None:
    if fcntl is None:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            file = path.open("ab")
            _wait(file, path, what)
            if _is_at(file, path):
                return file
            file.close()
    except OSError as error:
        LOG.debug("%s cannot be locked: %s", path, error)
        return None


def _wait(file: IO[bytes], path: Path, what: str) -> None:
    assert fcntl is not None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        LOG.warning("another process is at the same %s; waiting for it (%s)", what, path)
        fcntl.flock(file, fcntl.LOCK_EX)


def _is_at(file: IO[bytes], path: Path) -> bool:
    """Whether the open file still has its name: the process before us removed it when it was done."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
