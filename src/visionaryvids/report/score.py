"""A number as tables show it: a mean, and how far seeds are from each other."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ALL = "all"
"""Beside domains: the mean over them, each of which counts the same."""

ABSENT = "–"
"""Where there is no result."""


@dataclass(frozen=True, slots=True)
class Score:
    """A mean over seeds.

    Attributes:
        mean: the mean.
        by_seed: each seed's value; empty where there are no seeds, as for chance.
    """

    mean: float
    by_seed: Mapping[int, float] = field(default_factory=dict)

    @property
    def std(self) -> float | None:
        """Standard deviation over seeds (n − 1); None for fewer than two."""
        return statistics.stdev(self.by_seed.values()) if len(self.by_seed) > 1 else None

    def text(self, digits: int = 1) -> str:
        """`92.0 ±0.6`: the one blank is where a narrow column may break the line."""
        mean = round(self.mean, 9)  # 76.15 that summing made 76.14999... is to become 76.2, as in print
        return f"{mean:.{digits}f}" + ("" if self.std is None else f" ±{self.std:.{digits}f}")


def mean_of(scores: Sequence[Score]) -> Score:
    """The mean of some scores, each of which counts the same; its seeds are those that all of them have."""
    seeds = set.intersection(*(set(score.by_seed) for score in scores))
    by_seed = {seed: statistics.fmean(score.by_seed[seed] for score in scores) for seed in sorted(seeds)}
    return Score(statistics.fmean(score.mean for score in scores), by_seed)


def of_summary(summary: Mapping[str, Any]) -> Score:
    """One metric of a protocol of `result.json`, whose `picks` name the seeds."""
    return Score(summary["mean"], {pick["seed"]: pick["score"] for pick in summary["picks"]})


def of_heldout(result: Mapping[str, Any], domain: str, metric: str) -> Score:
    """One metric of a held-out result, on one domain or on `all`."""
    score = result["scores"][domain][metric]
    return Score(score["mean"], dict(zip(result["seeds"], score["seeds"], strict=True)))
