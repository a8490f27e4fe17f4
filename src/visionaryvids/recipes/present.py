"""Data sets and domains whose files are absent: named with the reason, while the rest still runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from visionaryvids.errors import AnnotationError, FeatureError

T = TypeVar("T")


def load_present(loaders: Mapping[str, Callable[[], T]], *, all_wanted: bool) -> tuple[dict[str, T], dict[str, str]]:
    """Load what is there; of the rest say why not.

    Args:
        loaders: by name, what reads it.
        all_wanted: they were asked for by name, so that an absent one is an error.

    Raises:
        AnnotationError, FeatureError: one is absent that is wanted, or all are.
    """
    found: dict[str, T] = {}
    absent: dict[str, str] = {}
    for number, (name, load) in enumerate(loaders.items(), start=1):
        try:
            found[name] = load()
        except (AnnotationError, FeatureError) as error:
            if all_wanted or (not found and number == len(loaders)):
                raise
            absent[name] = f"{error.problem.where}: {error.problem.found}"
    return found, absent
