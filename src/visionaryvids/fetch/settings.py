"""What the user says about downloads, in environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from visionaryvids.errors import ConfigError
from visionaryvids.fetch.remote import Remote
from visionaryvids.places import cache_folder

MIRROR_VARIABLE = "VISIONARYVIDS_MIRROR"
FOLDER_VARIABLE = "VISIONARYVIDS_WEIGHTS"
OFFLINE_VARIABLE = "VISIONARYVIDS_OFFLINE"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Where published files come from and where they are kept.

    Attributes:
        keep: the folder for what is downloaded.
        memory: the folder where hashes are remembered.
        folder: a folder of the user's own; what lies there by its name is used and never downloaded; or None.
        mirror: address of a place that has every file by its name, asked in place of their homes; or None.
        offline: never ask the network.
        quiet: no progress bar.
    """

    keep: Path
    memory: Path
    folder: Path | None = None
    mirror: str | None = None
    offline: bool = False
    quiet: bool = False

    @classmethod
    def from_environment(cls, *, quiet: bool = False) -> FetchSettings:
        """What the environment says.

        Raises:
            ConfigError: the mirror is no address.
        """
        cache, folder, mirror = cache_folder(), os.environ.get(FOLDER_VARIABLE), os.environ.get(MIRROR_VARIABLE)
        if mirror and urlsplit(mirror).scheme not in {"http", "https"}:
            expected = "an address that begins with https:// or http://"
            raise ConfigError(MIRROR_VARIABLE, f"{mirror!r}", expected, f"for a folder set {FOLDER_VARIABLE}")
        return cls(
            keep=cache / "weights",
            memory=cache / "fingerprints",
            folder=Path(folder).expanduser() if folder else None,
            mirror=mirror or None,
            offline=os.environ.get(OFFLINE_VARIABLE, "") not in {"", "0"},
            quiet=quiet,
        )

    def url(self, remote: Remote) -> str:
        """Where to ask for a file."""
        return f"{self.mirror.rstrip('/')}/{quote(remote.name)}" if self.mirror else remote.url
