"""VGG-16, trained on ImageNet, as an encoder of one frame a clip.

Simonyan and Zisserman, ICLR 2015. Modules have torchvision's names. The row is the second hidden layer of the
classifier (fc7) after its rectifier, as Caffe, where features of Charades-STA come from, leaves it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from visionaryvids.features.bare import Conv2d, Linear
from visionaryvids.features.looking import Look, PictureEncoder
from visionaryvids.features.pictures import MiddleSquare
from visionaryvids.features.state import State, fill_published

WIDTH = 4096
"""Numbers in a row."""

SQUARE = MiddleSquare(256, 224, Image.Resampling.BILINEAR)

_CHANNELS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
_CLASSES = 1000
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Vgg16(nn.Module):
    """Normalised RGB images `[B, 3, 224, 224]` to rows `[B, 4096]`, none below 0."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for stage in _CHANNELS:
            for outputs in stage:
                layers += [Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True)]
                inputs = outputs
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        fc6, fc7, fc8 = Linear(inputs * 7 * 7, WIDTH), Linear(WIDTH, WIDTH), Linear(WIDTH, _CLASSES)
        rest = nn.Identity  # rectifiers and dropout hold places in torchvision's numbering
        self.classifier = nn.Sequential(fc6, rest(), rest(), fc7, rest(), rest(), fc8)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Rows `[B, 4096]`."""
        x = self.features(x_BCHW).flatten(1)
        return F.relu(self.classifier[3](F.relu(self.classifier[0](x))))

    def classify(self, rows_BD: Tensor) -> Tensor:
        """Rows to ImageNet's logits `[B, 1000]`."""
        return self.classifier[6](rows_BD)


def load_network(state: State) -> Vgg16:
    """The network with published weights under torchvision's names, in evaluation mode.

    Raises:
        CheckpointError: other names or shapes.
    """
    return fill_published(Vgg16(), state, "VGG-16 weights")


def encoder(
    network: Callable[[], Vgg16], clip_s: float, *, prepare: MiddleSquare = SQUARE, batch_clips: int = 4
) -> PictureEncoder:
    """A `VideoEncoder` that sees the frame in the middle of the clip, as torchvision prepares it for these weights.

    Args:
        network: reads it when it is first needed.
        clip_s: length of a clip in seconds.
        prepare: keeps more of the frame than the network sees, where others want more of it.
        batch_clips: how many clips at once.
    """
    return PictureEncoder(network, Look((clip_s / 2,), prepare, SQUARE.crop, _MEAN, _STD), batch_clips)
