"""A fold: what a model learns from, and what it is tested on. Four ways to make folds of a data set's domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from visionaryvids.data.example import Example
from visionaryvids.errors import ConfigError

Examples = tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """The videos of one domain, divided as published.

    Attributes:
        name: e.g. `BK`.
        train, test: as the papers divide them.
    """

    name: str
    train: Examples
    test: Examples

    @property
    def videos(self) -> Examples:
        """All of them."""
        return (*self.train, *self.test)


@dataclass(frozen=True, slots=True)
class Fold:
    """One training and what it is tested on; no video is in both."""

    train: Examples
    test: Examples

    def __post_init__(self) -> None:
        shared = {e.annotation.video_id for e in self.train} & {e.annotation.video_id for e in self.test}
        if shared or not self.train or not self.test:
            found = f"{sorted(shared)[0]} in both" if shared else f"{len(self.train)} to learn from, {len(self.test)}"
            raise ConfigError("fold", found, "videos to learn from and other videos to be tested on")


def leave_one_out(domains: Sequence[Domain]) -> tuple[Fold, ...]:
    """Each video is tested once, by a model that learned from the others of its domain (TVSum: 50 folds of 4 + 1)."""
    every = [(domain.videos, i) for domain in domains for i in range(len(domain.videos))]
    return tuple(Fold((*videos[:i], *videos[i + 1 :]), (videos[i],)) for videos, i in every)


def deal_out(domains: Sequence[Domain], count: int) -> tuple[Fold, ...]:
    """Each video is tested once, by a model that learned from all videos of all domains outside its fold.

    Videos go to the folds like cards to players, domain by domain: ten folds of TVSum's ten domains of five test five
    videos each, one a domain. As many folds as videos leaves one video out.

    Raises:
        ConfigError: fewer than two folds, or more than videos.
    """
    videos = tuple(chain.from_iterable(domain.videos for domain in domains))
    if not 2 <= count <= len(videos):
        raise ConfigError("--folds", f"{count}", f"from 2 to {len(videos)}, the number of videos")
    dealt = [(video, i % count) for i, video in enumerate(videos)]
    return tuple(
        Fold(tuple(v for v, at in dealt if at != fold), tuple(v for v, at in dealt if at == fold))
        for fold in range(count)
    )


def as_published(domains: Sequence[Domain]) -> tuple[Fold, ...]:
    """The published lists, a model for each domain."""
    return tuple(Fold(domain.train, domain.test) for domain in domains)


def as_published_together(domains: Sequence[Domain]) -> tuple[Fold, ...]:
    """The published lists, one model for all domains."""
    train, test = (
        tuple(chain.from_iterable(parts)) for parts in zip(*((d.train, d.test) for d in domains), strict=True)
    )
    return (Fold(train, test),)
