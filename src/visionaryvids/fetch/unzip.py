"""Unpacking a zip archive that nobody has looked into: inside one folder, and no more than it says."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from visionaryvids.errors import DownloadError

MAX_FILES = 200_000
MAX_GROWTH = 25
"""Arrays shrink by a third, text to a fifth or so; archives that are made to fill a disk, a thousandfold."""

_FREE_BYTES = 64 << 20  # small archives may grow more
_BLOCK = 1 << 20
_CLUTTER = ("__MACOSX", ".DS_Store")
_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for damaged archives and for encrypted or unknown ones."""


def unzip(archive: Path, folder: Path) -> None:
    """Unpack an archive into a folder that does not exist yet.

    Raises:
        DownloadError: it is damaged; it holds absolute paths, `..`, links, two files of one name, or much more than its
            size suggests; or it cannot be written. What was unpacked so far stays: the caller removes the folder.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = list(_members(archive, opened))
            for member, path in members:
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(opened, member, target)
    except _FAILURES as error:
        raise _refused(archive, f"cannot be unpacked: {error}") from error
    except OSError as error:
        found, remedy = f"cannot be written: {error}", "make room there, or choose another place"
        raise DownloadError(str(folder), found, "room for the unpacked files", remedy) from error


def extract_member(archive: Path, name: str, target: Path) -> None:
    """Unpack one file of an archive.

    Raises:
        DownloadError: the archive is damaged or has no such file.
        OSError: it cannot be written.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            _write(opened, opened.getinfo(name), target)
    except (KeyError, *_FAILURES) as error:
        raise _refused(archive, f"{name} cannot be unpacked: {error}") from error


def _members(archive: Path, opened: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Every file and where it goes; the whole list is judged before anything is written."""
    members, size = opened.infolist(), archive.stat().st_size
    declared = sum(member.file_size for member in members)
    if len(members) > MAX_FILES or declared > MAX_GROWTH * size + _FREE_BYTES:
        raise _refused(archive, f"{len(members):,} files of {declared / 1e6:,.0f} MB in {size:,} bytes")
    seen: set[PurePosixPath] = set()
    for member in members:
        path = _safe_path(archive, member)
        if member.is_dir() or any(part in _CLUTTER for part in path.parts):
            continue
        if path in seen:
            raise _refused(archive, f"two files called {str(path)!r}")
        seen.add(path)
        yield member, path


def _safe_path(archive: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    name, path = member.filename, PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    windows = PureWindowsPath(name)
    if path.is_absolute() or windows.drive or windows.root or ".." in windows.parts:
        raise _refused(archive, f"{name!r} would be written outside the folder")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(archive, f"{name!r} is a link or another thing that is no file")
    if member.orig_filename != name or "\\" in name or any(ord(letter) < 32 for letter in name):
        raise _refused(archive, f"the name {member.orig_filename!r}")
    return path


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack one file; its length and checksum must be as declared."""
    written = 0
    with opened.open(member) as source, target.open("xb") as file:
        while block := source.read(_BLOCK):
            written += len(block)
            if written > member.file_size:
                raise zipfile.BadZipFile(f"{member.filename} holds more than it says")
            file.write(block)
    if written != member.file_size:
        raise zipfile.BadZipFile(f"{member.filename} holds {written} of {member.file_size} bytes")


def _refused(archive: Path, found: str) -> DownloadError:
    remedy = "fetch it again; if that does not help, do not unpack it by hand: tell its publisher"
    return DownloadError(str(archive), found, "a sound archive of plain files", remedy)
