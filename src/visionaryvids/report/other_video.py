"""Whether another file can stand in for the video that was searched: a copy, or one that was moved."""

from __future__ import annotations

from visionaryvids.errors import ConfigError
from visionaryvids.media.probe import MediaInfo
from visionaryvids.types import Findings

SAME_S = 0.5
"""Copies in another format may be so much longer or shorter: the last frame and the end of the sound move a little."""


def doubts(info: MediaInfo, chosen: Findings) -> tuple[str, ...]:
    """What the user should know before moments are shown in another file.

    Args:
        info: the file.
        chosen: the moments, and how long the video was that they were found in.

    Raises:
        ConfigError: a moment lies outside of the file, so it is another video, or cut short.
    """
    ends_s = [min(moment.end_s, chosen.duration_s) for answer in chosen.answers for moment in answer.moments]
    searched = f"the video that was searched is {chosen.duration_s:.1f} s long"
    if max(ends_s, default=0.0) > info.duration_s + SAME_S:
        found = f"{info.path}, which ends at {info.duration_s:.1f} s, before a moment that ends at {max(ends_s):.1f} s"
        remedy = f"{searched}: name that one, or ask this one with `find`"
        raise ConfigError("--video", found, "the video that was searched", remedy)
    if abs(info.duration_s - chosen.duration_s) > SAME_S:
        return (f"{info.path} is {info.duration_s:.1f} s long, and {searched}; moments may be elsewhere",)
    return ()
