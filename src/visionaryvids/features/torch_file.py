"""Files of PyTorch, read as data."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch

from visionaryvids.errors import CheckpointError


def read_torch(path: Path) -> object:
    """What a `.pth`, `.pt` or `.bin` file holds: tensors and plain containers, on the CPU. None of its code runs.

    Raises:
        CheckpointError: it cannot be read, or holds more than that.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # it warns of pickle protocols before it refuses what they hold
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged file fails in any way that its bytes suggest; nothing else runs in here
        reason = f"{type(error).__name__} {error}".splitlines()[0][:200]
        remedy = "a pickle that is more than tensors is never run; fetch the file again from its publisher"
        raise CheckpointError(str(path), f"unreadable: {reason}", "a file of tensors", remedy) from error
