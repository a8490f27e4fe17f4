"""Tokens of many sentences through a network, in batches that hold little padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_BATCH = 32


def in_batches(ids: Sequence[Sequence[int]], encode: Callable[[Tensor, Tensor], Tensor]) -> list[NDArray[np.float32]]:
    """What a network says of each sentence, in order.

    Args:
        ids: the tokens of each.
        encode: from token numbers `[B, L]`, zeros after the end, and a mask `[B, L]` that is true where there is a
            token, to `[B, ...]`.
    """
    by_length = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    found: dict[int, NDArray[np.float32]] = {}
    for start in range(0, len(by_length), _BATCH):
        chosen = by_length[start : start + _BATCH]
        batch = [torch.tensor(ids[index], dtype=torch.int64) for index in chosen]
        ids_BL = nn.utils.rnn.pad_sequence(batch, batch_first=True)
        mask_BL = torch.arange(ids_BL.size(1)) < torch.tensor([len(each) for each in batch])[:, None]
        found.update(zip(chosen, encode(ids_BL, mask_BL).float().cpu().numpy(), strict=True))
    return [found[index] for index in range(len(ids))]
