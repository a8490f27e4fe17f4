"""Examples as padded batches: in their own order to be judged, shuffled and shared between processes to learn from.

Examples in memory become tensors once; lazy ones (QVHighlights, Charades-STA) are read when they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from visionaryvids.data.batch import Batch, collate, lengthen
from visionaryvids.data.example import Example, LazyExamples, annotations_of
from visionaryvids.errors import ConfigError
from visionaryvids.model.config import ModelConfig
from visionaryvids.training.compiling import bucketed, sees_padding
from visionaryvids.training.processes import Processes
from visionaryvids.training.settings import Settings
from visionaryvids.training.shares import Share, count_all

Members = tuple[int, ...]
"""Numbers of the examples in a batch."""


class Batches:
    """Examples as padded batches on a device; those to `keep` are made once, unless examples are lazy."""

    def __init__(self, examples: Sequence[Example], device: str) -> None:
        self._examples = examples
        self._device = device
        self._lazy = isinstance(examples, LazyExamples)
        self._kept: dict[Members, Batch] = {}

    def get(self, members: Members, *, keep: bool) -> Batch:
        """The batch of these examples."""
        batch = self._kept.get(members) or collate([self._examples[i] for i in members]).to(self._device)
        if keep and not self._lazy:
            self._kept[members] = batch
        return batch

    def ordered(self, size: int, processes: Processes) -> Iterator[tuple[Members, Batch]]:
        """All examples in their own order; of several processes each gets its share of the batches."""
        for members in chunks(range(len(self._examples)), size)[processes.rank :: processes.count]:
            yield members, self.get(members, keep=True)


class TrainingBatches:
    """Shuffled batches, of which each process gets its share, in as many pieces as there are to accumulate.

    Args:
        examples: to learn from.
        settings: size of a batch over all processes, pieces, device.
        config: the network's, whose quirks say whether padding matters.
        processes: who learns.

    Raises:
        ConfigError: fewer examples in a batch than there are processes.
    """

    def __init__(
        self, examples: Sequence[Example], settings: Settings, config: ModelConfig, processes: Processes
    ) -> None:
        if settings.batch_size < processes.count:
            found = f"{settings.batch_size} examples in a batch and {processes.count} processes"
            remedy = "start fewer processes, or give a larger batch: --set batch_size=32"
            raise ConfigError("batch_size", found, "an example for each process", remedy)
        self._ids = [a.query_id for a in annotations_of(examples)]
        self._batches = Batches(examples, settings.device)
        self._settings = settings
        self._config = config
        self._processes = processes

    def shuffled(self, seed: int) -> Iterator[Share]:
        """All examples in the order that `seed` gives."""
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(self._ids), generator=generator).tolist()
        for members in chunks(order, self._settings.batch_size):
            share = self._share(members)
            if self._settings.compile:
                share = replace(share, pieces=tuple(bucketed(piece, self._config) for piece in share.pieces))
            yield share

    def _share(self, members: Members) -> Share:
        ids = tuple(self._ids[i] for i in members)
        parts = self._settings.accumulate * self._processes.count
        if parts == 1:
            return Share(ids, (self._batches.get(members, keep=self._settings.batch_size == 1),))
        mine = (members[part::parts] for part in range(self._processes.rank, parts, self._processes.count))
        pieces = [self._batches.get(some, keep=False) for some in mine if some]
        if sees_padding(self._config.compat):
            pieces = self._as_long_as_the_batch(pieces)
        return Share(ids, tuple(pieces), count_all(pieces, self._config.compat, self._processes))

    def _as_long_as_the_batch(self, pieces: Sequence[Batch]) -> list[Batch]:
        """With UMT's quirks results depend on padding: a piece must be as long as the whole batch would be."""
        longest = self._processes.highest(max((piece.mask_BT.size(1) for piece in pieces), default=0))
        return [lengthen(piece, int(longest)) for piece in pieces]


def chunks(order: Sequence[int], size: int) -> list[Members]:
    """The numbers in groups of `size`; the last may be smaller."""
    return [tuple(order[start : start + size]) for start in range(0, len(order), size)]
