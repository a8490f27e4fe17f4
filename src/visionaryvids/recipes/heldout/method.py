"""What can be tried on folds: anything that learns from some examples and then says how interesting others are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from visionaryvids.data.example import Example
from visionaryvids.types import Prediction

Learn = Callable[[tuple[Example, ...], tuple[Example, ...], int], Sequence[Prediction]]
"""Examples to learn from, examples to answer, a seed → a prediction for each of the latter, in order.

A learner reads no label of the second; whatever it chooses, it chooses on the first (inner folds)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from a preset, for ablations: `Change("memory slots", "0")`."""

    part: str
    value: str


@dataclass(frozen=True, slots=True)
class Method:
    """A learner with a name.

    Attributes:
        name: for tables and folders.
        learn: picklable, for worker processes: a module's function, or a frozen dataclass with `__call__`.
        told: its settings as plain values, for the record; a resumed trial must have the same.
        change: what is different from the method of that name; None = nothing.
        seeded: the seed matters; one seed is enough where it does not.
    """

    name: str
    learn: Learn
    told: dict[str, Any] = field(default_factory=dict)
    change: Change | None = None
    seeded: bool = True

    @property
    def folder(self) -> str:
        """Name of its folder, e.g. `visionaryvids` or `visionaryvids-memory-slots-0`."""
        words = [self.name] if self.change is None else [self.name, self.change.part, self.change.value]
        return "-".join(words).replace(" ", "-").replace(",", "")
