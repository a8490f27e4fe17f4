"""Two ways to make one number of many epochs, computed from the same runs. Always both.

- paper: for each metric the best epoch on the test split, over the learning-rate grid. That is what published tables
  hold; on one test video it mostly measures how often one looked (random scores, looked at 500 times, reach 84.9 on
  TVSum). `looks` says how often.
- heldout: the last epoch at a learning rate fixed in advance. Nothing is chosen on the test split.

Both are computed for each seed and then averaged; the spread is the standard deviation over seeds (n − 1).
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from visionaryvids.training.record import EpochRecord


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """The epochs of one run and what it was told."""

    lr: float
    seed: int
    epochs: tuple[EpochRecord, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """The epoch that a number comes from."""

    seed: int
    lr: float
    epoch: int
    score: float


@dataclass(frozen=True, slots=True)
class Summary:
    """One metric under one protocol.

    Attributes:
        mean: over seeds, in percent.
        std: standard deviation over seeds (n − 1), None for one seed.
        picks: where each seed's number comes from.
    """

    mean: float
    std: float | None
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """All metrics under one protocol.

    Attributes:
        rule: the rule in words.
        looks: evaluations of the test split among which each number was chosen (1 = nothing was chosen).
        scores: a summary for each metric.
    """

    rule: str
    looks: int
    scores: dict[str, Summary]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def paper(runs: Sequence[FinishedRun]) -> Protocol:
    """Best epoch on the test split over all learning rates, for each metric and seed on its own."""
    looks = max(sum(bool(e.scores) for r in runs if r.seed == seed for e in r.epochs) for seed in _seeds(runs))
    rates = ", ".join(f"{lr:g}" for lr in sorted({r.lr for r in runs}))
    rule = f"best epoch on the test split, each metric its own, over learning rates {rates}"
    scores = {m: _summary([_best(runs, seed, m) for seed in _seeds(runs)]) for m in _metrics(runs)}
    return Protocol(rule, looks, scores)


def heldout(runs: Sequence[FinishedRun], lr: float) -> Protocol:
    """Last epoch at the learning rate `lr`."""
    chosen = [r for r in runs if r.lr == lr]
    rule = f"last epoch ({chosen[0].epochs[-1].epoch}), learning rate {lr:g}, both fixed in advance"
    scores = {m: _summary([_pick(r, r.epochs[-1], m) for r in chosen]) for m in _metrics(runs)}
    return Protocol(rule, 1, scores)


def _best(runs: Sequence[FinishedRun], seed: int, metric: str) -> Pick:
    picks = (_pick(r, e, metric) for r in runs if r.seed == seed for e in r.epochs if e.scores)
    return max(picks, key=lambda pick: pick.score)  # the first of equals: lowest rate, earliest epoch


def _pick(run: FinishedRun, epoch: EpochRecord, metric: str) -> Pick:
    return Pick(run.seed, run.lr, epoch.epoch, epoch.scores[metric])


def _summary(picks: Sequence[Pick]) -> Summary:
    scores = [pick.score for pick in picks]
    return Summary(statistics.fmean(scores), statistics.stdev(scores) if len(scores) > 1 else None, tuple(picks))


def _seeds(runs: Sequence[FinishedRun]) -> list[int]:
    return sorted({r.seed for r in runs})


def _metrics(runs: Sequence[FinishedRun]) -> list[str]:
    return list(runs[0].epochs[-1].scores)
