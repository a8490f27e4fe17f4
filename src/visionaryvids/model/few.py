"""Attention where keys or queries are few, with its products in the cheaper order; for a CPU, where they are the cost.

The four bottleneck tokens and the words of a query meet hundreds of clips. Projecting every clip to a query (or key, or
value) costs T D² multiplications; projecting the few to the clips' space instead costs T D S H, with S tokens and H
heads: an eighth for four tokens. The same sums in another order, so equal up to rounding.

    few keys:     q·k = (x Wqᵀ + bq)·k = x·(Wqᵀ k) + bq·k,             (P v) Woᵀ = P (v Woᵀ)
    few queries:  q·k = q·(x Wkᵀ + bk) = (q Wk)·x + q·bk,             P (x Wvᵀ + bv) = (P x) Wvᵀ + (P 1) bv
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

Weights = tuple[Tensor, Tensor]
"""A matrix and its bias."""


def is_few(count: int, others: int, heads: int, width: int) -> bool:
    """So many rows are few enough beside the others that the other order is the cheaper one."""
    return 2 * count * heads <= width and 4 * count <= others


def few_keys(
    query_BTD: Tensor,
    k_BHSd: Tensor,
    v_BHSd: Tensor,
    to_query: Weights,
    out: Weights,
    weigh: Callable[[Tensor], Tensor],
) -> Tensor:
    """Attention of many queries to few keys, `[B, T, D]`.

    Args:
        query_BTD: not projected.
        k_BHSd: projected keys.
        v_BHSd: projected values.
        to_query: `[D, D]` and `[D]`.
        out: the same, after attention.
        weigh: logits `[B, H, T, S]` to weights.
    """
    _, heads, few, width = k_BHSd.shape
    weight_HdD, bias_Hd1 = to_query[0].unflatten(0, (heads, width)), to_query[1].view(heads, width, 1)
    scaled_BHSd = k_BHSd * width**-0.5
    keys_BXD = (scaled_BHSd @ weight_HdD).flatten(1, 2)
    logits_BTX = query_BTD @ keys_BXD.transpose(1, 2)
    logits_BHTS = logits_BTX.unflatten(-1, (heads, few)).transpose(1, 2) + (scaled_BHSd @ bias_Hd1).transpose(-2, -1)
    weights_BTX = weigh(logits_BHTS).transpose(1, 2).flatten(2)
    out_HdD = out[0].t().unflatten(0, (heads, width))
    return weights_BTX @ (v_BHSd @ out_HdD).flatten(1, 2) + out[1]


def few_queries(
    q_BHTd: Tensor, key: Tensor, value: Tensor, to_key: Weights, to_value: Weights, weigh: Callable[[Tensor], Tensor]
) -> Tensor:
    """Attention of few queries to many keys, `[B, H, T, d]`.

    Args:
        q_BHTd: projected queries.
        key: `[B, S, D]`, not projected.
        value: the same.
        to_key: `[D, D]` and `[D]`.
        to_value: the same.
        weigh: logits `[B, H, T, S]` to weights.
    """
    _, heads, few, width = q_BHTd.shape
    scaled_BHTd = q_BHTd * width**-0.5
    (key_HdD, key_Hd1), (value_HdD, value_Hd1) = (_by_head(each, heads) for each in (to_key, to_value))
    asked_BXD = (scaled_BHTd @ key_HdD).flatten(1, 2)
    logits_BHTS = (asked_BXD @ key.transpose(1, 2)).unflatten(1, (heads, few)) + scaled_BHTd @ key_Hd1
    weights_BHTS = weigh(logits_BHTS)
    mixed_BHTD = (weights_BHTS.flatten(1, 2) @ value).unflatten(1, (heads, few))
    return mixed_BHTD @ value_HdD.transpose(-2, -1) + weights_BHTS.sum(-1, keepdim=True) * value_Hd1.transpose(-2, -1)


def _by_head(weights: Weights, heads: int) -> Weights:
    """`[H, d, D]` and `[H, d, 1]`."""
    return weights[0].unflatten(0, (heads, -1)), weights[1].unflatten(0, (heads, -1))[..., None]
