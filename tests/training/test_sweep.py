"""A sweep: every run of the grid, in order, in teams and processes; each run's folder is that of a single run."""

from dataclasses import replace
from functools import partial

import pytest

from tests.training.tasks import small_model, small_settings, small_task, weights
from visionaryvids.errors import ConfigError
from visionaryvids.training.loop import train
from visionaryvids.training.sweep import Sweep, Watch, run_sweep, run_sweeps
from visionaryvids.training.teams import teams


def sweep(folder, **changes) -> Sweep:
    grid = {"rates": (1e-3, 3e-4), "seeds": (3, 4), **changes}
    return Sweep(small_task, small_model(), small_settings(epochs=3), folder=folder, **grid)


@pytest.mark.parametrize("changes", [{}, {"together": 1}, {"together": 2}, {"jobs": 2}])
def test_teams_and_processes_leave_what_single_runs_leave(tmp_path, changes):
    runs = run_sweep(sweep(tmp_path, **changes), small_task())
    assert [(run.lr, run.seed) for run in runs] == [(1e-3, 3), (1e-3, 4), (3e-4, 3), (3e-4, 4)]
    alone = train(small_task(), small_model(), small_settings(epochs=3, lr=3e-4, seed=4), tmp_path / "alone")
    assert [e.scores for e in runs[-1].epochs] == [e.scores for e in alone.epochs]
    assert weights(tmp_path / "runs" / "lr0.0003-seed4") == weights(tmp_path / "alone")


@pytest.mark.parametrize("together", [1, None])
def test_everybody_is_told_of_epochs_and_runs(tmp_path, together):
    epochs, counts, runs = [], [], []
    watch = Watch(epochs.append, counts.append, runs.append)
    run_sweep(sweep(tmp_path, together=together), small_task(), watch)
    assert len(runs) == 4
    assert counts == ([] if together else list(range(1, 13)))
    assert [e.epoch for e in epochs] == ([1, 2, 3] * 4 if together else [])


def test_a_finished_sweep_is_read_not_run(tmp_path):
    first = run_sweep(sweep(tmp_path), small_task())
    again = replace(sweep(tmp_path), resume=True)
    nobody = partial(pytest.fail, "ran again")
    assert run_sweep(again, small_task(), Watch(on_epoch=nobody, on_count=nobody)) == first


def test_teams_on_a_cpu_are_of_one_seed_and_keep_all_processes_busy():
    runs = [small_settings(lr=lr, seed=seed) for lr in (1e-4, 5e-4, 1e-3) for seed in (1, 2, 3)]

    def sizes(jobs: int, together: int | None = None) -> list[int]:
        found = teams([runs], small_model(), jobs, together)[0]
        assert sorted((r.lr, r.seed) for team in found for r in team) == sorted((r.lr, r.seed) for r in runs)
        assert all(len({run.seed for run in team}) == 1 for team in found)
        return [len(team) for team in found]

    assert sizes(jobs=1) == [3, 3, 3]
    assert sizes(jobs=2) == [2, 1, 2, 1, 2, 1]  # three teams of three would leave a process idle for three runs
    assert sizes(jobs=3) == [3, 3, 3]
    assert sizes(jobs=9) == [1] * 9
    assert sizes(jobs=1, together=2) == [2, 1, 2, 1, 2, 1]


def test_teams_elsewhere_than_on_a_cpu_are_all_runs_of_a_process():
    runs = [small_settings(lr=lr, seed=seed, device="meta") for lr in (1e-4, 1e-3) for seed in (1, 2)]
    sizes = {(1, None): [4], (2, None): [2, 2], (1, 3): [3, 1]}
    for (jobs, together), expected in sizes.items():
        assert [len(team) for team in teams([runs], small_model(), jobs, together)[0]] == expected


def test_several_sweeps_share_their_processes():
    """Each alone would leave one of two processes idle for a third of the time."""
    sweeps = [[small_settings(lr=lr, seed=1) for lr in (1e-4, 5e-4, 1e-3)] for _ in range(10)]
    assert [[len(team) for team in own] for own in teams(sweeps, small_model(), 2, None)] == [[3]] * 10


def test_several_sweeps_leave_what_each_alone_leaves(tmp_path):
    several = [sweep(tmp_path / name, jobs=2, seeds=(3,)) for name in ("a", "b")]
    finished = []
    run_sweeps(several, Watch(on_run=finished.append))
    assert len(finished) == 4
    nobody = partial(pytest.fail, "ran again")
    for each in several:
        assert len(run_sweep(replace(each, jobs=1, resume=True), small_task(), Watch(on_count=nobody))) == 2
    alone = train(small_task(), small_model(), small_settings(epochs=3, lr=3e-4, seed=3), tmp_path / "alone")
    assert len(alone.epochs) == 3
    assert weights(tmp_path / "b" / "runs" / "lr0.0003-seed3") == weights(tmp_path / "alone")


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"together": 0}, "--together"), ({"rates": ()}, "--lr"), ({"seeds": (1, 1)}, "--lr, --seed")],
)
def test_impossible_sweeps_are_refused(tmp_path, changes, message):
    with pytest.raises(ConfigError, match=message):
        sweep(tmp_path, **changes)
