"""Any CLIP or SigLIP by the name, or the folder, that transformers loads."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image
from torch import nn

from visionaryvids.errors import ConfigError
from visionaryvids.features.clip import Padding, TextEncoder, picture_encoder
from visionaryvids.features.looking import Look, PictureEncoder
from visionaryvids.features.pictures import MiddleSquare, Squashed

KINDS = ("clip", "siglip")
"""What transformers calls the architectures that are known here; SigLIP 2 of fixed size is a `siglip`."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture encoder and a text encoder into one space.

    Attributes:
        pictures: one frame a clip.
        text: token states, and whole sentences by `pooled`.
        row_width: numbers in a row of pictures, and in a pooled sentence.
        token_width: numbers in a token state.
    """

    pictures: PictureEncoder
    text: TextEncoder
    row_width: int
    token_width: int


def named(name: str, clip_s: float, *, device: str = "cpu", batch_clips: int = 4) -> Pair:
    """The encoders of a published network. Its weights are read when first needed, its description at once.

    Args:
        name: e.g. `openai/clip-vit-large-patch14` or `google/siglip-base-patch16-224`, or a folder.
        clip_s: length of a clip in seconds.
        device: where it runs.
        batch_clips: how many clips at once.

    Raises:
        ConfigError: it cannot be had, or is something else; where only the weights are missing, when they are needed.
    """
    from transformers import AutoConfig, AutoTokenizer
    from transformers.image_processing_base import ImageProcessingMixin

    with readable(name, "a CLIP or SigLIP"):
        config = AutoConfig.from_pretrained(name)
        processor, _ = ImageProcessingMixin.get_image_processor_dict(name)
        tokenizer: Any = AutoTokenizer.from_pretrained(name)
    if config.model_type not in KINDS:
        raise ConfigError(name, f"a network of kind {config.model_type!r}", f"one of {', '.join(KINDS)}")
    words, most = config.text_config, config.text_config.max_position_embeddings
    network = cache(lambda: _network(name, device))
    padding = Padding(most, words.pad_token_id) if config.model_type == "siglip" else None
    text = TextEncoder(network, lambda line: tokenizer(line, truncation=True, max_length=most)["input_ids"], padding)
    pictures = picture_encoder(network, look_of(processor, clip_s), batch_clips)
    return Pair(pictures, text, _row_width(config), words.hidden_size)


def look_of(processor: Mapping[str, Any], clip_s: float) -> Look:
    """How a published description of an image processor says that frames are prepared; the middle one of a clip is."""
    size, crop = processor["size"], processor.get("crop_size", 0)
    resample = Image.Resampling(processor.get("resample", Image.Resampling.BICUBIC))
    shortest = size if isinstance(size, int) else size.get("shortest_edge")
    if shortest is None:
        prepare, side = Squashed(size["height"], resample), size["height"]
    else:
        side = crop if isinstance(crop, int) else crop["height"]
        prepare = MiddleSquare(shortest, side, resample)
    return Look((clip_s / 2,), prepare, side, tuple(processor["image_mean"]), tuple(processor["image_std"]))


def _row_width(config: Any) -> int:
    return config.projection_dim if config.model_type == "clip" else config.vision_config.hidden_size


def _network(name: str, device: str) -> nn.Module:
    from transformers import AutoModel

    with readable(name, "a CLIP or SigLIP"):
        return AutoModel.from_pretrained(name).eval().requires_grad_(False).to(device)


@contextmanager
def readable(name: str, expected: str) -> Generator[None]:
    """Failures of transformers to find or read a network, told as a `ConfigError`."""
    try:
        yield
    except (OSError, ValueError) as error:
        remedy = "check the name and the network, or give a folder with its files"
        raise ConfigError(name, f"cannot be read: {error}".splitlines()[0], expected, remedy) from error
