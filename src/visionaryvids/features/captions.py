"""Captions by a network that transformers loads: a picture encoder whose rows are embeddings of what it writes.

One frame a clip, the middle one, is described in a sentence, and the sentence is embedded: the same rows as those of
captions in a file. Whatever looks at frames (decoding ahead, shards, the cache) works for it unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.errors import ConfigError
from visionaryvids.features.clip_named import look_of, readable
from visionaryvids.features.encoder import EncoderSet, TextEncoder
from visionaryvids.features.looking import FrameEncoder, Look
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.features.text_track import CLIP_S, embedded

KINDS = ("blip", "git", "vision-encoder-decoder")
"""What transformers calls the architectures that write a caption with nothing but a picture given."""
MAX_TOKENS = 30
BATCH_CLIPS = 8

_EXPECTED = "an image-captioning network, e.g. Salesforce/blip-image-captioning-base"


@dataclass(frozen=True, slots=True)
class Writer:
    """A network that describes pictures, and what turns its tokens into letters."""

    network: Any
    tokenizer: Any

    @torch.inference_mode()
    def captions(self, pixels: torch.Tensor) -> list[str]:
        """A sentence for each picture `[n, 3, H, W]`: the likeliest next token, again and again, so always the same."""
        ids = self.network.generate(
            pixel_values=pixels.to(self.network.device), max_new_tokens=MAX_TOKENS, do_sample=False, num_beams=1
        )
        return [text.strip() for text in self.tokenizer.batch_decode(ids, skip_special_tokens=True)]


class CaptionEncoder(FrameEncoder):
    """A `VideoEncoder` whose rows are sentence embeddings of captions.

    Args:
        writer: reads the network when it is first needed.
        look: what it is shown.
        text: the sentence encoder.
    """

    def __init__(self, writer: Callable[[], Writer], look: Look, text: TextEncoder) -> None:
        super().__init__(look, BATCH_CLIPS)
        self._writer, self._text = writer, text

    def captions(self, batch: NDArray[np.uint8]) -> list[str]:
        """What the network writes of prepared frames uint8 `[n, 1, H, W, 3]`."""
        return self._writer().captions(self.look.pixels(torch.from_numpy(batch))[:, :, 0])

    def encode(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Prepared frames uint8 `[n, 1, H, W, 3]` to rows `[n, 384]`; zero where nothing was written."""
        captions = self.captions(batch)
        wordless = np.array([not caption for caption in captions])
        return np.where(wordless[:, None], np.float32(0), embedded(captions, self._text))


def captioning(name: str, text: TextEncoder, spec: FeatureSpec, *, device: str = "cpu") -> EncoderSet:
    """The encoders that describe frames. Weights are read, and fetched if need be, when they are first needed.

    Args:
        name: of a network that transformers loads, or a folder.
        text: the sentence encoder, for captions and for queries.
        spec: of the rows.
        device: where the network runs.

    Raises:
        ConfigError: it cannot be had, or is something else.
    """
    from transformers import AutoConfig
    from transformers.image_processing_base import ImageProcessingMixin

    with readable(name, _EXPECTED):
        config = AutoConfig.from_pretrained(name)
        processor, _ = ImageProcessingMixin.get_image_processor_dict(name)
    if config.model_type not in KINDS:
        expected = f"one of {', '.join(KINDS)}"
        raise ConfigError(name, f"a network of kind {config.model_type!r}", expected, f"name {_EXPECTED}")
    encoder = CaptionEncoder(cache(lambda: _writer(name, device)), look_of(processor, CLIP_S), text)
    return EncoderSet(spec, encoder, None, text)


def model_identity(name: str) -> str:
    """What tells networks apart: the published name, or for a folder also the sizes and times of its files."""
    folder = Path(name)
    if not folder.is_dir():
        return name
    states = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]
    return f"{name} {hashlib.sha256(repr(states).encode()).hexdigest()[:16]}"


def _writer(name: str, device: str) -> Writer:
    from transformers import AutoModelForImageTextToText, AutoTokenizer

    with readable(name, _EXPECTED):
        network = AutoModelForImageTextToText.from_pretrained(name).eval().requires_grad_(False).to(device)
        return Writer(network, AutoTokenizer.from_pretrained(name))
