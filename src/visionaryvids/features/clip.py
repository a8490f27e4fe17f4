"""CLIP, and its kin that transformers knows: pictures and sentences in one space.

Radford et al., ICML 2021. The networks are those of transformers, which takes seconds to import and is therefore
imported when a network is needed. Frames are prepared here as its own processor does, without torchvision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from visionaryvids.errors import CheckpointError
from visionaryvids.features.looking import Look, PictureEncoder
from visionaryvids.features.pictures import MiddleSquare
from visionaryvids.features.sentences import in_batches
from visionaryvids.features.state import State, fill_published
from visionaryvids.types import Query

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WIDTH = 512
"""Numbers in a row and in a token state, of ViT-B/32."""

MAX_TOKENS = 77
"""Longer sentences are cut; the marks of start and end count."""

SQUARE = MiddleSquare(224, 224, Image.Resampling.BICUBIC)
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)

_BUFFER = "position_ids"  # in files of older versions of transformers: 0, 1, 2, ...


def load_network(state: State, config: Any = None) -> nn.Module:
    """The network with published weights under transformers' names, in evaluation mode.

    Args:
        state: the weights.
        config: a `CLIPConfig`; that of ViT-B/32 without it.

    Raises:
        CheckpointError: other names or shapes.
    """
    from transformers import CLIPConfig, CLIPModel

    weights = {name: value for name, value in state.items() if not name.endswith(_BUFFER)}
    return fill_published(CLIPModel(config or CLIPConfig()), weights, "CLIP weights")


def read_tokenizer(path: Path) -> Tokenizer:
    """The published tokenizer: lower case, byte pairs, marks before and after; cut to `MAX_TOKENS`.

    Raises:
        CheckpointError: the file is none.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more precise
        raise CheckpointError(f"{path}", f"unreadable: {error}", "CLIP's tokenizer.json", "fetch it again") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


class Pictures(nn.Module):
    """The half of a network that sees: normalised RGB `[B, 3, H, W]` to rows `[B, D]` in the common space."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network: Any = network

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Rows `[B, D]`, not brought to length 1."""
        return self.network.get_image_features(pixel_values=x_BCHW).pooler_output


def look(clip_s: float) -> Look:
    """The frame in the middle of the clip."""
    return Look((clip_s / 2,), SQUARE, SQUARE.crop, MEAN, STD)


def picture_encoder(network: Callable[[], nn.Module], look: Look, batch_clips: int = 4) -> PictureEncoder:
    """A `VideoEncoder`."""
    return PictureEncoder(lambda: Pictures(network()), look, batch_clips)


@dataclass(frozen=True, slots=True)
class Padding:
    """Of networks that always want the same number of tokens.

    Attributes:
        length: how many.
        token: what stands after the end.
    """

    length: int
    token: int


class TextEncoder:
    """A `TextEncoder`: the last hidden states of every token, marks of start and end included.

    Args:
        network: reads it when it is first needed.
        tokenize: from a sentence to token numbers, cut to what the network takes.
        padding: SigLIP's; CLIP reads from left to right and needs none.
    """

    def __init__(
        self,
        network: Callable[[], nn.Module],
        tokenize: Callable[[str], Sequence[int]],
        padding: Padding | None = None,
    ) -> None:
        self._network, self._tokenize, self._padding = network, tokenize, padding

    def __call__(self, sentences: Sequence[str]) -> list[Query]:
        """A query for each sentence, in order."""
        ids = [self._tokenize(sentence) for sentence in sentences]
        states = self._run(ids, "last_hidden_state")
        return [Query(text, rows[: len(each)]) for text, rows, each in zip(sentences, states, ids, strict=True)]

    def pooled(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Each sentence as one vector in the space of the pictures, `[n, D]`, not brought to length 1."""
        return np.stack(self._run([self._tokenize(sentence) for sentence in sentences], "pooler_output"))

    @torch.inference_mode()
    def _run(self, ids: Sequence[Sequence[int]], what: str) -> list[NDArray[np.float32]]:
        network: Any = self._network()

        def encode(ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
            padded_BL = self._padded(ids_BL, mask_BL).to(network.device)
            return getattr(network.get_text_features(input_ids=padded_BL), what)

        return in_batches(ids, encode)

    def _padded(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        if self._padding is None:
            return ids_BL
        after = self._padding.length - ids_BL.size(1)
        marked_BL = ids_BL.masked_fill(~mask_BL, self._padding.token)
        return nn.functional.pad(marked_BL, (0, after), value=self._padding.token)
