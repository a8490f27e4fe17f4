"""Writing so that a reader never sees half a file, whatever kills the writer."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from visionaryvids.errors import InputError


def write_atomically(path: Path, content: bytes | str, *, durable: bool = True) -> None:
    """Write a whole file or none: a temporary file beside it, then renamed over it.

    Args:
        path: the file.
        content: all of it.
        durable: wait until the disk has it, so that it survives a power cut and not only a killed process.

    Raises:
        InputError: the file cannot be written (no permission, no space, a folder in its place).
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, durable)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        remedy = "choose a place that you may write to and that has space"
        raise InputError(str(path), f"cannot be written: {error}", "a writable file", remedy) from error


def _replace(path: Path, data: bytes, durable: bool) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(temporary).chmod(0o644)  # mkstemp makes private files; results are for everybody
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def write_json(path: Path, value: Any) -> None:
    """Write JSON that people can read, atomically; NaN and infinity are refused."""
    write_atomically(path, json.dumps(value, indent=1, allow_nan=False) + "\n")
