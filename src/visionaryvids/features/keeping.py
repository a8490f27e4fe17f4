"""What lies in a cache folder, and getting rid of it. Nothing that the cache did not write is ever touched."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from visionaryvids.errors import FeatureError
from visionaryvids.features.entry import read_about

Kind = Literal["features", "unfinished", "damaged"]
"""Features of a video, shards of one that was not finished, or an entry that failed its checksum."""

_KEY = r"[0-9a-f]{40}-[\w.-]+-[0-9a-f]{16}"
_HALF = r"\.\w+\.part"  # a process was killed while it wrote this file
_ENTRY = re.compile(rf"{_KEY}\.safetensors")
_HALF_ENTRY = re.compile(rf"\.{_KEY}\.safetensors{_HALF}")
_FOLDER = re.compile(_KEY)
_SHARD = re.compile(rf"\d{{8}}\.safetensors|\.\d{{8}}\.safetensors{_HALF}")
_NOTE = re.compile(r"[0-9a-f]{32}\.json")


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing in the cache.

    Attributes:
        kind: what it is.
        video: name of the video's file when it was encoded, or "?" where that is not known.
        encoders: name of the encoder set.
        size_bytes: on disk.
        used_s: when it was used last, in seconds since 1970.
        files: what it consists of.
    """

    kind: Kind
    video: str
    encoders: str
    size_bytes: int
    used_s: float
    files: tuple[Path, ...]

    @property
    def age_days(self) -> float:
        """Days since it was used."""
        return max(0.0, time.time() - self.used_s) / 86_400


def list_kept(folder: Path) -> tuple[Kept, ...]:
    """Everything in a cache folder, what was used last first."""
    found = [
        *(_kept("features", path.name, (path,)) for path in _matching(folder / "features", _ENTRY)),
        *(_kept("damaged", path.name, (path,)) for path in _matching(folder / "damaged", _ENTRY)),
        *(_kept("unfinished", path.name[1:], (path,)) for path in _matching(folder / "features", _HALF_ENTRY)),
        *(_kept("unfinished", key, shards) for key, shards in _unfinished(folder / "partial")),
    ]
    return tuple(sorted((each for each in found if each), key=lambda each: -each.used_s))


def summary(kept: Sequence[Kept]) -> str:
    """How many and how large."""
    megabytes = sum(each.size_bytes for each in kept) / 1e6
    return f"{len(kept)} {'entry' if len(kept) == 1 else 'entries'}, {megabytes:.1f} MB"


def remove(kept: Kept) -> None:
    """Take one thing out of the cache.

    Raises:
        OSError: it cannot be removed.
    """
    for path in kept.files:
        path.unlink(missing_ok=True)
    if kept.kind == "unfinished":
        with contextlib.suppress(OSError):  # other files are there: a process is at it, or it is no folder of shards
            kept.files[0].parent.rmdir()


def forget_fingerprints(folder: Path) -> None:
    """Remove the hashes of files; each file is read in full when it is next asked for."""
    for path in _matching(folder / "fingerprints", _NOTE):
        path.unlink(missing_ok=True)


def _unfinished(folder: Path) -> Iterator[tuple[str, tuple[Path, ...]]]:
    for path in _matching(folder, _FOLDER):
        shards = tuple(_matching(path, _SHARD))
        if shards:
            yield path.name, shards


def _matching(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    return sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name)) if folder.is_dir() else []


def _kept(kind: Kind, name: str, files: tuple[Path, ...]) -> Kept | None:
    """One thing whose name begins with its key: 40 digits, the encoders' name, 16 digits."""
    try:
        states = [path.stat() for path in files]
    except FileNotFoundError:  # another process was faster
        return None
    used_s = max(state.st_mtime for state in states)
    video = _video_of(files[0]) if kind == "features" else "?"
    encoders = re.sub(r"-[0-9a-f]{16}(\.safetensors.*)?$", "", name[41:])
    return Kept(kind, video, encoders, sum(state.st_size for state in states), used_s, files)


def _video_of(path: Path) -> str:
    try:
        return str(read_about(path).get("video", "?"))
    except (FeatureError, OSError):
        return "?"
