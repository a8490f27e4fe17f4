"""What goes into a stack of networks and comes out of it: batches of a common length in, each run's own outputs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from visionaryvids.data.batch import Batch, lengthen
from visionaryvids.model.network import Outputs
from visionaryvids.training.losses import Losses

SEEN = ("video_BTD", "audio_BTD", "mask_BT", "query_BLD", "query_mask_BL")
"""What the network sees of a batch."""
Tensors = dict[str, Tensor]


def seen(batch: Batch) -> Tensors:
    """What the network sees of a batch, by name."""
    found = {name: getattr(batch, name) for name in SEEN}
    return {name: value for name, value in found.items() if value is not None}


def equally_long(batches: Sequence[Batch]) -> list[Batch]:
    """Batches of different seeds, padded to a common length; all have padding if one has."""
    if len(batches) == 1:
        return list(batches)
    clips = max(batch.mask_BT.size(1) for batch in batches)
    masks = [batch.query_mask_BL for batch in batches if batch.query_mask_BL is not None]
    words = max((mask.size(1) for mask in masks), default=None)
    longer = [lengthen(batch, clips, words) for batch in batches]
    padded, query_padded = any(batch.padded for batch in longer), any(batch.query_padded for batch in longer)
    return [replace(batch, padded=padded, query_padded=query_padded) for batch in longer]


def stack_padded(masks: Sequence[Tensor]) -> Tensor:
    """Masks `[S, ...]` of different lengths, zeros behind the shorter ones."""
    longest = [max(sizes) for sizes in zip(*(mask.shape for mask in masks), strict=True)]
    return torch.stack([F.pad(mask, _behind(mask.shape, longest)) for mask in masks])


def _behind(shape: Sequence[int], longest: Sequence[int]) -> list[int]:
    """What `F.pad` wants: for each axis, the last one first, nothing before and the rest behind."""
    rest = [most - size for most, size in zip(longest, shape, strict=True)]
    return [amount for more in reversed(rest) for amount in (0, more)]


def outputs_of(outputs: Tensors, place: int, batch: Batch) -> Outputs:
    """One member's outputs, without the padding that others needed."""
    clips = batch.mask_BT.size(1)
    own = {name: each[place][:, :clips] if name.endswith("_BT") else each[place] for name, each in outputs.items()}
    return Outputs(batch.mask_BT, **own)


def numbers(losses: Sequence[Losses]) -> list[dict[str, float]]:
    """The parts of each member's losses, read from the device at once."""
    parts = [loss.parts for loss in losses]
    numbers = iter(torch.stack([value for own in parts for value in own.values()]).tolist())
    return [{name: next(numbers) for name in own} for own in parts]
