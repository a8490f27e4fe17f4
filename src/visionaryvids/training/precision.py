"""Half precision: matrix products in 16 bits (autocast), weights and losses in 32.

bf16 has the range of 32 bits and needs nothing more. fp16 does not: PyTorch's gradient scaler multiplies the loss so
that small gradients survive, halves the factor and leaves the step out when one overflows. The factor is part of a
run's state.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from typing import Literal

import torch
from torch import Tensor
from torch.amp.grad_scaler import GradScaler

from visionaryvids.model.network import Outputs

Precision = Literal["fp32", "bf16", "fp16"]
_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


def cast(precision: Precision, device: str) -> AbstractContextManager[object]:
    """What the forward pass runs under."""
    if precision == "fp32":
        return nullcontext()
    return torch.autocast(torch.device(device).type, _DTYPES[precision])


def in_float32(outputs: Outputs) -> Outputs:
    """The same outputs with 32 bits for every number, for losses."""
    tensors = {f.name: getattr(outputs, f.name) for f in fields(outputs)}
    halves = {k: v.float() for k, v in tensors.items() if isinstance(v, Tensor) and v.dtype in _DTYPES.values()}
    return replace(outputs, **halves) if halves else outputs


def make_scaler(precision: Precision, device: str) -> GradScaler:
    """A gradient scaler; without fp16 one that does nothing."""
    scaler = GradScaler(torch.device(device).type, enabled=precision == "fp16")
    scaler.scale(torch.zeros((), device=device))  # its state is there from now on, even before a first loss
    return scaler


def scaler_values(scaler: GradScaler) -> Tensor:
    """What a scaler knows, float32 `[2]`: its factor, and the steps since the last overflow; `[0]` if it is off."""
    state = scaler.state_dict()
    return torch.tensor([state["scale"], state["_growth_tracker"]] if state else [])


def restore_scaler(scaler: GradScaler, values: Tensor) -> None:
    """Give a scaler what `scaler_values` told of it."""
    if scaler.is_enabled():
        factor, steps = values.tolist()
        scaler.load_state_dict({**scaler.state_dict(), "scale": factor, "_growth_tracker": int(steps)})
