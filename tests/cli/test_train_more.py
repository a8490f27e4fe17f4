"""`train` with a checkpoint to start from, with options for the machine, and under torchrun."""

import json
import os
import subprocess
import sys

import pytest

from tests.cli.run import ROOT, here
from visionaryvids.data.synthetic import write_tvsum, write_youtube

TINY = ("--epochs", 2, "--set", "width=32", "heads=4")
LAUNCH = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "visionaryvids")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_tvsum(folder / "tvsum", width=24, clips=(14, 20))
    write_youtube(folder / "youtube", width=24)
    return folder


def words(root, out, *more) -> list[object]:
    return ["train", "tvsum", "--domain", "BK", "--data", root / "tvsum", "--out", out, *more]


def launched(*told: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *LAUNCH, *map(str, told)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_a_model_is_tuned_for_other_data(capsys, root, tmp_path):
    """TVSum has a query and YouTube Highlights none: what is left behind is said, the architecture is kept."""
    assert here(capsys, *words(root, tmp_path / "first", *TINY)).status == 0
    start = tmp_path / "first" / "model.safetensors"
    told = ("train", "youtube", "--domain", "parkour", "--data", root / "youtube", "--epochs", 1, "--from", start)
    ran = here(capsys, *told, "--out", tmp_path / "tuned", "-j", 1)
    assert ran.status == 0, ran.err
    assert "parameters taken; left behind: generator (7)" in ran.err
    config = json.loads((tmp_path / "tuned" / "config.json").read_text())
    assert (config["model"]["width"], config["settings"]["start"]) == (32, str(start))
    refused = here(capsys, *told, "--out", tmp_path / "refused", "--set", "width=64")
    assert refused.status == 2
    assert "--from brings its own" in refused.err


def test_a_start_that_is_none_is_status_2(capsys, root, tmp_path):
    ran = here(capsys, *words(root, tmp_path / "run", *TINY, "--from", "no.safetensors"))
    assert ran.status == 2
    assert "no.safetensors: no such file" in ran.err


def test_options_for_the_machine_are_on_record(capsys, root, tmp_path):
    told = words(root, tmp_path / "run", *TINY, "batch_size=4", "--precision", "bf16", "--accumulate", 2)
    assert here(capsys, *told).status == 0
    settings = json.loads((tmp_path / "run" / "config.json").read_text())["settings"]
    assert (settings["precision"], settings["accumulate"], settings["compile"]) == ("bf16", 2, False)


def test_two_processes_leave_one_result(capsys, root, tmp_path):
    more = (*TINY, "batch_size=4", "dropout=0", "input_dropout=0", "query_dropout=0")
    ran = launched(*words(root, tmp_path / "two", *more))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("held out: last epoch") == 1
    assert ran.stderr.count("2/2 epochs") == 1
    assert here(capsys, *words(root, tmp_path / "one", *more)).status == 0
    two, one = (json.loads((tmp_path / name / "result.json").read_text()) for name in ("two", "one"))
    assert two["protocols"].keys() == one["protocols"].keys()
    lines = [(tmp_path / name / "metrics.jsonl").read_text().splitlines() for name in ("two", "one")]
    losses = [[json.loads(line)["loss"]["total"] for line in found] for found in lines]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_two_processes_for_one_example_a_step_are_refused_with_a_remedy(root, tmp_path):
    ran = launched(*words(root, tmp_path / "run", *TINY))
    assert ran.returncode != 0
    assert "batch_size: 1 examples in a batch and 2 processes" in ran.stderr
    assert "--set batch_size=32" in ran.stderr
