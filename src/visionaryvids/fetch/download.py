"""A published file, here and verified."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.errors import DownloadError
from visionaryvids.fetch.remote import Remote
from visionaryvids.fetch.settings import MIRROR_VARIABLE, OFFLINE_VARIABLE, FetchSettings
from visionaryvids.fetch.transfer import BY_HAND, Interrupted, OnBytes, transfer
from visionaryvids.lock import exclusive

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How to deal with lines that break and servers that are busy.

    Attributes:
        attempts: how many may fail in a row; one that brings a byte counts as none.
        first_wait_s: the wait after the first failure; it doubles with each.
        longest_wait_s: no wait is longer, whatever a server asks for.
        timeout_s: silence that counts as a failure.
    """

    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    timeout_s: float = 30.0

    def wait_s(self, failures: int, asked_s: float | None) -> float:
        """How long to wait after so many failures in a row."""
        return min(self.longest_wait_s, max(asked_s or 0.0, self.first_wait_s * 2 ** (failures - 1)))


PATIENT = Patience()


def at_hand(remote: Remote, settings: FetchSettings) -> Path | None:
    """Where a file is on this machine, or None. The user's own folder goes first."""
    folders = (settings.folder, settings.keep) if settings.folder else (settings.keep,)
    return next((folder / remote.name for folder in folders if (folder / remote.name).is_file()), None)


def obtain(remote: Remote, settings: FetchSettings, patience: Patience = PATIENT) -> Path:
    """A published file on this machine; downloaded if it is not there yet.

    What is interrupted, whatever interrupts it, goes on from there the next time. Two processes fetch a file once.

    Raises:
        DownloadError: it cannot be fetched, or what is fetched is not the published file.
    """
    path = at_hand(remote, settings)
    if path is None:
        return _download(remote, settings, patience)
    if path.parent == settings.folder:  # ours were verified when they came
        _warn_of_another(path, remote, settings)
    return path


def _warn_of_another(path: Path, remote: Remote, settings: FetchSettings) -> None:
    """What the user put there is used; that it is another file than the published one may be meant or not."""
    try:
        fits = remote.checksum.fits(path, settings.memory)
    except OSError as error:
        raise DownloadError(str(path), f"cannot be read: {error}", "the published file", "check the folder") from error
    if not fits:
        LOG.warning("%s is used, and it is not the published file: that has %s", path, remote.checksum)


def _download(remote: Remote, settings: FetchSettings, patience: Patience) -> Path:
    path = settings.keep / remote.name
    if settings.offline:
        remedy = f"{BY_HAND}; or unset {OFFLINE_VARIABLE}. Its home: {remote.url}"
        raise DownloadError(remote.name, f"not on this machine, and {OFFLINE_VARIABLE} is set", str(path), remedy)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(str(path.parent), f"cannot be made: {error}", "a folder to keep files in") from error
    with exclusive(path.with_name(f".{path.name}.lock"), "file"):
        if not path.is_file():  # another process may have fetched it while we waited
            _bring(remote, settings.url(remote), path, patience, quiet=settings.quiet)
    return path


def _bring(remote: Remote, url: str, path: Path, patience: Patience, *, quiet: bool) -> None:
    from tqdm import tqdm

    part = path.with_name(f"{path.name}.part")
    with tqdm(desc=path.name, unit="B", unit_scale=True, unit_divisor=1000, disable=quiet or None) as bar:

        def on_bytes(here: int, total: int | None) -> None:
            bar.total = total
            bar.update(here - bar.n)

        began_before = part.exists()
        _persist(url, part, patience, on_bytes)
        fits = remote.checksum.fits(part)
        if began_before and not fits:  # its beginning may be another file's: once more, all of it
            part.unlink()
            _persist(url, part, patience, on_bytes)
            fits = remote.checksum.fits(part)
    if not fits:
        remedy = f"try again; set {MIRROR_VARIABLE} to another home; or {BY_HAND}"
        found, expected = f"{_size(part):,} bytes that are not the published file", f"{remote.checksum}"
        part.unlink()
        raise DownloadError(url, found, f"{expected} ({remote.checksum.source})", remedy)
    _make_durable(part)
    part.replace(path)


def _persist(url: str, part: Path, patience: Patience, on_bytes: OnBytes) -> None:
    """Attempt after attempt, until all of the file is here."""
    failures = 0
    while True:
        before = _size(part)
        try:
            return transfer(url, part, patience.timeout_s, on_bytes)
        except Interrupted as cut:
            failures = 1 if _size(part) > before else failures + 1
            if failures >= patience.attempts:
                remedy = "start again later: it goes on where it stopped"
                raise DownloadError(url, f"given up after {failures} attempts: {cut}", "an answer", remedy) from cut
            time.sleep(patience.wait_s(failures, cut.wait_s))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _make_durable(path: Path) -> None:
    with path.open("rb+") as file:  # some systems only do this for files that may be written
        os.fsync(file.fileno())
