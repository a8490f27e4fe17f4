"""Layers without initial values, for networks whose weights are all read from a file.

PyTorch's own draw random numbers first: seconds for a network of a hundred million parameters.
"""

from __future__ import annotations

from torch import nn


class _Bare:
    """Goes before a layer's class."""

    def reset_parameters(self) -> None:
        """Nothing."""


class Linear(_Bare, nn.Linear):
    """`nn.Linear`."""


class Embedding(_Bare, nn.Embedding):
    """`nn.Embedding`."""


class Conv2d(_Bare, nn.Conv2d):
    """`nn.Conv2d`."""


class Conv3d(_Bare, nn.Conv3d):
    """`nn.Conv3d`."""
