"""A run: it learns, it is determined by its seed, and it survives Ctrl-C and kill -9 to the bit."""

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
from visionaryvids.data.example import LazyExamples
from visionaryvids.errors import ConfigError, TrainingError
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.training.loop import train
from visionaryvids.training.record import read_epochs


def test_a_run_learns_and_leaves_its_record(tmp_path):
    result = train(small_task(), small_model(), small_settings(epochs=40), tmp_path)
    losses = [epoch.loss["total"] for epoch in result.epochs]
    assert losses[-1] < 0.8 * losses[0]
    assert [epoch.epoch for epoch in result.epochs] == list(range(1, 41))
    assert read_epochs(tmp_path / "metrics.jsonl") == result.epochs
    assert sorted(p.name for p in tmp_path.iterdir()) == ["config.json", "metrics.jsonl", "model.safetensors"]
    checkpoint = load_checkpoint(tmp_path / "model.safetensors")
    assert checkpoint.provenance["settings"]["seed"] == 3
    assert all(
        torch.equal(a, b) for a, b in zip(checkpoint.network.parameters(), result.network.parameters(), strict=True)
    )


def test_the_seed_determines_every_bit_and_nothing_else_does(tmp_path):
    train(small_task(), small_model(), small_settings(), tmp_path / "a")
    torch.manual_seed(12345)
    train(small_task(), small_model(), small_settings(), tmp_path / "b")
    train(small_task(), small_model(), small_settings(seed=4), tmp_path / "c")
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    assert weights(tmp_path / "a") != weights(tmp_path / "c")


def test_evaluating_less_often_does_not_change_the_weights(tmp_path):
    train(small_task(), small_model(), small_settings(), tmp_path / "a")
    result = train(small_task(), small_model(), small_settings(evaluate_every=4), tmp_path / "b")
    assert [bool(epoch.scores) for epoch in result.epochs] == [False, False, False, True, False, True]
    a, b = (load_checkpoint(tmp_path / name / "model.safetensors").network for name in "ab")
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


def test_lazy_examples_train_the_same(tmp_path):
    task = small_task()
    by_id = {e.annotation.query_id: e for e in (*task.train, *task.test)}
    lazy = replace(
        task,
        train=LazyExamples([e.annotation for e in task.train], lambda a: by_id[a.query_id]),
        test=LazyExamples([e.annotation for e in task.test], lambda a: by_id[a.query_id]),
    )
    train(task, small_model(), small_settings(), tmp_path / "a")
    train(lazy, small_model(), small_settings(), tmp_path / "b")
    assert weights(tmp_path / "a") == weights(tmp_path / "b")


@pytest.mark.parametrize("optimizer", ["lion", "adam", "adamw"])
@pytest.mark.parametrize("stop", [1, 2, 5])
def test_ctrl_c_and_resume_end_with_the_same_bits(tmp_path, optimizer, stop):
    def interrupt(record) -> None:
        if record.epoch == stop:
            raise KeyboardInterrupt

    settings = small_settings(optimizer=optimizer)
    train(small_task(), small_model(), settings, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(small_task(), small_model(), settings, tmp_path / "cut", on_epoch=interrupt)
    seen = []
    result = train(
        small_task(), small_model(), settings, tmp_path / "cut", resume=True, on_epoch=lambda r: seen.append(r.epoch)
    )
    assert seen == list(range(stop + 1, 7))  # not one epoch twice
    assert [e.epoch for e in result.epochs] == list(range(1, 7))
    assert weights(tmp_path / "cut") == weights(tmp_path / "whole")


KILLED = """
import sys
from pathlib import Path
from tests.training.tasks import small_model, small_settings, small_task
from visionaryvids.training.loop import train
train(small_task(), small_model(), small_settings(epochs=100), Path(sys.argv[1]), resume=True)
"""


def test_kill_9_at_any_moment_loses_at_most_one_epoch(tmp_path):
    """Killed twice at random moments; every resume starts where the record ends, and the end is the same."""
    root = Path(__file__).parents[2]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    folder = tmp_path / "killed"
    rng = np.random.default_rng(int.from_bytes(os.urandom(4)))
    deaths = 0
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], cwd=root, env=environment)
        metrics = folder / "metrics.jsonl"
        before = len(read_epochs(metrics)) if metrics.is_file() else 0
        while process.poll() is None and not (metrics.is_file() and len(read_epochs(metrics)) > before + 3):
            time.sleep(0.01)
        time.sleep(float(rng.uniform(0, 0.1)))
        process.send_signal(signal.SIGKILL)
        deaths += process.wait() == -signal.SIGKILL
        written = len(read_epochs(metrics))
        state = folder / "state.json"
        if state.is_file():  # absent when the run was finished before the signal came
            assert json.loads(state.read_text())["epoch"] >= written - 1
    assert deaths >= 1
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], cwd=root, env=environment, check=True)
    whole = tmp_path / "whole"
    train(small_task(), small_model(), small_settings(epochs=100), whole)
    assert weights(folder) == weights(whole)
    lines = [read_epochs(f / "metrics.jsonl") for f in (folder, whole)]
    assert [(e.loss, e.scores) for e in lines[0]] == [(e.loss, e.scores) for e in lines[1]]


def test_a_torn_last_line_is_dropped(tmp_path):
    train(small_task(), small_model(), small_settings(), tmp_path)
    path = tmp_path / "metrics.jsonl"
    whole = read_epochs(path)
    path.write_text(path.read_text()[:-20])
    assert read_epochs(path) == whole[:-1]


def test_a_finished_run_is_not_run_again(tmp_path):
    first = train(small_task(), small_model(), small_settings(), tmp_path)
    before = weights(tmp_path)
    again = train(
        small_task(),
        small_model(),
        small_settings(),
        tmp_path,
        resume=True,
        on_epoch=lambda _: pytest.fail("ran again"),
    )
    assert again.epochs == first.epochs
    assert weights(tmp_path) == before


def test_a_run_in_the_way_is_refused_and_other_settings_too(tmp_path):
    train(small_task(), small_model(), small_settings(), tmp_path)
    with pytest.raises(TrainingError, match=r"a run is there already.*\n.*--resume"):
        train(small_task(), small_model(), small_settings(), tmp_path)
    with pytest.raises(TrainingError, match="a run with another settings"):
        train(small_task(), small_model(), small_settings(lr=0.5), tmp_path, resume=True)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "state.json").write_text("{"), "unreadable state"),
        (lambda f: (f / "state.json").write_text('{"epoch": 2, "slot": 7, "values": 3}'), "unreadable state"),
        (lambda f: (f / "state.json").write_text('{"epoch": 2, "slot": 0, "values": 3}'), "3 saved values"),
        (lambda f: (f / "state-0.bin").write_bytes(b"1234"), "saved values"),
    ],
)
def test_a_damaged_state_is_an_error_with_a_remedy(tmp_path, damage, message):
    def interrupt(record) -> None:
        if record.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(small_task(), small_model(), small_settings(), tmp_path, on_epoch=interrupt)
    damage(tmp_path)
    with pytest.raises(TrainingError, match=message) as error:
        train(small_task(), small_model(), small_settings(), tmp_path, resume=True)
    assert "start anew" in str(error.value)


def test_a_loss_that_is_not_finite_stops_and_names_the_batch(tmp_path):
    task = small_task()
    broken = task.train[2].features.video_TD.copy()
    broken[1, 3] = np.inf
    bad = replace(task.train[2], features=replace(task.train[2].features, video_TD=broken))
    task = replace(task, train=(*task.train[:2], bad, *task.train[3:]))
    with pytest.raises(TrainingError, match=r"epoch 1, batch of .*loss nan") as error:
        train(task, small_model(), small_settings(batch_size=1), tmp_path)
    assert bad.annotation.query_id in str(error.value)
    assert "data check" in str(error.value)


def test_a_test_loss_that_is_not_finite_stops_and_names_the_batch(tmp_path):
    """The last step of an epoch may be the one that blows up: its loss is seen by the evaluation alone."""
    with pytest.raises(TrainingError, match=r"evaluation after epoch 1, batch of .*loss nan"):
        train(small_task(), small_model(), small_settings(batch_size=8, lr=1e38), tmp_path)


def test_two_processes_in_one_folder_are_refused(tmp_path):
    def again(_) -> None:
        train(small_task(), small_model(), small_settings(), tmp_path, resume=True)

    with pytest.raises(TrainingError, match="another process is training here"):
        train(small_task(), small_model(), small_settings(), tmp_path, on_epoch=again)
    train(small_task(), small_model(), small_settings(), tmp_path, resume=True)  # free again


def test_a_resumed_run_takes_the_threads_it_was_started_with(tmp_path):
    def interrupt(_) -> None:
        raise KeyboardInterrupt

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        with pytest.raises(KeyboardInterrupt):
            train(small_task(), small_model(), small_settings(), tmp_path, on_epoch=interrupt)
        torch.set_num_threads(2)
        train(small_task(), small_model(), small_settings(), tmp_path, resume=True)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


def test_a_full_disk_is_an_error_before_the_first_epoch(tmp_path, monkeypatch):
    def full(*_) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(TrainingError, match=r"No space left(.|\n)*make room"):
        train(small_task(), small_model(), small_settings(), tmp_path)


def test_examples_that_are_only_partly_labelled_are_refused():
    task = small_task()
    unlabelled = replace(task.train[1], annotation=replace(task.train[1].annotation, windows_s=None))
    with pytest.raises(ConfigError, match="1 of 5 training examples have no windows_s"):
        replace(task, train=(task.train[0], unlabelled, *task.train[2:]))


@pytest.mark.parametrize("bad", [{"lr": float("nan")}, {"epochs": 0}, {"weight_decay": -1.0}, {"device": "cude"}])
def test_settings_that_cannot_be_are_refused(bad):
    with pytest.raises(ConfigError, match=next(iter(bad))):
        small_settings(**bad)
