"""Encoder sets by name, for those who have a name: the command line, and models that say which set they read."""

from __future__ import annotations

from visionaryvids.errors import choose
from visionaryvids.features import presets
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.lite import lite

_PUBLISHED = (presets.qvhighlights, presets.tvsum, presets.youtube, presets.charades, presets.charades_flow)

SETS = ("lite", *(preset.__name__ for preset in _PUBLISHED))
"""Every name."""


def encoder_set(name: str, *, device: str = "cpu") -> EncoderSet:
    """The set of that name; its weights are read, and fetched if need be, when they are first needed.

    Args:
        name: `lite`, or a function of `presets`.
        device: where networks run; `lite` always runs on the processor.

    Raises:
        ConfigError: there is no such set.
    """
    options = {"lite": lambda _: lite(), **{preset.__name__: preset for preset in _PUBLISHED}}
    return choose("encoders", name, options)(presets.Networks(device=device))
