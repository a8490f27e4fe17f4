"""What TVSum and YouTube Highlights share: domains with a static split, one small model for each, highlights only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from visionaryvids.annotations.splits import Split
from visionaryvids.data.example import Example
from visionaryvids.metrics.baselines import Baseline, in_percent
from visionaryvids.recipes.recipe import Examples, Recipe, Rerun
from visionaryvids.report.published_scores import best_epochs
from visionaryvids.training.settings import Score
from visionaryvids.types import Annotation


class Reader(Protocol):
    """A module of `data/` that reads a data set with domains."""

    def split(self, domain: str, root: Path) -> Split:
        """The videos of a domain."""
        ...

    def load(
        self, root: Path, video_ids: Iterable[str] | None = None, *, skip_missing: bool = False
    ) -> tuple[Example, ...]:
        """The examples of some videos."""
        ...


def highlight_recipe(
    dataset: str,
    domain: str,
    reader: Reader,
    *,
    epochs: int,
    batch_size: int,
    primary: str,
    score: Score,
    baselines: Callable[[Sequence[Annotation], int], dict[str, Baseline]],
    reruns: tuple[Rerun, ...] = (),
) -> Recipe:
    """The recipe of one domain, with the settings that section 3.1 of the paper gives to both data sets.

    Args:
        dataset: name of the data set.
        domain: name of the domain.
        reader: the data set's module in `data/`.
        epochs: the paper's.
        batch_size: the paper's.
        primary: the metric that tables lead with.
        score: metrics in percent.
        baselines: annotations and the number of looks to baselines in 0..1.
        reruns: what other code reached on the same data.
    """
    return Recipe(
        dataset=dataset,
        domain=domain,
        load=partial(_load, reader.split, reader.load, domain),
        score=score,
        baselines=partial(_baselines_in_percent, baselines),
        primary=primary,
        size="small",
        epochs=epochs,
        batch_size=batch_size,
        rates=(1e-4, 5e-4, 1e-3),
        rate=1e-4,
        published=best_epochs(dataset, domain),
        reruns=reruns,
    )


def _load(
    split: Callable[[str, Path], Split],
    load: Callable[..., tuple[Example, ...]],
    domain: str,
    root: Path,
    *,
    skip_missing: bool = False,
) -> tuple[Examples, Examples]:
    videos = split(domain, root)
    examples = load(root, (*videos.train, *videos.test), skip_missing=skip_missing)
    train = tuple(e for e in examples if e.annotation.video_id in videos.train)
    return train, tuple(e for e in examples if e.annotation.video_id in videos.test)


def _baselines_in_percent(
    baselines: Callable[[Sequence[Annotation], int], dict[str, Baseline]], annotations: Sequence[Annotation], looks: int
) -> dict[str, Baseline]:
    return {name: in_percent(value) for name, value in baselines(annotations, looks).items()}
