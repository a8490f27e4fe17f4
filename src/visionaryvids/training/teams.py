"""Which runs of a sweep train together: runs of one seed on a CPU, all that there are on a GPU."""

from __future__ import annotations

from collections.abc import Sequence

from visionaryvids.model.config import ModelConfig
from visionaryvids.training.settings import Settings
from visionaryvids.training.together import stackable

Team = tuple[Settings, ...]


def teams(runs: Sequence[Settings], model: ModelConfig, jobs: int, together: int | None) -> list[Team]:
    """Runs that train together; each team is the work of one process.

    On a CPU only runs of one seed share anything, and a large team may leave other processes idle at the end: without
    `together` it is the largest that does not make a sweep of equal runs longer. On a GPU it is all runs of a process.
    """
    by_seed = [[run for run in runs if run.seed == seed] for seed in dict.fromkeys(run.seed for run in runs)]
    if runs[0].device != "cpu" and stackable(model, runs):
        by_seed = [[run for same in by_seed for run in same]]
    most = max(map(len, by_seed))
    if together is None and runs[0].device != "cpu":
        together = max(1, -(-len(runs) // jobs))
    if together is None:
        sizes = range(most, 0, -1)
        together = min(sizes, key=lambda size: _longest([len(team) for team in _cut(by_seed, size)], jobs))
    return _cut(by_seed, together)


def _cut(groups: Sequence[Sequence[Settings]], size: int) -> list[Team]:
    return [tuple(group[start : start + size]) for group in groups for start in range(0, len(group), size)]


def _longest(sizes: Sequence[int], jobs: int) -> int:
    """Runs that the busiest process has to do when each takes the next team as soon as it is free."""
    busy = [0] * jobs
    for size in sizes:
        busy[busy.index(min(busy))] += size
    return max(busy)
