"""Released models without their files: random weights under UMT's names, and quick encoders of the same widths."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tests.media.make import number_in
from visionaryvids.data.prepare import prepared_widths
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.sets import encoder_set
from visionaryvids.model.config import ModelConfig, preset
from visionaryvids.model.network import Network, build
from visionaryvids.model.released import RELEASED, encoders_of
from visionaryvids.model.umt_names import name_map
from visionaryvids.types import Query


def random_rows(seed: int, width: int, count: int = 1) -> np.ndarray:
    return np.random.default_rng([seed, width]).standard_normal((count, width)).astype(np.float32)


@dataclass(frozen=True)
class QuickLook:
    """A `VideoEncoder` that turns the number in a picture into random values."""

    width: int
    offsets_s: tuple[float, ...] = (0.0,)
    batch_clips: int = 16

    def prepare(self, image_HW3):
        return random_rows(number_in(image_HW3) or 0, self.width)[0]

    def encode(self, batch):
        return batch[:, 0]


@dataclass(frozen=True)
class QuickListening:
    """An `AudioEncoder` that hears a clip's number only."""

    width: int
    rate_hz: int = 8000

    def encode(self, blocks, num_clips):
        for _ in blocks:
            pass
        return random_rows(num_clips, self.width, num_clips)


def quick(name: str, **_) -> EncoderSet:
    """A set with the spec of the real one."""
    real = encoder_set(name)
    spec = real.spec

    def read(sentences):
        return [Query(each, random_rows(zlib.crc32(each.encode()), spec.query_dim, 4)) for each in sentences]

    sound = None if spec.audio_dim is None else QuickListening(spec.audio_dim)
    return replace(real, video=QuickLook(spec.video_dim), audio=sound, text=read)


def config_of(name: str, **changes) -> ModelConfig:
    """What a released model is like; without changes it has one narrow layer of each kind, and fewer positions."""
    encoders = encoders_of(name)
    spec = encoder_set(encoders).spec
    video, audio = prepared_widths(spec)
    query = None if encoders == "youtube" else spec.query_dim
    heads = {"saliency": not encoders.startswith("charades"), "moments": encoders not in ("tvsum", "youtube")}
    fitting = {"video_dim": video, "audio_dim": audio, "query_dim": query, "width": 16, "max_clips": 400, **heads}
    return preset("umt", "small", **{**fitting, **changes})


def under_umt_names(network: Network) -> dict[str, Tensor]:
    """The inverse of `from_umt`."""
    theirs: dict[str, Tensor] = {}
    for ours, parts in name_map(network.config).items():
        value = network.state_dict()[ours]
        pieces = value.chunk(len(parts)) if len(parts) > 1 else [value]
        theirs |= zip(parts, pieces, strict=True)
    return {name: value[None] if name.endswith(".pe") else value for name, value in theirs.items()}


def release(name: str, folder: Path, config: ModelConfig | None = None) -> Network:
    """Write the file of a released model with random weights that make a difference, and return the network in it."""
    network = build(config or config_of(name), seed=len(name)).eval()
    generator = torch.Generator().manual_seed(len(name))
    with torch.no_grad():
        for value in network.parameters():
            value.add_(0.3 * torch.randn(value.shape, generator=generator))
        if network.boundary is not None:
            network.boundary.out.bias.copy_(torch.tensor([0.0, 6.0, 0.3]))  # windows of some length
    torch.save({"state_dict": under_umt_names(network)}, folder / RELEASED[name].name)
    return network
