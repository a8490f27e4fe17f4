"""Writing so that a reader never sees half a file, whatever kills the writer; and which files are videos."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from visionaryvids.errors import InputError

VIDEO_SUFFIXES = frozenset(
    {".avi", ".flv", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ts", ".webm", ".wmv"}
)
"""What a video in a folder is called; a file that is named may be called anything."""


def videos_in_folder(folder: Path) -> list[Path]:
    """The videos that lie in a folder, in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in VIDEO_SUFFIXES)


def refuse_input(option: str, out: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse to write where something is read from, by whatever name or link.

    Raises:
        InputError: `out` is one of the inputs.
    """
    if out is not None and any(_is_same(out, path) for path in inputs):
        raise InputError(option, f"{out}, which is read from", "a file of its own", "choose another name")


def _is_same(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except (OSError, ValueError):  # one of them is not there
        return False


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
    with whole_file(path, durable=durable) as part:
        part.write_bytes(data)


@contextlib.contextmanager
def whole_file(path: Path, *, durable: bool = False) -> Generator[Path]:
    """A temporary file beside `path` to write to; it takes that name when the block ends well, and goes otherwise.

    Args:
        path: the file.
        durable: see `write_atomically`.

    Raises:
        InputError: the file cannot be written; an `OSError` in the block is taken for that.
    """
    part: Path | None = None
    try:
        part = _new_beside(path)
        yield part
        if durable:
            _wait_for_disk(part)
        part.chmod(0o644)  # mkstemp makes private files; results are for everybody
        part.replace(path)
    except OSError as error:
        remedy = "choose a place that you may write to and that has space"
        raise InputError(str(path), f"cannot be written: {error}", "a writable file", remedy) from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


def _wait_for_disk(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _new_beside(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".part")
    except ValueError as error:  # a NUL in the name
        raise OSError(str(error)) from error
    os.close(handle)
    return Path(temporary)


def write_json(path: Path, value: Any) -> None:
    """Write JSON that people can read, atomically; NaN and infinity are refused."""
    write_atomically(path, json.dumps(value, indent=1, allow_nan=False) + "\n")
