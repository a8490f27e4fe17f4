"""Encoder sets by name, for those who have a name: the command line, and models that say which set they read."""

from __future__ import annotations

from visionaryvids.errors import unknown_name
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.lite import lite


def encoder_set(name: str, *, device: str = "cpu") -> EncoderSet:
    """The set of that name; its weights are read, and fetched if need be, when they are first needed.

    Args:
        name: `lite`, or a function of `presets`.
        device: where networks run; `lite` always runs on the processor.

    Raises:
        ConfigError: there is no such set.
    """
    if name == "lite":
        return lite()
    from visionaryvids.features import presets

    makers = (presets.qvhighlights, presets.tvsum, presets.youtube, presets.charades, presets.charades_flow)
    for maker in makers:
        if maker.__name__ == name:
            return maker(presets.Networks(device=device))
    raise unknown_name("encoders", name, ["lite", *(maker.__name__ for maker in makers)])
