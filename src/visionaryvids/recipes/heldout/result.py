"""What a method reached on all folds, as `result.json` holds it: by domain and over all, mean and spread over seeds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from visionaryvids.metrics.baselines import Baseline, mean_of
from visionaryvids.recipes.heldout.folds import Domain
from visionaryvids.training.settings import Score
from visionaryvids.types import Annotation, Prediction

Levels = Callable[[Sequence[Annotation]], dict[str, Baseline]]

ALL = "all"
"""Beside the domains' names: the mean over domains, each of which counts the same, as in the papers' averages."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric in percent: mean over seeds, standard deviation (n − 1; None for one seed), and each seed's."""

    mean: float
    std: float | None
    seeds: tuple[float, ...]


def spread(values: Sequence[float]) -> Spread:
    """Of one value a seed."""
    return Spread(statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else None, tuple(values))


def scores_by_domain(
    predictions: Mapping[int, Sequence[Prediction]], truth: Mapping[str, Sequence[Annotation]], score: Score
) -> dict[str, dict[str, Spread]]:
    """For each domain, and for all, each metric.

    Args:
        predictions: by seed, of every test video.
        truth: by domain, what people said of its test videos.
        score: predictions and annotations to metrics in percent.
    """
    by_seed = [_by_domain(found, truth, score) for found in predictions.values()]
    metrics = next(iter(by_seed[0].values()))
    return {
        domain: {metric: spread([scores[domain][metric] for scores in by_seed]) for metric in metrics}
        for domain in by_seed[0]
    }


def _by_domain(
    predictions: Sequence[Prediction], truth: Mapping[str, Sequence[Annotation]], score: Score
) -> dict[str, dict[str, float]]:
    known = {p.query_id: p for p in predictions}
    found = {domain: score([known[a.query_id] for a in said], said) for domain, said in truth.items()}
    metrics = next(iter(found.values()))
    return {**found, ALL: {m: statistics.fmean(scores[m] for scores in found.values()) for m in metrics}}


def levels_by_domain(truth: Mapping[str, Sequence[Annotation]], levels: Levels) -> dict[str, dict[str, Any]]:
    """What chance and perfection reach in each domain and over all, as plain values."""
    found = {domain: levels(said) for domain, said in truth.items()}
    metrics = next(iter(found.values()))
    found |= {ALL: {metric: mean_of([each[metric] for each in found.values()]) for metric in metrics}}
    return {
        domain: {metric: {"random": b.random, "ceiling": b.ceiling} for metric, b in each.items()}
        for domain, each in found.items()
    }


def tested(domains: Sequence[Domain], test_ids: frozenset[str]) -> dict[str, tuple[Annotation, ...]]:
    """By domain, what people said of the videos that some fold tests."""
    return {
        domain.name: tuple(e.annotation for e in domain.videos if e.annotation.query_id in test_ids)
        for domain in domains
    }


def plain(scores: Mapping[str, Mapping[str, Spread]]) -> dict[str, Any]:
    """For JSON."""
    return {domain: {metric: asdict(value) for metric, value in each.items()} for domain, each in scores.items()}
