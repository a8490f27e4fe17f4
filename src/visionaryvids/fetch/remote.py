"""What is known of a published file before it is here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visionaryvids.hashing import Algorithm, hash_file, remembered_sha256


@dataclass(frozen=True, slots=True)
class Checksum:
    """The hash that a published file must have.

    Attributes:
        digits: hexadecimal digits: all of them, or the first ones, where no more are published.
        algorithms: which hash they are of; several where the publisher does not say: one must fit.
        source: who says so.
    """

    digits: str
    algorithms: tuple[Algorithm, ...]
    source: str

    def fits(self, path: Path, memory: Path | None = None) -> bool:
        """Whether a file is the published one; `memory` as in `remembered_sha256`.

        Raises:
            OSError: it cannot be read.
        """
        return any(self._hash(path, algorithm, memory).startswith(self.digits) for algorithm in self.algorithms)

    def __str__(self) -> str:
        return f"{' or '.join(self.algorithms)} {self.digits}"

    @staticmethod
    def _hash(path: Path, algorithm: Algorithm, memory: Path | None) -> str:
        if memory is None or algorithm != "sha256":
            return hash_file(path, algorithm)
        return remembered_sha256(path, memory)


def suffix_of(file: str) -> Checksum:
    """The checksum in a name such as `tvsum-ec05ad4e.zip`, where nobody says which hash it is of.

    By the field's convention it is SHA-256; SHA-1 and MD5 are tried as well. Eight digits tell damage, not ill will.
    """
    digits = file.rpartition("-")[2].partition(".")[0]
    return Checksum(digits, ("sha256", "sha1", "md5"), "its name; which hash is not said")


@dataclass(frozen=True, slots=True)
class Remote:
    """A published file.

    Attributes:
        name: what it is called on this machine, in a mirror and in a folder of weights; no other file's name.
        url: its public home.
        checksum: what it must hash to.
        size_bytes: how large it is, or None where that is not published.
        licence: under which it is published, and who says so.
    """

    name: str
    url: str
    checksum: Checksum
    size_bytes: int | None
    licence: str
