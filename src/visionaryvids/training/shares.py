"""A batch in pieces: what each process learns from, a part at a time, and how the parts' losses add up to the batch's.

Losses are means with different denominators (`losses.py`): real clips, moments, examples. The mean over pieces of such
means is not the mean over the batch, so each piece's loss is weighted by its share of the batch's count; then losses,
and gradients, of all pieces sum up to what one pass over the whole batch gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from visionaryvids.data.batch import Batch
from visionaryvids.model.config import Compat
from visionaryvids.training.losses import Losses
from visionaryvids.training.processes import Processes


@dataclass(frozen=True, slots=True)
class Counts:
    """What losses are divided by.

    Attributes:
        clips: real ones; with `Compat.loss_averages_padding` all of them.
        moments: those of the annotations.
        examples: pairs of video and query.
    """

    clips: int
    moments: int
    examples: int


@dataclass(frozen=True, slots=True)
class Share:
    """What this process does of one batch.

    Attributes:
        ids: query ids of the whole batch.
        pieces: parts of it, one after another; none if there are fewer examples than processes.
        whole: counts of the whole batch, or None: there is one piece, and it is the batch.
    """

    ids: tuple[str, ...]
    pieces: tuple[Batch, ...]
    whole: Counts | None = None


def count(batch: Batch, compat: Compat) -> Counts:
    """What a batch's losses are divided by."""
    clips = batch.mask_BT.numel() if compat.loss_averages_padding else int(batch.mask_BT.sum())
    moments = 0 if batch.window_mask_BN is None else int(batch.window_mask_BN.sum())
    return Counts(clips, moments, len(batch.ids))


def count_all(pieces: Sequence[Batch], compat: Compat, processes: Processes) -> Counts:
    """The counts of a batch whose pieces these and other processes' are."""
    counted = [astuple(count(piece, compat)) for piece in pieces]
    mine = [sum(values) for values in zip(*counted, strict=True)] or [0] * len(fields(Counts))
    return Counts(*map(int, processes.sum(mine)))


def as_part(losses: Losses, own: Counts, whole: Counts) -> Losses:
    """A piece's losses, each weighted by the piece's share of what the loss is divided by in the whole batch."""
    clips = own.clips / whole.clips
    moments = max(own.moments, 1) / max(whole.moments, 1)  # the losses divide by at least 1
    examples = own.examples / whole.examples
    by_count = {"saliency": clips, "center": moments, "window": moments, "offset": moments}
    return Losses(**{name: loss * by_count.get(name, examples) for name, loss in losses.parts.items()})
