"""From the names in PySlowFast's model zoo, which are Caffe2's, to those of the SlowFast network in PyTorch."""

from __future__ import annotations

import re

_BATCH_NORM = {"s": "weight", "b": "bias", "rm": "running_mean", "riv": "running_var"}
"""Endings; `riv` is the variance itself, whatever its name says."""

_BLOCK = r"(?P<t>t_)?res(?P<s>\d)_(?P<b>\d)_"

_RULES = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"pred_w", "head.projection.weight"),
        (r"pred_b", "head.projection.bias"),
        (r"t_pool1_subsample_w", "s1_fuse.conv_f2s.weight"),
        (r"t_pool1_subsample_bn_(?P<bn>\w+)", "s1_fuse.bn.{bn}"),
        (r"t_res(?P<s>\d)_\d_branch2c_bn_subsample_w", "s{s}_fuse.conv_f2s.weight"),
        (r"t_res(?P<s>\d)_\d_branch2c_bn_subsample_bn_(?P<bn>\w+)", "s{s}_fuse.bn.{bn}"),
        (r"(?P<t>t_)?(?:res_)?conv1_w", "s1.{path}_stem.conv.weight"),
        (r"(?P<t>t_)?res_conv1_bn_(?P<bn>\w+)", "s1.{path}_stem.bn.{bn}"),
        (_BLOCK + r"branch1_w", "s{s}.{path}_res{b}.branch1.weight"),
        (_BLOCK + r"branch1_bn_(?P<bn>\w+)", "s{s}.{path}_res{b}.branch1_bn.{bn}"),
        (_BLOCK + r"branch2(?P<x>[abc])_w", "s{s}.{path}_res{b}.branch2.{x}.weight"),
        (
            _BLOCK + r"branch2(?P<x>[abc])_bn_(?P<bn>\w+)",
            "s{s}.{path}_res{b}.branch2.{x}_bn.{bn}",
        ),
    )
)

_TRAINING = ("momentum", "lr", "model_iter")


def is_training_state(blob: str) -> bool:
    """Whether a blob is the optimizer's and not the network's."""
    return any(word in blob for word in _TRAINING)


def key_of(blob: str) -> str | None:
    """The network's name for a blob; None if there is no such blob in it."""
    for pattern, key in _RULES:
        match = pattern.fullmatch(blob)
        if match:
            parts = match.groupdict()
            norm = _BATCH_NORM.get(parts.get("bn") or "s")
            return None if norm is None else key.format(**{**parts, "bn": norm, "path": _pathway(parts.get("t"))})
    return None


def _pathway(fast: str | None) -> str:
    return "pathway1" if fast else "pathway0"
