"""From a sentence to one query a clip, and from queries to decoded clips.

- as in UMT (models/blocks/decoder.py): the generator is one attention without residual or norm; the decoder adds one
  position code to its queries and another one to its keys.
- ours: padded clips are never attended to (UMT gives its decoder no mask, models/model.py:51); words come with their
  mask (UMT codes padding as infinity and overwrites its caller's tensor, :25-26).
"""

from __future__ import annotations

from torch import Tensor, nn

from visionaryvids.model.config import ModelConfig
from visionaryvids.model.dropout import dropout
from visionaryvids.model.layers import Attention, DecoderLayer
from visionaryvids.model.position import PositionCode


class QueryGenerator(nn.Module):
    """Fused clips `[B, T, D]` ask the words `[B, L, Dq]`: one query a clip, `[B, T, D]`."""

    def __init__(self, query_dim: int, config: ModelConfig) -> None:
        super().__init__()
        self.dropout = config.query_dropout
        self.mapping = nn.Linear(query_dim, config.width, bias=False)
        self.norm = nn.LayerNorm(config.width)
        self.attention = Attention(config.width, config.heads, config.dropout)

    def forward(self, fused_BTD: Tensor, words: Tensor, mask_BL: Tensor | None) -> Tensor:
        """Generate; `mask_BL` is True on real words, None = all are real."""
        words = self.norm(self.mapping(dropout(words, self.dropout, self.training)))
        return self.attention(fused_BTD, words, words, mask_BL)


class QueryDecoder(nn.Module):
    """Queries `[B, T, D]` and fused clips `[B, T, D]` to decoded clips `[B, T, D]`."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        kind, width = config.decoder_position, config.width
        self.query_position = PositionCode(kind, width, config.max_clips, config.dropout)
        self.key_position = PositionCode(kind, width, config.max_clips, config.dropout)
        self.layers = nn.ModuleList(
            DecoderLayer(width, config.heads, config.dropout, config.feed_forward_ratio)
            for _ in range(config.decoder_layers)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, queries_BTD: Tensor, fused_BTD: Tensor, mask_BT: Tensor | None) -> Tensor:
        """Decode; `mask_BT` is True on real clips, None = all are real."""
        query_position = self.query_position(queries_BTD)
        key_position = self.key_position(queries_BTD)
        key = fused_BTD if key_position is None else fused_BTD + key_position
        for layer in self.layers:
            queries_BTD = layer(queries_BTD, fused_BTD, query_position, key, mask_BT)
        return self.norm(queries_BTD)
