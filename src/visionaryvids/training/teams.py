"""Which runs of a sweep train together: runs of one seed on a CPU, all that there are on a GPU."""

from __future__ import annotations

from collections.abc import Sequence

from visionaryvids.model.config import ModelConfig
from visionaryvids.training.settings import Settings
from visionaryvids.training.together import stackable

Team = tuple[Settings, ...]


def teams(
    sweeps: Sequence[Sequence[Settings]], model: ModelConfig, jobs: int, together: int | None
) -> list[list[Team]]:
    """Runs that train together, for each of several sweeps of like models; a team is the work of one process.

    On a CPU only runs of one seed share anything, and a large team may leave other processes idle at the end: without
    `together` it is the largest that does not make sweeps of equal runs longer. On a GPU it is all runs of a process.
    """
    runs = [run for sweep in sweeps for run in sweep]
    on_cpu = runs[0].device == "cpu"
    groups = [_by_seed(sweep) if on_cpu or not stackable(model, sweep) else [list(sweep)] for sweep in sweeps]
    sizes = [together] if together else range(max(len(group) for own in groups for group in own), 0, -1)
    if not (together or on_cpu):
        sizes = [max(1, -(-len(runs) // jobs))]
    cuts = [[_cut(own, size) for own in groups] for size in sizes]
    return min(cuts, key=lambda cut: _longest([len(team) for own in cut for team in own], jobs))


def _by_seed(runs: Sequence[Settings]) -> list[list[Settings]]:
    return [[run for run in runs if run.seed == seed] for seed in dict.fromkeys(run.seed for run in runs)]


def _cut(groups: Sequence[Sequence[Settings]], size: int) -> list[Team]:
    return [tuple(group[start : start + size]) for group in groups for start in range(0, len(group), size)]


def _longest(sizes: Sequence[int], jobs: int) -> int:
    """Runs that the busiest process has to do when each takes the next team as soon as it is free."""
    busy = [0] * jobs
    for size in sizes:
        busy[busy.index(min(busy))] += size
    return max(busy)
