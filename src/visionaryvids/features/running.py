"""Networks that are read when first needed and run on any device."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from visionaryvids.features.state import State

M = TypeVar("M", bound=nn.Module)

ReadState = Callable[[], State]
"""Reads weights."""


def on_first_use(load: Callable[[State], M], read_state: ReadState, device: str = "cpu") -> Callable[[], M]:
    """A network that is read when it is first asked for, so that a video in the cache never waits for it.

    Args:
        load: from weights to the network, e.g. `slowfast.load_network`.
        read_state: reads the weights.
        device: where the network shall run, e.g. `cuda`.
    """
    return cache(lambda: load(read_state()).to(device))


@torch.inference_mode()
def run(
    network: nn.Module, batch: NDArray[Any], prepare: Callable[[Tensor], Tensor] = lambda batch: batch
) -> NDArray[np.float32]:
    """A network's rows for a batch, computed where the network is, in full single precision.

    Args:
        network: takes what `prepare` returns.
        batch: is brought to the network's device first, as it is.
        prepare: makes the network's input there.
    """
    device = next(network.parameters()).device
    with _single_precision(device):
        return network(prepare(torch.from_numpy(batch).to(device))).float().cpu().numpy()


def _single_precision(device: torch.device) -> AbstractContextManager[None]:
    """No TF32: it rounds inputs to ten bits, which changes rows by as much as a wrong crop does."""
    if device.type != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
