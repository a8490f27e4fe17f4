"""The held-out protocols of the two data sets with domains, as plain values that worker processes can be told of.

tvsum    rotation    each video is tested once by a model of the others of its domain
         pooled      each video is tested once by a model of all videos outside its fold, whatever their domain
         test-list   the published ten test videos alone; `pooled-test-list`: of one model for all domains
youtube  test-list   the published lists, a model for each domain
         pooled      the published lists, one model for all domains
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from visionaryvids.data import tvsum, youtube
from visionaryvids.errors import ConfigError
from visionaryvids.recipes.catalog import DOMAINS, find_recipe
from visionaryvids.recipes.heldout.folds import (
    Domain,
    Fold,
    as_published,
    as_published_together,
    deal_out,
    leave_one_out,
)
from visionaryvids.recipes.present import load_present
from visionaryvids.recipes.recipe import Recipe

READERS = {"tvsum": tvsum, "youtube": youtube}


@dataclass(frozen=True, slots=True)
class Protocol:
    """Which videos are learned from and which are tested.

    Attributes:
        dataset: `tvsum` or `youtube`.
        root: its folder.
        domains: only these; all that are there without it.
        pooled: one model for all domains.
        folds: of TVSum's pooled rotation.
        published: TVSum does not rotate: its published test videos alone are tested.
    """

    dataset: str
    root: Path
    domains: tuple[str, ...] = ()
    pooled: bool = False
    folds: int = 10
    published: bool = False

    def __post_init__(self) -> None:
        if self.dataset not in READERS:
            remedy = "its held-out figure is the last epoch of the ordinary run: leave --protocol out"
            raise ConfigError("--protocol heldout", f"data set {self.dataset}", "tvsum or youtube", remedy)

    @property
    def rotates(self) -> bool:
        """Every video is tested, not only those of the published lists."""
        return self.dataset == "tvsum" and not self.published

    @property
    def name(self) -> str:
        """`rotation`, `test-list`, `pooled` or `pooled-test-list`."""
        if self.pooled:
            return "pooled-test-list" if self.dataset == "tvsum" and self.published else "pooled"
        return "rotation" if self.rotates else "test-list"

    @property
    def rule(self) -> str:
        """The rule in words."""
        if not self.rotates:
            learned = "the training lists of all domains here" if self.pooled else "the domain's training list"
            return f"the published test lists, of a model that learned from {learned}"
        if not self.pooled:
            return "each video is the test video once, of a model that learned from the others of its domain"
        return f"each video is a test video once, in {self.folds} folds, of a model that learned from all other folds"

    def recipe(self) -> Recipe:
        """Metrics, sizes and settings: those of the first domain, which all share."""
        return find_recipe(self.dataset, (self.domains or tuple(DOMAINS[self.dataset]))[0])

    def load(self) -> tuple[tuple[Domain, ...], dict[str, str]]:
        """The domains that are there, each read once; and why the others are not.

        Raises:
            AnnotationError, FeatureError: none is there, or one of those asked for is not.
            ConfigError: no such domain.
        """
        names = self.domains or tuple(DOMAINS[self.dataset])
        found, absent = load_present({name: partial(self._load, name) for name in names}, all_wanted=bool(self.domains))
        return tuple(found.values()), absent

    def load_folds(self) -> tuple[Fold, ...]:
        """For worker processes."""
        return self.divide(self.load()[0])

    def divide(self, domains: Sequence[Domain]) -> tuple[Fold, ...]:
        """The folds of these domains."""
        if not self.rotates:
            return as_published_together(domains) if self.pooled else as_published(domains)
        return deal_out(domains, self.folds) if self.pooled else leave_one_out(domains)

    def _load(self, name: str) -> Domain:
        reader = READERS[self.dataset]
        split = reader.split(name, self.root)
        examples = reader.load(self.root, (*split.train, *split.test))
        return Domain(name, examples[: len(split.train)], examples[len(split.train) :])
