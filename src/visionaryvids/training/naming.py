"""Which of several runs an error speaks of."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from visionaryvids.errors import TrainingError
from visionaryvids.training.settings import Settings


@contextmanager
def named(settings: Settings) -> Generator[None]:
    """Errors of training inside say which run they speak of."""
    try:
        yield
    except TrainingError as error:
        problem = error.problem
        where = f"learning rate {settings.lr:g}, seed {settings.seed}, {problem.where}"
        raise TrainingError(where, problem.found, problem.expected, problem.remedy) from error
