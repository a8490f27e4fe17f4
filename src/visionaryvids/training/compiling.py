"""`torch.compile` for training, without a storm of compilations.

A compiled network is compiled again for every new shape, and every batch has another longest video and another longest
sentence. So clips and words are padded to a few lengths (`bucket`): a run compiles once for each combination of batch
size and buckets that occurs. Padding changes no result, but for the quirks of preset `umt` that let the network see it;
there, lengths stay as they are and one compilation with symbolic lengths serves all.

Evaluation is not compiled: it runs once an epoch, and would double what there is to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from visionaryvids.data.batch import Batch, lengthen
from visionaryvids.model.config import Compat, ModelConfig
from visionaryvids.model.network import Network, Outputs

BACKEND = "inductor"
WORD_BUCKET = 16
FINE, COARSE = 16, 64
FINE_UP_TO = 128
"""Clips are padded to multiples of 16 up to 128, of 64 beyond: at most a third of a long video's work is padding."""
SHAPES = 256
"""Compilations that PyTorch may make before it goes on uncompiled; its own limit is 8."""


def compile_network(network: Network) -> Callable[[Batch], Outputs]:
    """The network's forward pass, compiled when it is first called; parameters are shared."""
    torch._dynamo.config.recompile_limit = SHAPES  # ty: ignore[invalid-assignment]
    return torch.compile(network, backend=BACKEND, dynamic=sees_padding(network.config.compat))


def sees_padding(compat: Compat) -> bool:
    """The network's results depend on how far a batch is padded."""
    return compat != Compat()


def bucketed(batch: Batch, config: ModelConfig) -> Batch:
    """The batch, padded to the next bucket of clips and of words; as it is where the network sees padding."""
    if sees_padding(config.compat):
        return batch
    longest = batch.mask_BT.size(1)
    clips = min(bucket(longest), max(longest, config.max_clips))  # learned position tables have no more rows
    words = None if batch.query_mask_BL is None else -(-batch.query_mask_BL.size(1) // WORD_BUCKET) * WORD_BUCKET
    # one value for all batches: a flag that changes would be another compilation
    return replace(lengthen(batch, clips, words), padded=True, query_padded=words is not None)


def bucket(clips: int) -> int:
    """The length that so many clips are padded to."""
    step = FINE if clips <= FINE_UP_TO else COARSE
    return -(-clips // step) * step
