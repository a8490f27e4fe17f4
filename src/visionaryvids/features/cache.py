"""Features that were extracted before: one file for each video content and encoder set.

    CACHE/features/{sha256 of the video}-{encoders}-{digest of their spec}.safetensors
    CACHE/partial/...     shards of videos that are being encoded
    CACHE/locks/...       who encodes what; two processes on one video encode it once
    CACHE/damaged/...     entries that failed their checksum, moved out of the way
    CACHE/fingerprints/   hashes of files that were hashed before

A name depends on content and encoders only, so a moved or renamed video is found again and nothing is ever out of date.
An entry is whole or absent; a damaged one is noticed and made again. A cache that cannot be written to (a full disk)
costs the user a warning and time, never a result.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from visionaryvids.errors import FeatureError, InputError
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.entry import read_entry, write_entry
from visionaryvids.features.extract import Extracted, OnProgress, extract, features_of, rows_of
from visionaryvids.features.fingerprint import fingerprint
from visionaryvids.features.journal import NO_JOURNAL, Journal, ShardJournal
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.lock import exclusive
from visionaryvids.places import CACHE_VARIABLE, cache_folder

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FeatureCache:
    """A folder of extracted features.

    Attributes:
        folder: need not exist, and need not be writable.
    """

    folder: Path

    @classmethod
    def default(cls) -> FeatureCache:
        """The user's own; see `cache_folder`."""
        return cls(cache_folder())

    def key(self, video: Path, spec: FeatureSpec) -> str:
        """What tells this video's content and these encoders from all others.

        Raises:
            MediaError: the video cannot be read.
        """
        content = fingerprint(video, self.folder / "fingerprints")
        return f"{content[:40]}-{spec.name}-{spec.digest}"

    def path(self, key: str) -> Path:
        """Where the entry is or will be."""
        return self.folder / "features" / f"{key}.safetensors"

    def load(self, key: str, spec: FeatureSpec) -> Extracted | None:
        """What is kept under a key, or None. A damaged entry is moved away.

        Raises:
            ConfigError: the entry is of other encoders than its name says.
        """
        path = self.path(key)
        try:
            rows, about = read_entry(path)
            there = FeatureSpec.from_dict(about["spec"])
            features, duration_s, warnings = features_of(rows, there.clip_s), about["duration_s"], about["warnings"]
        except FileNotFoundError:
            return None
        except (FeatureError, KeyError, TypeError, ValueError) as error:
            self._move_away(path, error)
            return None
        spec.refuse_other(there, str(path))
        with contextlib.suppress(OSError):  # `cache clear` goes by when an entry was used last
            path.touch()
        return Extracted(features, duration_s, tuple(warnings))

    def store(self, key: str, spec: FeatureSpec, video: Path, extracted: Extracted) -> None:
        """Keep what was extracted.

        Raises:
            InputError: it cannot be written.
        """
        about = {
            "spec": spec.to_dict(),
            "video": video.name,
            "duration_s": extracted.duration_s,
            "warnings": list(extracted.warnings),
        }
        write_entry(self.path(key), rows_of(extracted.features), about)

    def lock(self, key: str) -> contextlib.AbstractContextManager[None]:
        """Hold a key against other processes."""
        return exclusive(self.folder / "locks" / key, "video")

    def journal(self, key: str) -> ShardJournal:
        """Where the rows of a video are kept while it is encoded."""
        return ShardJournal(self.folder / "partial" / key)

    def _move_away(self, path: Path, error: Exception) -> None:
        LOG.warning("a cached file is damaged and is made again: %s", error)
        with contextlib.suppress(OSError):  # if it stays, it is overwritten
            (self.folder / "damaged").mkdir(exist_ok=True)
            path.replace(self.folder / "damaged" / path.name)


def extract_cached(
    video: Path, encoders: EncoderSet, cache: FeatureCache | None, *, on_progress: OnProgress | None = None
) -> Extracted:
    """What `extract` returns, from the cache where it is there; bit for bit the same either way.

    Args:
        video: the file.
        encoders: what to look and listen with.
        cache: where to look and to keep; None to do neither.
        on_progress: see `extract`; not called for a cached video.

    Raises:
        MediaError: see `extract`.
    """

    def make(journal: Journal) -> Extracted:
        return extract(video, encoders, on_progress=on_progress, journal=journal)

    return cached(video, encoders.spec, cache, make)


def cached(
    video: Path, spec: FeatureSpec, cache: FeatureCache | None, make: Callable[[Journal], Extracted]
) -> Extracted:
    """What is kept of a file's content under a spec, or else what is made of it, which is then kept.

    Args:
        video: the file.
        spec: everything besides the file's content that the rows depend on.
        cache: where to look and to keep; None to do neither.
        make: makes the rows; it may use the journal to survive being killed.

    Raises:
        MediaError: the file cannot be read, or by `make`.
    """
    if cache is None:
        return make(NO_JOURNAL)
    key = cache.key(video, spec)
    found = cache.load(key, spec)
    if found is not None:
        return found
    with cache.lock(key):
        found = cache.load(key, spec)  # another process may have made it while we waited
        return found or _make_and_keep(video, spec, cache, key, make)


def _make_and_keep(
    video: Path, spec: FeatureSpec, cache: FeatureCache, key: str, make: Callable[[Journal], Extracted]
) -> Extracted:
    journal = cache.journal(key)
    extracted = make(journal)
    if cache.key(video, spec) != key:  # what was seen may be half of this content and half of that one
        journal.discard()
        return _warned(extracted, "the file changed while it was read: ask again when it is complete")
    try:
        cache.store(key, spec, video, extracted)
    except InputError as error:
        problem = f"the features are not kept for next time: {error.problem.where}: {error.problem.found}"
        return _warned(extracted, f"{problem}; make room there, or name another folder in {CACHE_VARIABLE}")
    journal.discard()
    return extracted


def _warned(extracted: Extracted, warning: str) -> Extracted:
    return replace(extracted, warnings=(*extracted.warnings, warning))
