"""What UMT and the paper published, with sources, from one data file beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

UMT_RUN_S = {"BK": 262}
"""Seconds of one run of UMT's own code, 500 epochs of a TVSum domain, on another, faster machine of two cores."""


@dataclass(frozen=True, slots=True)
class Published:
    """One row of a published table.

    Attributes:
        dataset: as in our results.
        method: `UMT` or `VisionaryVids`.
        epoch: `best` on the split that is judged, each metric its own; or the `last` one.
        source: where it was published.
        scores: percent, by domain, or by metric where the data set has no domains.
        variant: what sets the row apart from the one that our results stand beside; empty for that one.
        average: over all domains, where no domain's score is known.
    """

    dataset: str
    method: str
    epoch: Literal["best", "last"]
    source: str
    scores: Mapping[str, float]
    variant: str = ""
    average: float | None = None

    @property
    def name(self) -> str:
        """For tables: the method, and what sets the row apart."""
        return f"{self.method}, {self.variant}" if self.variant else self.method


@cache
def published_rows(dataset: str) -> tuple[Published, ...]:
    """The rows of a data set, in the order of the file."""
    text = files("visionaryvids.report").joinpath("published_scores.toml").read_text(encoding="utf-8")
    return tuple(Published(**row) for row in tomllib.loads(text)["rows"] if row["dataset"] == dataset)


def best_epochs(dataset: str, column: str) -> dict[str, float]:
    """The published best epochs that a result of ours stands beside, by method.

    Args:
        dataset: e.g. `tvsum`.
        column: a domain, or a metric where the data set has no domains.
    """
    rows = [row for row in published_rows(dataset) if row.epoch == "best" and not row.variant]
    return {row.method: row.scores[column] for row in rows if column in row.scores}
