"""Attention with persistent memory, feed-forward, and the two transformer layers built from them.

- as in the paper (2.3): self-attention sees M learned key/value slots a head beside the clips; feed-forward is kept.
  The released VisionaryVids code never enables the slots (docs/reference-differences.md); here they are on by default.
- as in UMT (nncore 0.3.6): pre-norm, ReLU, dropout on the attention map and after each projection; position codes go
  to queries and keys only.
- ours: q, k and v are one packed matrix, so that a self-attention is one matrix product instead of three; PyTorch's
  `scaled_dot_product_attention`; masks are boolean, True on what is real, None when everything is.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from visionaryvids.model.dropout import dropout, own_dropout
from visionaryvids.model.few import few_keys, few_queries, is_few


class Attention(nn.Module):
    """Multi-head attention, with M always-visible learned key/value slots a head.

    Persistent memory: Sukhbaatar et al. 2019, section 4. Packed weights: rows 0:D query, D:2D key, 2D:3D value.
    """

    def __init__(self, width: int, heads: int, dropout: float, memory_slots: int = 0) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.weight = nn.Parameter(torch.empty(3 * width, width))
        self.bias = nn.Parameter(torch.empty(3 * width))
        self.out = nn.Linear(width, width)
        shape = (heads, memory_slots, width // heads)
        self.memory_key = nn.Parameter(torch.empty(shape)) if memory_slots else None
        self.memory_value = nn.Parameter(torch.empty(shape)) if memory_slots else None

    def forward(self, query: Tensor, key: Tensor, value: Tensor, mask_BS: Tensor | None = None) -> Tensor:
        """Attend.

        Args:
            query: `[B, T, D]`.
            key: `[B, S, D]`.
            value: `[B, S, D]`.
            mask_BS: bool, True on the keys that may be seen; None = all.

        Returns:
            `[B, T, D]`.
        """
        mask = None if mask_BS is None else mask_BS[:, None, None, :]
        mixed_BTD = self._attend_few(query, key, value, mask)
        if mixed_BTD is None:
            mixed_BTD = self._attend(query, key, value, mask_BS)
        return dropout(mixed_BTD, self.dropout, self.training)

    def _attend(self, query: Tensor, key: Tensor, value: Tensor, mask_BS: Tensor | None) -> Tensor:
        """Project everything, attend, project back: `[B, T, D]`."""
        q, k, v = (self._split_heads(x) for x in self._project(query, key, value))
        if self.memory_key is not None and self.memory_value is not None:
            k, v, mask_BS = remember(k, v, mask_BS, self.memory_key, self.memory_value)
        mask = None if mask_BS is None else mask_BS[:, None, None, :]
        heads_BHTd = attend(q, k, v, mask, self.dropout if self.training else 0.0)
        return self.out(heads_BHTd.transpose(1, 2).flatten(2))

    def _attend_few(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor | None:
        """The same in the cheaper order, `[B, T, D]`, where that pays (`few.py`); None elsewhere."""
        queries, keys, width = query.size(1), key.size(1), query.size(-1)
        if query.device.type == "cuda" or query is key or self.memory_key is not None:
            return None
        weigh = partial(weights_of, mask=mask, rate=self.dropout if self.training else 0.0)
        to_query, to_key, to_value = zip(self.weight.split(width), self.bias.split(width), strict=True)
        if is_few(keys, queries, self.heads, width):
            k, v = self._split_heads(F.linear(key, *to_key)), self._split_heads(F.linear(value, *to_value))
            return few_keys(query, k, v, to_query, (self.out.weight, self.out.bias), weigh)
        if is_few(queries, keys, self.heads, width):
            q = self._split_heads(F.linear(query, *to_query))
            return self.out(few_queries(q, key, value, to_key, to_value, weigh).transpose(1, 2).flatten(2))
        return None

    def _project(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, ...]:
        """Queries, keys and values in as few matrix products as their sharing of inputs allows."""
        width = query.size(-1)
        if query is key and key is value:
            return F.linear(query, self.weight, self.bias).chunk(3, dim=-1)
        q_weight, k_weight, v_weight = self.weight.split(width)
        q_bias, k_bias, v_bias = self.bias.split(width)
        if query is key:
            both = F.linear(query, self.weight[: 2 * width], self.bias[: 2 * width])
            return *both.chunk(2, dim=-1), F.linear(value, v_weight, v_bias)
        if key is value:
            both = F.linear(key, self.weight[width:], self.bias[width:])
            return F.linear(query, q_weight, q_bias), *both.chunk(2, dim=-1)
        return F.linear(query, q_weight, q_bias), F.linear(key, k_weight, k_bias), F.linear(value, v_weight, v_bias)

    def _split_heads(self, x_BTD: Tensor) -> Tensor:
        return x_BTD.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, rate: float) -> Tensor:
    """Scaled dot-product attention `[B, H, T, d]` with dropout on the map.

    PyTorch's kernel, but for training on a CPU: there it falls back to these same steps with the slow dropout.
    """
    if rate == 0.0 or not own_dropout(q.device):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=rate)
    return weights_of((q * q.size(-1) ** -0.5) @ k.transpose(-2, -1), mask, rate) @ v


def weights_of(logits: Tensor, mask: Tensor | None, rate: float) -> Tensor:
    """Attention weights `[B, H, T, S]` from scaled logits: softmax over keys that may be seen, then dropout."""
    if mask is not None:
        logits = logits.masked_fill(~mask, float("-inf"))
    return dropout(logits.softmax(-1), rate, True)


def remember(
    k_BHSd: Tensor, v_BHSd: Tensor, mask_BS: Tensor | None, key_HMd: Tensor, value_HMd: Tensor
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Put M memory slots before the S keys and values; the mask grows by M columns that are always visible."""
    batch = k_BHSd.size(0)
    k = torch.cat((key_HMd.expand(batch, -1, -1, -1), k_BHSd), dim=2)
    v = torch.cat((value_HMd.expand(batch, -1, -1, -1), v_BHSd), dim=2)
    if mask_BS is None:
        return k, v, None
    return k, v, F.pad(mask_BS, (key_HMd.size(1), 0), value=True)


class FeedForward(nn.Module):
    """Linear, ReLU, dropout, linear, dropout."""

    def __init__(self, width: int, ratio: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.up = nn.Linear(width, width * ratio)
        self.down = nn.Linear(width * ratio, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map `[..., D]` to `[..., D]`."""
        hidden = dropout(self.up(x).relu(), self.dropout, self.training)
        return dropout(self.down(hidden), self.dropout, self.training)


class EncoderLayer(nn.Module):
    """One pre-norm layer: self-attention with memory, then feed-forward (when the configuration keeps it)."""

    def __init__(
        self, width: int, heads: int, dropout: float, *, memory_slots: int, feed_forward: bool, ratio: int
    ) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads, dropout, memory_slots)
        self.norm2 = nn.LayerNorm(width) if feed_forward else None
        self.feed_forward = FeedForward(width, ratio, dropout) if feed_forward else None

    def forward(self, x_BTD: Tensor, position_BTD: Tensor | None, mask_BT: Tensor | None) -> Tensor:
        """Map `[B, T, D]` to `[B, T, D]`; the position code, if any, goes to queries and keys."""
        value = self.norm1(x_BTD)
        query = value if position_BTD is None else value + position_BTD
        x_BTD = x_BTD + self.attention(query, query, value, mask_BT)
        if self.norm2 is not None and self.feed_forward is not None:
            x_BTD = x_BTD + self.feed_forward(self.norm2(x_BTD))
        return x_BTD


class DecoderLayer(nn.Module):
    """One pre-norm layer: self-attention over query clips, attention to the fused clips, feed-forward."""

    def __init__(self, width: int, heads: int, dropout: float, ratio: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.self_attention = Attention(width, heads, dropout)
        self.norm2 = nn.LayerNorm(width)
        self.cross_attention = Attention(width, heads, dropout)
        self.norm3 = nn.LayerNorm(width)
        self.feed_forward = FeedForward(width, ratio, dropout)

    def forward(
        self, x_BTD: Tensor, fused_BTD: Tensor, query_position: Tensor | None, key: Tensor, mask_BT: Tensor | None
    ) -> Tensor:
        """Map `[B, T, D]` to `[B, T, D]`; `key` is `fused_BTD` with its position code, shared by all layers."""
        value = self.norm1(x_BTD)
        query = value if query_position is None else value + query_position
        x_BTD = x_BTD + self.self_attention(query, query, value, mask_BT)
        query = self.norm2(x_BTD)
        query = query if query_position is None else query + query_position
        x_BTD = x_BTD + self.cross_attention(query, key, fused_BTD, mask_BT)
        return x_BTD + self.feed_forward(self.norm3(x_BTD))
