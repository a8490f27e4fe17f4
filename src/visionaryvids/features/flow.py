"""Optical flow: TV-L1, the method that I3D's flow stream was trained on, with a fixed number of steps.

Zach, Pock and Bischof, DAGM 2007: of all smooth flows (in total variation, so that edges of motion stay sharp) the one
that changes brightness least (in absolute value, so that what is hidden does not pull). Solved from coarse to fine; at
each size the second picture is warped by what is known, and a few steps of their primal-dual scheme are made.

Published I3D features come from other solvers of this problem, from PWC-Net or from RAFT; which one, their authors
mostly do not say. Ours stops after a fixed number of steps, so a pair's flow depends on that pair alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

SETTINGS: Mapping[str, Any] = {
    "method": "TV-L1",
    "data_weight": 0.15,
    "tightness": 0.3,
    "time_step": 0.25,
    "smallest_side": 16,
    "warps": 6,
    "warps_at_full_size": 2,
    "steps": 6,
}
"""Everything that the numbers depend on; weights for brightness from 0 to 255, as in OpenCV."""

_LUMA = (0.299, 0.587, 0.114)
_FLAT = 1e-6  # squared slope below which a picture tells nothing of motion


def grey(images_NHW3: Tensor) -> Tensor:
    """RGB uint8 `[N, H, W, 3]` to brightness `[N, H, W]` from 0 to 255."""
    return images_NHW3.float() @ images_NHW3.new_tensor(_LUMA, dtype=torch.float32)


def tv_l1(before_NHW: Tensor, after_NHW: Tensor) -> Tensor:
    """Where each pixel of the first pictures is in the second ones.

    Args:
        before_NHW: brightness from 0 to 255.
        after_NHW: the same, a moment later.

    Returns:
        `[N, 2, H, W]`: pixels to the right, pixels down.
    """
    pyramid = [(before_NHW[:, None], after_NHW[:, None])]
    while min(pyramid[-1][0].shape[2:]) >= 2 * SETTINGS["smallest_side"]:
        pyramid.append((_half(pyramid[-1][0]), _half(pyramid[-1][1])))
    size = pyramid[-1][0].shape[2:]
    flow_N2HW = before_NHW.new_zeros(len(before_NHW), 2, *size)
    for before, after in reversed(pyramid):
        flow_N2HW = _resized(flow_N2HW, before.shape[2:])
        warps = SETTINGS["warps_at_full_size" if before is pyramid[0][0] else "warps"]
        flow_N2HW = _refined(flow_N2HW, before, after, warps)
    return flow_N2HW


def _half(images_N1HW: Tensor) -> Tensor:
    height, width = images_N1HW.shape[2:]
    size = (height // 2, width // 2)
    return F.interpolate(images_N1HW, size, mode="bilinear", antialias=True)


def _resized(flow_N2HW: Tensor, size: Sequence[int]) -> Tensor:
    """A flow for pictures of another size; a longer side makes for more pixels of motion."""
    height, width = flow_N2HW.shape[2:]
    grow = flow_N2HW.new_tensor([size[1] / width, size[0] / height])[:, None, None]
    return F.interpolate(flow_N2HW, list(size), mode="bilinear") * grow


def _refined(flow_N2HW: Tensor, before: Tensor, after: Tensor, warps: int) -> Tensor:
    """A better flow from a good one."""
    seen = torch.cat([after, _slopes(after)], 1)
    dual_N4HW = flow_N2HW.new_zeros(len(flow_N2HW), 4, *flow_N2HW.shape[2:])
    for _ in range(warps):
        warped, slope_N2HW = _warped(seen, flow_N2HW).split([1, 2], 1)
        rest = warped - before - (slope_N2HW * flow_N2HW).sum(1, keepdim=True)
        for _ in range(SETTINGS["steps"]):
            flow_N2HW, dual_N4HW = _step(flow_N2HW, dual_N4HW, slope_N2HW, rest)
    return flow_N2HW


def _step(flow_N2HW: Tensor, dual_N4HW: Tensor, slope_N2HW: Tensor, rest_N1HW: Tensor) -> tuple[Tensor, Tensor]:
    """One step of the data term, one of the smoothness term. `rest` is the change of brightness without motion."""
    theta, most = SETTINGS["tightness"], SETTINGS["data_weight"] * SETTINGS["tightness"]
    change = rest_N1HW + (slope_N2HW * flow_N2HW).sum(1, keepdim=True)
    steep = slope_N2HW.square().sum(1, keepdim=True).clamp(min=_FLAT)
    matched = flow_N2HW - slope_N2HW * (change / steep).clamp(-most, most)
    flow = matched + theta * _divergence(dual_N4HW)
    across, down = _forward(flow)
    rate = SETTINGS["time_step"] / theta
    length = (across.square() + down.square()).sqrt()
    dual = (dual_N4HW + rate * torch.cat([across, down], 1)) / (1 + rate * length).repeat(1, 2, 1, 1)
    return flow, dual


def _forward(values: Tensor) -> tuple[Tensor, Tensor]:
    """Differences to the right and downwards, zero at the far edges."""
    return F.pad(values.diff(dim=3), (0, 1, 0, 0)), F.pad(values.diff(dim=2), (0, 0, 0, 1))


def _divergence(dual_N4HW: Tensor) -> Tensor:
    """The negative adjoint of `_forward`, for both components of the flow."""
    across, down = dual_N4HW.split(2, 1)
    return F.pad(across[..., :-1], (1, 0)).neg_().add_(across) + F.pad(down[..., :-1, :], (0, 0, 1, 0)).neg_().add_(
        down
    )


def _slopes(images_N1HW: Tensor) -> Tensor:
    """Central differences `[N, 2, H, W]`, to the right and downwards."""
    padded = F.pad(images_N1HW, (1, 1, 1, 1), mode="replicate")
    across, down = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2], padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    return torch.cat([across, down], 1) / 2


def _warped(images: Tensor, flow_N2HW: Tensor) -> Tensor:
    """What is where the flow points to; beyond the edge, the edge."""
    height, width = images.shape[2:]
    rows = torch.arange(height, device=images.device, dtype=images.dtype)[:, None]
    columns = torch.arange(width, device=images.device, dtype=images.dtype)
    x, y = columns + flow_N2HW[:, 0], rows + flow_N2HW[:, 1]
    grid = torch.stack([2 * x / (width - 1) - 1, 2 * y / (height - 1) - 1], -1)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=True)
