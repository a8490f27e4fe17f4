"""Modalities and labels on one clip grid: the shortest of them says how many clips there are.

Extractors disagree by a clip at a video's end, and the reference cuts to the shortest without a word (UMT
datasets/tvsum.py:56). So do we, but each video that is cut is logged once, with its numbers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache

logger = logging.getLogger("visionaryvids")


def common_length(name: str, lengths: Mapping[str, int]) -> int:
    """The number of clips that every part has; a disagreement is logged once.

    Args:
        name: the video's name, for the message.
        lengths: clips in each part, by the part's name (`rgb`, `audio`, `labels`).
    """
    if len(set(lengths.values())) > 1:
        _log_once(name, tuple(lengths.items()))
    return min(lengths.values())


def describe(lengths: Mapping[str, int]) -> str:
    """The lengths in words: `rgb 64, audio 65, labels 64 clips: cut to 64`."""
    parts = ", ".join(f"{part} {length}" for part, length in lengths.items())
    return f"{parts} clips: cut to {min(lengths.values())}"


def is_large(lengths: Mapping[str, int]) -> bool:
    """Whether parts differ by more than an extractor's rounding: over 4 clips and over a tenth of the longest."""
    gap = max(lengths.values()) - min(lengths.values())
    return gap > max(4, max(lengths.values()) / 10)


@lru_cache(maxsize=100_000)
def _log_once(name: str, lengths: tuple[tuple[str, int], ...]) -> None:
    """Log a disagreement; the cache keeps it to once a process, however many epochs read the video."""
    if is_large(dict(lengths)):
        logger.error("%s: %s; so much is lost that a file is probably another video's", name, describe(dict(lengths)))
    else:
        logger.warning("%s: %s", name, describe(dict(lengths)))
