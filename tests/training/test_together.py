"""Runs that train together are the runs that they would be alone: by turns to the bit, stacked to float tolerance."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.tasks import small_model, small_settings, small_task, weights
from visionaryvids.errors import TrainingError
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.model.config import UMT_COMPAT
from visionaryvids.model.layers import Attention
from visionaryvids.training import draws, together
from visionaryvids.training.loop import train
from visionaryvids.training.record import read_epochs
from visionaryvids.training.together import stackable, train_together

GRID = [(lr, seed) for lr in (1e-3, 3e-4) for seed in (3, 4)]


def told(folder: Path, grid=GRID, **changes):
    return [(small_settings(lr=lr, seed=seed, **changes), folder / f"{lr}-{seed}") for lr, seed in grid]


def alone(runs, folder: Path, task=None, model=None):
    return [train(task or small_task(), model or small_model(), run, folder / path.name) for run, path in runs]


def lines(path: Path):
    return [(e.epoch, e.loss, e.test_loss, e.scores) for e in read_epochs(path / "metrics.jsonl")]


def assert_like(got, expected) -> None:
    """Losses, scores and weights are equal to float tolerance.

    But for weights whose gradient is rounding noise, of which Lion takes the sign: all key biases, since they change
    nothing, and now and then another one.
    """
    for ours, one in zip(got.epochs, expected.epochs, strict=True):
        assert ours.loss == pytest.approx(one.loss, rel=3e-4)
        assert ours.test_loss == pytest.approx(one.test_loss, rel=3e-4)
        assert ours.scores == pytest.approx(one.scores, abs=1e-3)
    theirs = dict(expected.network.named_parameters())
    packed = {f"{name}.bias" for name, part in got.network.named_modules() if isinstance(part, Attention)}
    differences = []
    for name, value in got.network.named_parameters():
        difference = (value - theirs[name]).abs().detach()
        differences.append((difference.reshape(3, -1)[[0, 2]] if name in packed else difference).flatten())
    assert (torch.cat(differences) > 1e-5).float().mean() < 1e-3


@pytest.mark.parametrize("optimizer", ["lion", "adamw"])
def test_runs_that_take_turns_leave_the_bits_that_they_leave_alone(tmp_path, optimizer):
    runs = told(tmp_path / "together", optimizer=optimizer)
    train_together(small_task(), small_model(), runs)
    alone(runs, tmp_path / "alone")
    for _, folder in runs:
        other = tmp_path / "alone" / folder.name
        assert weights(folder) == weights(other)
        assert lines(folder) == lines(other)
        assert {p.name for p in folder.iterdir()} == {"config.json", "metrics.jsonl", "model.safetensors"}
        assert json.loads((folder / "config.json").read_text()) == json.loads((other / "config.json").read_text())


def test_draws_beyond_what_is_remembered_are_the_same_too(tmp_path, monkeypatch):
    monkeypatch.setattr(draws, "REMEMBERED_BYTES", 20_000)
    runs = told(tmp_path / "together")
    train_together(small_task(), small_model(), runs)
    alone(runs, tmp_path / "alone")
    assert all(weights(folder) == weights(tmp_path / "alone" / folder.name) for _, folder in runs)


@pytest.mark.parametrize("optimizer", ["lion", "adam"])
@pytest.mark.parametrize("batch_size", [1, 2])
def test_stacked_runs_equal_single_ones(tmp_path, optimizer, batch_size):
    """Dropout is on, and seeds have batches of other lengths: each gets its own draws and its own padding."""
    runs = told(tmp_path / "stacked", optimizer=optimizer, batch_size=batch_size)
    got = train_together(small_task(), small_model(), runs, stacked=True)
    for ours, one in zip(got, alone(runs, tmp_path / "alone"), strict=True):
        assert_like(ours, one)
    for (_, folder), ours in zip(runs, got, strict=True):
        kept = load_checkpoint(folder / "model.safetensors").network
        assert all(torch.equal(a, b) for a, b in zip(kept.parameters(), ours.network.parameters(), strict=True))


@pytest.mark.parametrize("changes", [{"video_dim": None}, {"query_dim": None}, {"moments": False}, {"presence": True}])
def test_stacked_networks_of_every_kind_equal_single_ones(tmp_path, changes):
    runs = told(tmp_path / "stacked", epochs=2, optimizer="adam")
    model = small_model(**changes)
    got = train_together(scored_by_nothing(), model, runs, stacked=True)
    for ours, one in zip(got, alone(runs, tmp_path / "alone", scored_by_nothing(), model), strict=True):
        assert_like(ours, one)


def scored_by_nothing():
    return replace(small_task(), score=lambda predictions, _: {"Rank1@0.5": float(len(predictions))})


def test_a_network_that_sees_padding_is_stacked_by_seed_only(tmp_path):
    model = small_model(compat=UMT_COMPAT)
    runs = told(tmp_path / "stacked", grid=[(1e-3, 3), (3e-4, 3)], batch_size=2)
    assert stackable(model, [run for run, _ in runs])
    assert not stackable(model, [small_settings(seed=1), small_settings(seed=2)])
    got = train_together(small_task(), model, runs, stacked=True)
    for ours, one in zip(got, alone(runs, tmp_path / "alone", model=model), strict=True):
        assert_like(ours, one)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_stacked_runs_equal_single_ones_on_a_gpu(tmp_path):
    """Without dropout: a run alone takes PyTorch's own on a GPU."""
    model = small_model(dropout=0.0, input_dropout=0.0, query_dropout=0.0)
    runs = told(tmp_path / "stacked", optimizer="adam", device="cuda")
    got = train_together(small_task(), model, runs)
    for ours, one in zip(got, alone(runs, tmp_path / "alone", model=model), strict=True):
        assert_like(ours, one)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_on_a_gpu_a_run_does_not_depend_on_who_is_stacked_with_it(tmp_path):
    runs = told(tmp_path / "four", optimizer="adam", device="cuda")
    four = train_together(small_task(), small_model(), runs)
    one = train_together(small_task(), small_model(), told(tmp_path / "one", GRID[:1], optimizer="adam", device="cuda"))
    assert_like(four[0], one[0])


@pytest.mark.parametrize("stacked", [False, True])
def test_a_stop_in_the_middle_of_an_epoch_and_resuming_changes_nothing(tmp_path, stacked):
    """The stop leaves some runs an epoch behind; they catch up."""
    seen = []

    def interrupt(record) -> None:
        seen.append(record.epoch)
        if len(seen) == 10:  # the second of four runs in the third epoch
            raise KeyboardInterrupt

    runs = told(tmp_path / "whole", optimizer="adam")
    whole = train_together(small_task(), small_model(), runs, stacked=stacked)
    cut = told(tmp_path / "cut", optimizer="adam")
    with pytest.raises(KeyboardInterrupt):
        train_together(small_task(), small_model(), cut, stacked=stacked, on_epoch=interrupt)
    assert [len(read_epochs(folder / "metrics.jsonl")) for _, folder in cut] == [3, 3, 2, 2]
    resumed = train_together(small_task(), small_model(), cut, stacked=stacked, resume=True)
    for ours, one in zip(resumed, whole, strict=True):
        assert [e.epoch for e in ours.epochs] == list(range(1, 7))
        assert_like(ours, one)
    if not stacked:
        assert all(weights(a) == weights(b) for (_, a), (_, b) in zip(cut, runs, strict=True))


def test_a_run_that_was_begun_together_may_go_on_alone(tmp_path):
    def interrupt(record) -> None:
        if record.epoch == 4:
            raise KeyboardInterrupt

    runs = told(tmp_path / "runs")
    with pytest.raises(KeyboardInterrupt):
        train_together(small_task(), small_model(), runs, on_epoch=interrupt)
    for run, folder in runs:
        train(small_task(), small_model(), run, folder, resume=True)
    alone(runs, tmp_path / "alone")
    assert all(weights(folder) == weights(tmp_path / "alone" / folder.name) for _, folder in runs)
    results = train_together(small_task(), small_model(), runs, resume=True)  # all are finished: nothing is run again
    assert [len(result.epochs) for result in results] == [6] * 4


@pytest.mark.parametrize("stacked", [False, True])
def test_a_loss_that_is_not_finite_stops_all_and_names_the_run(tmp_path, stacked):
    runs = told(tmp_path, grid=[(1e-3, 3), (1e38, 3)])
    with pytest.raises(TrainingError, match=r"learning rate 1e\+38, seed 3, .*epoch 1, batch of .*loss nan") as error:
        train_together(small_task(), small_model(), runs, stacked=stacked)
    assert "lower --lr" in str(error.value)
    healthy = train_together(small_task(), small_model(), runs[:1], stacked=stacked, resume=True)
    assert len(healthy[0].epochs) == 6


def test_what_does_not_fit_the_memory_is_halved(tmp_path, monkeypatch, caplog):
    """A stack of more than two is too large here; the two halves give what the whole would have given."""

    class Small(together.Stack):
        def __init__(self, learners) -> None:
            if len(learners) > 2:
                raise torch.OutOfMemoryError("full")
            super().__init__(learners)

    runs = told(tmp_path / "whole", optimizer="adam")
    whole = train_together(small_task(), small_model(), runs, stacked=True)
    monkeypatch.setattr(together, "Stack", Small)
    halved = train_together(small_task(), small_model(), told(tmp_path / "half", optimizer="adam"), stacked=True)
    assert "half of them" in caplog.text
    for ours, one in zip(halved, whole, strict=True):
        assert_like(ours, one)


KILLED = """
import sys
from pathlib import Path
from tests.training.test_together import told
from tests.training.tasks import small_model, small_task
from visionaryvids.training.together import train_together
train_together(small_task(), small_model(), told(Path(sys.argv[1]), epochs=25), resume=True)
"""


def test_kill_9_loses_at_most_one_epoch_of_each_run(tmp_path):
    root, environment = Path(__file__).parents[2], {**os.environ, "OMP_NUM_THREADS": "1"}
    runs = told(tmp_path / "killed", epochs=25)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed")]
    process = subprocess.Popen(command, cwd=root, env=environment)
    metrics = runs[-1][1] / "metrics.jsonl"
    while process.poll() is None and not (metrics.is_file() and len(read_epochs(metrics)) > 3):
        time.sleep(0.01)
    time.sleep(float(np.random.default_rng(int.from_bytes(os.urandom(4))).uniform(0, 0.1)))
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    for _, folder in runs:
        saved = json.loads((folder / "state.json").read_text())["epoch"]
        assert saved >= len(read_epochs(folder / "metrics.jsonl")) - 1
    subprocess.run(command, cwd=root, env=environment, check=True)
    alone(runs, tmp_path / "alone")
    for _, folder in runs:
        assert weights(folder) == weights(tmp_path / "alone" / folder.name)
        assert lines(folder) == lines(tmp_path / "alone" / folder.name)
