"""The features and annotations that UMT's authors published, as a folder that is ready for use.

ROOT.download/       while it is on its way: the archive, and what is unpacked of it; goes on from there after a stop
ROOT/                the data set's folder; it is there when all of it is there
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from visionaryvids.data.check import check
from visionaryvids.data.check_report import CheckReport
from visionaryvids.data.glove import find_glove
from visionaryvids.errors import ConfigError, DownloadError, unknown_name
from visionaryvids.features.published import GLOVE, GLOVE_MEMBER
from visionaryvids.features.weights import published_file
from visionaryvids.fetch.download import obtain
from visionaryvids.fetch.remote import Remote, suffix_of
from visionaryvids.fetch.settings import FetchSettings
from visionaryvids.fetch.unzip import extract_member, unzip
from visionaryvids.lock import exclusive

_HOME = "https://huggingface.co/yeliudev/UMT/resolve/main/datasets"
_TERMS = "the data set's own terms (research); nothing is said of the features"


def _remote(file: str) -> Remote:
    return Remote(file, f"{_HOME}/{file}", suffix_of(file), None, _TERMS)


ARCHIVES = {
    "tvsum": _remote("tvsum-ec05ad4e.zip"),
    "youtube": _remote("youtube-8a12ff08.zip"),
    "qvhighlights": _remote("qvhighlights-a8559488.zip"),
    "charades": _remote("charades-2c9f7bab.zip"),
}
"""UMT's archives, by data set (TencentARC/UMT, README)."""


def download(dataset: str, root: Path, settings: FetchSettings | None = None) -> CheckReport:
    """Fetch a data set, unpack it to its folder, and check it; Charades-STA with the word vectors it needs.

    Args:
        dataset: one of `ARCHIVES`.
        root: its folder; it may not hold anything yet.
        settings: where files come from; None for what the environment says.

    Raises:
        ConfigError: no such data set, or a folder that is in use.
        DownloadError: it cannot be fetched, or the archive is not to be unpacked.
    """
    if dataset not in ARCHIVES:
        raise unknown_name("data set", dataset, ARCHIVES)
    settings = settings or FetchSettings.from_environment()
    root = Path(root).absolute()
    if _in_use(root):
        remedy = f"choose another --data, or look at what is there: visionaryvids data check {dataset} --data {root}"
        raise ConfigError(str(root), "something is there already", "a folder that does not exist yet", remedy)
    with exclusive(root.with_name(f".{root.name}.lock"), "data set"):
        if not _in_use(root):  # another process may have made it while we waited
            _make(dataset, root, settings)
    return check(dataset, root)


def _in_use(root: Path) -> bool:
    return root.exists() and (not root.is_dir() or any(root.iterdir()))


def _make(dataset: str, root: Path, settings: FetchSettings) -> None:
    workshop = root.with_name(f"{root.name}.download")
    archive = obtain(ARCHIVES[dataset], replace(settings, keep=workshop))
    unpacked = _unpack(archive, workshop / "unpacked")
    if dataset == "charades":
        _add_glove(unpacked, settings)
    _put(unpacked, root)
    shutil.rmtree(workshop, ignore_errors=True)


def _unpack(archive: Path, folder: Path) -> Path:
    """The folder with the data set's files: a folder around all of an archive is taken off."""
    shutil.rmtree(folder, ignore_errors=True)  # of an earlier run that was stopped
    try:
        unzip(archive, folder)
    except DownloadError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    inside = list(folder.iterdir()) if folder.exists() else []
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _add_glove(folder: Path, settings: FetchSettings) -> None:
    if find_glove(folder).is_file():
        return
    own = settings.folder / GLOVE_MEMBER if settings.folder else None
    try:
        if own and own.is_file():
            shutil.copyfile(own, folder / GLOVE_MEMBER)
        else:
            extract_member(published_file(GLOVE, settings), GLOVE_MEMBER, folder / GLOVE_MEMBER)
    except OSError as error:
        raise DownloadError(str(folder), f"cannot be written: {error}", "room for the word vectors") from error


def _put(unpacked: Path, root: Path) -> None:
    try:
        if root.exists():
            root.rmdir()  # it is empty
        unpacked.rename(root)
    except OSError as error:
        remedy = "choose a place that you may write to"
        raise DownloadError(str(root), f"cannot be made: {error}", "the data set's folder", remedy) from error
