"""The rows of a video that is still being encoded, so that kill -9 loses no more than a few minutes of it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import numpy as np

from visionaryvids.errors import FeatureError, InputError
from visionaryvids.features.encoder import Rows
from visionaryvids.features.entry import read_entry, write_entry
from visionaryvids.media.losses import Loss

LOG = logging.getLogger(__name__)

SHARD_CLIPS = 256
"""A shard is written as soon as so many clips wait: four minutes of `lite`."""


class Journal(Protocol):
    """Keeps the rows of a video while it is encoded, so that a killed run can be taken up."""

    def kept(self) -> tuple[Rows | None, tuple[Loss, ...]]:
        """Rows of the first clips from an earlier run, if any, and what could not be decoded by then."""
        ...

    def keep(self, rows: Rows, losses: Sequence[Loss]) -> None:
        """Take the next rows; `losses` is everything so far."""
        ...


class NoJournal:
    """Keeps nothing."""

    def kept(self) -> tuple[Rows | None, tuple[Loss, ...]]:
        """Nothing."""
        return None, ()

    def keep(self, rows: Rows, losses: Sequence[Loss]) -> None:
        """Keep nothing."""


NO_JOURNAL = NoJournal()


class ShardJournal:
    """A `Journal` in a folder: `00000000.safetensors` from clip 0 on, the next one named by its first clip, and so on.

    Rows are joined in whole batches, and a batch begins where the one before it ended: a run that is taken up computes
    the very batches that it would have computed in one go, and so the same bits.

    Args:
        folder: of this video and these encoders alone; need not exist.
        shard_clips: how many clips make a shard.
    """

    def __init__(self, folder: Path, shard_clips: int = SHARD_CLIPS) -> None:
        self.folder = folder
        self._shard_clips = shard_clips
        self._waiting: list[Rows] = []
        self._first = 0
        self._failed = False

    def kept(self) -> tuple[Rows | None, tuple[Loss, ...]]:
        """The rows of all whole shards from clip 0 on, and what was lost by then."""
        parts, losses, self._first = [], (), 0
        while (shard := self._read(self._first)) is not None:
            rows, losses = shard
            parts.append(rows)
            self._first += len(rows)
        return np.concatenate(parts) if parts else None, losses

    def keep(self, rows: Rows, losses: Sequence[Loss]) -> None:
        """Take rows; write a shard when there are enough. A full disk ends the journal, not the encoding."""
        if self._failed:
            return
        self._waiting.append(rows)
        if sum(map(len, self._waiting)) < self._shard_clips:
            return
        joined, self._waiting = np.concatenate(self._waiting), []
        try:
            write_entry(self._path(self._first), {"video": joined}, {"losses": [asdict(loss) for loss in losses]})
        except InputError as error:
            self._failed = True
            LOG.debug("progress is not kept: %s", error)
        self._first += len(joined)

    def discard(self) -> None:
        """Remove the folder: all rows are where they belong."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, first: int) -> Path:
        return self.folder / f"{first:08d}.safetensors"

    def _read(self, first: int) -> tuple[Rows, tuple[Loss, ...]] | None:
        try:
            arrays, about = read_entry(self._path(first))
        except (FileNotFoundError, FeatureError):  # a damaged shard is written anew
            return None
        return arrays["video"], tuple(Loss(**loss) for loss in about["losses"])
