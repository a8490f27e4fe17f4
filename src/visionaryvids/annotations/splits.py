"""Which videos of TVSum and YouTube Highlights are for training and which for testing.

The lists are those of the published numbers (UMT datasets/utils/static.py, whose `val` is the papers' test split;
YouTube follows Sun et al. 2014, TVSum takes one of each domain's five videos). Some videos listed for YouTube are in no
release; readers drop them and say how many.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

TVSUM: Mapping[str, Split]
"""TVSum's split of each of its ten domains (BK, BT, DS, FM, GA, MS, PK, PR, VT, VU): four videos and one."""

YOUTUBE: Mapping[str, Split]
"""YouTube Highlights' split of each of its six domains (dog, gymnastics, parkour, skating, skiing, surfing)."""


@dataclass(frozen=True, slots=True)
class Split:
    """The video names of one domain.

    Attributes:
        train: videos to learn from.
        test: videos to be tested on; none of them is in `train`.
    """

    train: tuple[str, ...]
    test: tuple[str, ...]


def __getattr__(name: str) -> Mapping[str, Split]:
    """Read the lists when they are first asked for."""
    if name not in {"TVSUM", "YOUTUBE"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _read()[name.lower()]


@cache
def _read() -> dict[str, Mapping[str, Split]]:
    text = files("visionaryvids.annotations").joinpath("splits.json").read_text(encoding="utf-8")
    return {
        dataset: MappingProxyType(
            {domain: Split(tuple(split["train"]), tuple(split["test"])) for domain, split in domains.items()}
        )
        for dataset, domains in json.loads(text).items()
    }
