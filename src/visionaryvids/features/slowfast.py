"""SlowFast 8×8 R50, trained on Kinetics-400: a slow pathway that sees a few frames well, and a fast, thin one.

Feichtenhofer et al., ICCV 2019. Modules have PySlowFast's names. The row is taken before the classifier, as for the
features of QVHighlights: each pathway averaged over time and space, slow first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from visionaryvids.features.bare import Conv3d, Linear
from visionaryvids.features.looking import Look, PictureEncoder
from visionaryvids.features.pictures import MiddleSquare
from visionaryvids.features.state import State, fill_published

WIDTH = 2304
"""Numbers in a row: 2048 slow, 256 fast."""

FRAMES = 32
"""Of a snippet, for the fast pathway."""

_ALPHA = 4  # fast frames for each slow one
_THIN = 8  # channels of the slow pathway for each of the fast one
_BLOCKS = (3, 4, 6, 3)
_SLOW_SPANS = (1, 1, 3, 3)  # frames that the first convolution of a block sees
_CLASSES = 400
_MEAN, _STD = (0.45, 0.45, 0.45), (0.225, 0.225, 0.225)

Pathways = tuple[Tensor, Tensor]
"""Slow `[B, C, T, H, W]` and fast `[B, C', 4 T, H, W]`."""


class Stem(nn.Module):
    """The first convolution of a pathway, and a pooling."""

    def __init__(self, outputs: int, span: int) -> None:
        super().__init__()
        self.conv = Conv3d(3, outputs, (span, 7, 7), (1, 2, 2), (span // 2, 3, 3), bias=False)
        self.bn = nn.BatchNorm3d(outputs)

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """`[B, 3, T, H, W]` to `[B, C, T, H / 4, W / 4]`."""
        return F.max_pool3d(F.relu(self.bn(self.conv(x_BCTHW))), (1, 3, 3), (1, 2, 2), (0, 1, 1))


class Bottleneck(nn.Module):
    """Narrow over `span` frames, look around, widen; each but the last with a rectifier."""

    def __init__(self, inputs: int, inner: int, outputs: int, span: int, stride: int) -> None:
        super().__init__()
        self.a = Conv3d(inputs, inner, (span, 1, 1), padding=(span // 2, 0, 0), bias=False)
        self.a_bn = nn.BatchNorm3d(inner)
        self.b = Conv3d(inner, inner, (1, 3, 3), (1, stride, stride), (0, 1, 1), bias=False)
        self.b_bn = nn.BatchNorm3d(inner)
        self.c = Conv3d(inner, outputs, 1, bias=False)
        self.c_bn = nn.BatchNorm3d(outputs)

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """`[B, C, T, H, W]` to `[B, C', T, H / stride, W / stride]`."""
        x = F.relu(self.a_bn(self.a(x_BCTHW)))
        x = F.relu(self.b_bn(self.b(x)))
        return self.c_bn(self.c(x))


class Block(nn.Module):
    """A bottleneck and its shortcut, which is a convolution where shapes change."""

    def __init__(self, inputs: int, inner: int, outputs: int, span: int, stride: int) -> None:
        super().__init__()
        self._changes = inputs != outputs
        if self._changes:
            self.branch1 = Conv3d(inputs, outputs, 1, (1, stride, stride), bias=False)
            self.branch1_bn = nn.BatchNorm3d(outputs)
        self.branch2 = Bottleneck(inputs, inner, outputs, span, stride)

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """`[B, C, T, H, W]` to `[B, C', T, H / stride, W / stride]`."""
        shortcut = self.branch1_bn(self.branch1(x_BCTHW)) if self._changes else x_BCTHW
        return F.relu(shortcut + self.branch2(x_BCTHW))


class Stems(nn.Module):
    """The first stage of both pathways."""

    def __init__(self) -> None:
        super().__init__()
        self.pathway0_stem, self.pathway1_stem = Stem(64, 1), Stem(64 // _THIN, 5)

    def forward(self, paths: Pathways) -> Pathways:
        """Both pathways, a quarter as high and wide."""
        slow, fast = paths
        return self.pathway0_stem(slow), self.pathway1_stem(fast)


class Stage(nn.Module):
    """One stage of residual blocks in both pathways; all but the first stage halve height and width."""

    def __init__(self, index: int) -> None:
        super().__init__()
        outputs, before = 256 << index, 64 if index == 0 else 128 << index
        slow_inputs = before + 2 * before // _THIN  # those of the lateral connection
        for block in range(_BLOCKS[index]):
            stride = 2 if block == 0 and index > 0 else 1
            slow = Block(slow_inputs, outputs // 4, outputs, _SLOW_SPANS[index], stride)
            fast = Block(before // _THIN, outputs // 4 // _THIN, outputs // _THIN, 3, stride)
            self.add_module(f"pathway0_res{block}", slow)
            self.add_module(f"pathway1_res{block}", fast)
            slow_inputs = before = outputs

    def forward(self, paths: Pathways) -> Pathways:
        """Both pathways through their blocks."""
        slow, fast = paths
        for name, block in self.named_children():
            if name.startswith("pathway0"):
                slow = block(slow)
            else:
                fast = block(fast)
        return slow, fast


class Lateral(nn.Module):
    """What the fast pathway tells the slow one: behind the slow channels."""

    def __init__(self, fast: int) -> None:
        super().__init__()
        self.conv_f2s = Conv3d(fast, 2 * fast, (7, 1, 1), (_ALPHA, 1, 1), (3, 0, 0), bias=False)
        self.bn = nn.BatchNorm3d(2 * fast)

    def forward(self, paths: Pathways) -> Pathways:
        """The slow pathway with more channels; the fast one as it is."""
        slow, fast = paths
        return torch.cat([slow, F.relu(self.bn(self.conv_f2s(fast)))], 1), fast


class Head(nn.Module):
    """The classifier; its weights come with the file, rows do not use them."""

    def __init__(self) -> None:
        super().__init__()
        self.projection = Linear(WIDTH, _CLASSES)


class SlowFast(nn.Module):
    """Snippets `[B, 3, 32, H, W]`, normalised RGB, to rows `[B, 2304]`."""

    def __init__(self) -> None:
        super().__init__()
        self.s1, self.s1_fuse = Stems(), Lateral(64 // _THIN)
        for index in range(4):
            self.add_module(f"s{index + 2}", Stage(index))
            if index < 3:
                self.add_module(f"s{index + 2}_fuse", Lateral((256 << index) // _THIN))
        self.head = Head()

    def forward(self, x_BCTHW: Tensor) -> Tensor:
        """Rows `[B, 2304]`."""
        paths = x_BCTHW[:, :, slow_index(x_BCTHW.size(2))], x_BCTHW
        for name, part in self.named_children():
            if name != "head":
                paths = part(paths)
        return torch.cat([path.mean((2, 3, 4)) for path in paths], 1)


def slow_index(frames: int = FRAMES) -> list[int]:
    """The frames that the slow pathway takes: evenly spaced from the first to the last, truncated to whole numbers."""
    return torch.linspace(0, frames - 1, frames // _ALPHA, dtype=torch.float64).long().tolist()


def load_network(state: State) -> SlowFast:
    """The network with published weights under PySlowFast's names, in evaluation mode.

    Raises:
        CheckpointError: other names or shapes.
    """
    return fill_published(SlowFast(), state, "SlowFast weights")


def look() -> Look:
    """Two seconds as in the features of QVHighlights: 60 frames at 30 a second, of which 32 are taken.

    Their positions are evenly spaced over 64 frames, truncated, and held at the last of the 60. A source at 30 frames a
    second got these positions from the public extractor; others got others, since it counted in the source's rate.
    """
    positions = np.linspace(0, 2 * FRAMES - 1, FRAMES).astype(int).clip(max=59)
    square = MiddleSquare(224, 224, Image.Resampling.BICUBIC)
    return Look(tuple((positions / 30).tolist()), square, 224, _MEAN, _STD)


def encoder(network: Callable[[], SlowFast], batch_clips: int = 1) -> PictureEncoder:
    """A `VideoEncoder` for clips of two seconds."""
    return PictureEncoder(network, look(), batch_clips)
