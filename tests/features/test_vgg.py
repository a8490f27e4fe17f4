"""VGG-16: torchvision's names and shapes, and the published arithmetic written down step by step."""

from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from visionaryvids.errors import CheckpointError
from visionaryvids.features.vgg import Vgg16, encoder, load_network

CONVOLUTIONS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
"""Their numbers in torchvision's `features`, of configuration D of the paper."""
POOLED_AFTER = {2, 7, 14, 21, 28}


@cache
def state() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        name: torch.randn(value.shape, generator=generator) * (2 / max(1, value[0].numel())) ** 0.5
        for name, value in Vgg16().state_dict().items()
    }


def test_names_and_shapes_are_torchvisions():
    names = [f"features.{index}.{kind}" for index in CONVOLUTIONS for kind in ("weight", "bias")]
    names += [f"classifier.{index}.{kind}" for index in (0, 3, 6) for kind in ("weight", "bias")]
    assert list(state()) == names
    assert sum(value.numel() for value in state().values()) == 138_357_544  # as published
    assert state()["classifier.0.weight"].shape == (4096, 25088)


@torch.inference_mode()
def test_rows_and_classes_step_by_step():
    images = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 3, 224, 224)).astype(np.float32))
    x = images
    for index in CONVOLUTIONS:
        x = F.relu(F.conv2d(x, state()[f"features.{index}.weight"], state()[f"features.{index}.bias"], padding=1))
        x = F.max_pool2d(x, 2) if index in POOLED_AFTER else x
    for index in (0, 3):
        x = F.relu(F.linear(x.flatten(1), state()[f"classifier.{index}.weight"], state()[f"classifier.{index}.bias"]))
    network = load_network(state())
    rows = network(images)
    torch.testing.assert_close(rows, x)
    logits = F.linear(x, state()["classifier.6.weight"], state()["classifier.6.bias"])
    torch.testing.assert_close(network.classify(rows), logits)
    torch.testing.assert_close(rows, torch.cat([network(images[:1]), network(images[1:])]), rtol=1e-4, atol=1e-4)


def test_the_middle_of_the_clip_is_looked_at():
    assert encoder(lambda: load_network(state()), 1 / 6).offsets_s == (1 / 12,)


def test_other_weights_are_refused():
    with pytest.raises(CheckpointError, match="1 left over"):
        load_network(state() | {"classifier.7.bias": torch.zeros(1)})
