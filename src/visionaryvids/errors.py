"""Everything that can go wrong, as one tree; every message says what was found, what was expected, what to do next.

    VisionaryVidsError          ours to fix: exit status 1
    └── InputError              the user can fix it: exit status 2
        ├── MediaError          a video file that cannot be opened, decoded or written
        │   └── NoWordsError    a video without timed text
        ├── AnnotationError     an annotation or prediction file says something impossible
        ├── FeatureError        a feature file is missing, damaged or does not fit its neighbours
        ├── DownloadError       a file that cannot be fetched, or is not what was published
        ├── ConfigError         an option, preset, domain or data set name that does not exist
        ├── CheckpointError     weights that do not fit the model, or a file that is not a checkpoint
        └── TrainingError       a run that cannot go on (non-finite loss, a run folder in the way)

`assert` is for our own invariants only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, in the four parts that a person needs to mend it.

    Attributes:
        where: file (with `:line` where there are lines), or the option's name.
        found: what is there.
        expected: what should be there.
        remedy: what to do next.
    """

    where: str
    found: str
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        expected = f"; expected {self.expected}" if self.expected else ""
        remedy = f"\n  -> {self.remedy}" if self.remedy else ""
        return f"{self.where}: {self.found}{expected}{remedy}"


class VisionaryVidsError(Exception):
    """Root of the tree; on its own it means a fault of this package."""

    exit_status = 1


class InputError(VisionaryVidsError):
    """Something that the user gave and can mend; carries its `Problem`."""

    exit_status = 2

    def __init__(self, where: str, found: str, expected: str = "", remedy: str = "") -> None:
        self.problem = Problem(where, found, expected, remedy)
        super().__init__(str(self.problem))

    def __reduce__(self) -> tuple[type, tuple[str, ...]]:
        """Errors cross process borders: rebuild from the four parts, not from the message."""
        problem = self.problem
        return type(self), (problem.where, problem.found, problem.expected, problem.remedy)


class MediaError(InputError):
    """A video file that cannot be opened, decoded or written."""


class NoWordsError(MediaError):
    """A video without timed text, where some is needed."""


class AnnotationError(InputError):
    """An annotation or prediction file says something impossible."""


class FeatureError(InputError):
    """A feature file is missing, damaged, or does not fit its neighbours."""


class DownloadError(InputError):
    """A file that cannot be fetched, or is not what was published."""


class ConfigError(InputError):
    """An option, preset, domain or data set name that does not exist."""


class CheckpointError(InputError):
    """Weights that do not fit the model, or a file that is not a checkpoint."""


class TrainingError(InputError):
    """A run that cannot go on."""


def choose(kind: str, name: str, options: Mapping[str, T]) -> T:
    """The option of that name.

    Args:
        kind: what the names are names of, for the error.
        name: what somebody asked for.
        options: what there is.

    Raises:
        ConfigError: there is none.
    """
    if name not in options:
        raise unknown_name(kind, name, options)
    return options[name]


def unknown_name(kind: str, name: str, known: Iterable[str]) -> ConfigError:
    """The error for a name that is not in a list, with the nearest name that is."""
    names = sorted(known)
    by_lower = {each.lower(): each for each in names}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    remedy = f"Did you mean {by_lower[near[0]]}?" if near else ""
    return ConfigError(kind, f"unknown name {name!r}", "one of " + ", ".join(names), remedy)
