"""The state of a run on disk, after every epoch, so that kill -9 loses at most the epoch under way.

Weights and optimizer state (54 MB for the paper's model) go by turns to one of two slot files of fixed size, mapped
into memory: a snapshot is one copy. A small pointer file, replaced atomically, then says which slot is whole. A killed
process leaves the other slot and the old pointer. All randomness of an epoch follows from (seed, epoch), so there is no
generator to save.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.amp.grad_scaler import GradScaler
from torch.optim import Optimizer

from visionaryvids.errors import TrainingError
from visionaryvids.files import write_atomically
from visionaryvids.training.precision import restore_scaler, scaler_values


class RunState:
    """Weights and optimizer state of one run, kept in a folder.

    Args:
        folder: where the slots live.
        network: its parameters and buffers are saved.
        optimizer: its state is saved; it is created here, by a step of size zero, if it was not yet.
        scaler: what it knows is saved (fp16).
    """

    def __init__(self, folder: Path, network: nn.Module, optimizer: Optimizer, scaler: GradScaler) -> None:
        self.pointer = folder / "state.json"
        self._scaler, self._scale = scaler, scaler_values(scaler)
        self._tensors = [*network.state_dict().values(), *_optimizer_tensors(optimizer), self._scale]
        self._sizes = [t.numel() for t in self._tensors]
        self._slots = [folder / f"state-{slot}.bin" for slot in (0, 1)]
        self._views: list[list[Tensor] | None] = [None, None]
        self._next = 0

    @torch.no_grad()
    def save(self, epoch: int) -> None:
        """Keep the state after `epoch` (counted from 1)."""
        slot = self._next
        self._scale.copy_(scaler_values(self._scaler))
        for view, tensor in zip(self._slot_views(slot), self._tensors, strict=True):
            view.copy_(tensor.reshape(-1))
        write_pointer = json.dumps({"epoch": epoch, "slot": slot, "values": sum(self._sizes)})
        write_atomically(self.pointer, write_pointer, durable=False)
        self._next = 1 - slot

    @torch.no_grad()
    def restore(self) -> int:
        """Fill the network and the optimizer from the newest whole slot; the epoch it was saved after, 0 if none.

        Raises:
            TrainingError: the saved state is damaged or belongs to another model.
        """
        if not self.pointer.is_file():
            return 0
        saved = self._read_pointer()
        slot = int(saved["slot"])
        for view, tensor in zip(self._slot_views(slot), self._tensors, strict=True):
            tensor.copy_(view.view(tensor.shape))
        restore_scaler(self._scaler, self._scale)
        self._next = 1 - slot
        return int(saved["epoch"])

    def discard(self) -> None:
        """Remove the slots: the run is finished and its weights are in `model.safetensors`."""
        self._views = [None, None]
        for path in (self.pointer, *self._slots):
            path.unlink(missing_ok=True)

    def _slot_views(self, slot: int) -> list[Tensor]:
        views = self._views[slot]
        if views is None:
            values = sum(self._sizes)
            _reserve(self._slots[slot], 4 * values)
            flat = torch.from_file(str(self._slots[slot]), shared=True, size=values, dtype=torch.float32)
            views = self._views[slot] = list(flat.split(self._sizes))
        return views

    def _read_pointer(self) -> dict[str, Any]:
        where, remedy = str(self.pointer), "start anew with another --out, or remove the folder"
        try:
            saved = json.loads(self.pointer.read_text())
            values, size = int(saved["values"]), self._slots[int(saved["slot"])].stat().st_size
        except (ValueError, KeyError, IndexError, TypeError, OSError) as error:
            raise TrainingError(where, f"unreadable state: {error}", "a saved state", remedy) from error
        if values != sum(self._sizes) or size != 4 * values:
            raise TrainingError(where, f"{values} saved values", f"{sum(self._sizes)}, as this model has", remedy)
        return saved


def _reserve(path: Path, size: int) -> None:
    """Give a slot its disk space now: writing to a mapped page that the disk has no room for kills the process."""
    try:
        with path.open("ab") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        remedy = "make room on the disk, or choose another --out"
        raise TrainingError(str(path), f"cannot be written: {error}", f"{size / 1e6:.0f} MB", remedy) from error


def _optimizer_tensors(optimizer: Optimizer) -> list[Tensor]:
    """The optimizer's state, in the order of its parameters."""
    params = [p for group in optimizer.param_groups for p in group["params"]]
    if not optimizer.state:
        _create_state(optimizer, params)
    return [value for p in params for _, value in sorted(optimizer.state[p].items())]


def _create_state(optimizer: Optimizer, params: list[Tensor]) -> None:
    """Make the optimizer allocate its state: one step with zero gradients and zero step size, then back to zero."""
    rates = [group["lr"] for group in optimizer.param_groups]
    for param in params:
        param.grad = torch.zeros_like(param)
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate
    for param in params:
        for value in optimizer.state[param].values():
            value.zero_()
