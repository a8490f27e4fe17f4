"""What `reproduce` was asked for, and the plans that this means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from visionaryvids.errors import ConfigError
from visionaryvids.recipes.catalog import TABLES, table
from visionaryvids.recipes.heldout.ablations import ablations
from visionaryvids.recipes.heldout.choosing import HELD_OUT_ONLY, choose_method, network_learner
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.recipes.heldout.plan import HeldOutPlan
from visionaryvids.recipes.heldout.protocol import Protocol
from visionaryvids.recipes.present import load_present
from visionaryvids.recipes.recipe import Recipe
from visionaryvids.recipes.reproduce import Plan
from visionaryvids.training.precision import Precision


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; names as in `visionaryvids reproduce --help`.

    Attributes:
        what: a table, `all` or `ablations`.
        data: the data set's folder; for `all` one that holds a folder for each.
        out: where results go; for `all` into a folder for each table.
        domains: only these; all that are there without it.
        preset: a preset; held out also `visionaryvids-plus`, `visionaryvids-small`, `ridge` or
            `random`.
        seeds, epochs, device, jobs, resume, command, together: as in `Plan`; epochs None = the paper's.
        precision: as in `Settings`, of the paper's protocol.
    """

    what: str
    data: Path
    out: Path
    domains: tuple[str, ...] = ()
    preset: str = "visionaryvids"
    seeds: tuple[int, ...] = (1, 2, 3)
    epochs: int | None = None
    device: str = "cpu"
    jobs: int = 1
    resume: bool = False
    command: str = ""
    together: int | None = None
    precision: Precision | None = None

    def paper_plans(self) -> tuple[list[Plan], dict[str, str]]:
        """A plan for each domain whose data are there, and why the others' are not.

        Raises:
            ConfigError: a preset that has no epochs to choose from.
            AnnotationError, FeatureError: nothing is there, or not what was asked for by name.
        """
        if self.preset in HELD_OUT_ONLY:
            remedy = "give --protocol heldout"
            raise ConfigError(
                "--preset", f"{self.preset}, which has no epochs to choose from", "visionaryvids or umt", remedy
            )
        places = [(recipe, name) for name in self._tables() for recipe in table(name, self.domains)]
        loaders = {recipe.name: partial(self._plan, recipe, name) for recipe, name in places}
        plans, absent = load_present(loaders, all_wanted=bool(self.domains))
        return list(plans.values()), absent

    def heldout_plans(self, *, pooled: bool = False, folds: int = 10, published: bool = False) -> list[HeldOutPlan]:
        """A plan for each data set with domains.

        Raises:
            ConfigError: a data set without domains, or a precision.
        """
        tables = ["table3", "table4"] if self.what == "all" else [self.what]
        protocols = [self._protocol(TABLES[name], pooled, folds, published) for name in tables]
        return [self._heldout(p, (choose_method(self.preset, p, self.epochs, self.device),)) for p in protocols]

    def ablation_plan(self, parts: Sequence[str] = (), *, pooled: bool = False, folds: int = 10) -> HeldOutPlan:
        """One change of the preset at a time, on TVSum.

        Raises:
            ConfigError: no such part, a preset that is no network, or a precision.
        """
        protocol = self._protocol("tvsum", pooled, folds)
        whole = network_learner(self.preset, protocol, self.epochs, self.device)
        return self._heldout(protocol, ablations(whole, tuple(parts)))

    def _tables(self) -> list[str]:
        return list(TABLES) if self.what == "all" else [self.what]

    def _folder(self, dataset: str) -> Path:
        return self.data / dataset if self.what == "all" else self.data

    def _protocol(self, dataset: str, pooled: bool, folds: int, published: bool = False) -> Protocol:
        """A held-out protocol, which has one precision."""
        if self.precision is not None:
            found = f"{self.precision}, held out"
            raise ConfigError("--precision", found, "--protocol paper", "leave --precision out")
        return Protocol(dataset, self._folder(dataset), self.domains, pooled, folds, published)

    def _plan(self, recipe: Recipe, table_name: str) -> Plan:
        """A recipe's plan, once its data have been found to be there."""
        data = self._folder(recipe.dataset)
        recipe.task(data)
        name = "-".join(filter(None, (recipe.dataset, recipe.domain, self.preset)))
        out = self.out / table_name / name if self.what == "all" else self.out / name
        told = {"epochs": self.epochs, "precision": self.precision}
        changes: dict[str, Any] = {"device": self.device} | {name: value for name, value in told.items() if value}
        return Plan(
            recipe, data, out, self.preset, self.seeds, jobs=self.jobs, resume=self.resume,
            setting_changes=changes, command=self.command, together=self.together,
        )  # fmt: skip

    def _heldout(self, protocol: Protocol, methods: tuple[Method, ...]) -> HeldOutPlan:
        return HeldOutPlan(
            protocol, methods, self.out, self.seeds, self.jobs, self.resume, self.device, self.command
        )  # fmt: skip
