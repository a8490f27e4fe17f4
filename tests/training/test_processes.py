"""Two processes learn what one learns; the first alone writes."""

import json
import os
import subprocess
import sys

import pytest
import torch

from tests.cli.run import ROOT
from tests.training.tasks import small_config, weights
from tests.training.two_processes import CASES, run
from visionaryvids.errors import ConfigError
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.model.layers import Attention
from visionaryvids.model.network import Network, build
from visionaryvids.training.processes import Processes, joined
from visionaryvids.training.record import read_epochs

GPUS = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs")
DEVICES = ["cpu", pytest.param("cuda", marks=GPUS)]


@pytest.fixture(scope="module", params=DEVICES)
def together(request, tmp_path_factory):
    """Every case, trained by two processes: their folder, and the device."""
    folder = tmp_path_factory.mktemp("together")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = {**os.environ, "DEVICE": request.param, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        [*command, "-m", "tests.training.two_processes", str(folder)],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return folder


def curve(folder) -> list[float]:
    return [value for epoch in read_epochs(folder / "metrics.jsonl") for value in epoch.loss.values()]


@pytest.mark.parametrize("case", CASES)
def test_two_processes_learn_what_one_does(together, case, tmp_path):
    alone = run(case, tmp_path)
    assert curve(together / case) == pytest.approx(curve(tmp_path), rel=2e-3)
    first, last = (read_epochs(together / case / "metrics.jsonl")[i] for i in (0, -1))
    assert first.loss == pytest.approx(alone.epochs[0].loss, rel=1e-4)
    assert last.test_loss == pytest.approx(alone.epochs[-1].test_loss, rel=2e-3)
    theirs = learned(load_checkpoint(together / case / "model.safetensors").network)
    for name, value in learned(alone.network).items():
        torch.testing.assert_close(theirs[name], value, rtol=1e-2, atol=2e-3, msg=name)


def learned(network: Network) -> dict[str, torch.Tensor]:
    """The parameters, but for the biases of keys: they change no result, and AdamW scales their rounding errors up."""
    values = dict(network.state_dict())
    for name, module in network.named_modules():
        if isinstance(module, Attention):
            query, _, value = values.pop(f"{name}.bias").chunk(3)
            values |= {f"{name}.query": query, f"{name}.value": value}
    return values


def test_a_head_without_labels_is_left_as_it_was(together, tmp_path):
    """Weight decay would shrink it, if a gradient of zero were made for it."""
    trained = load_checkpoint(together / "unrated" / "model.safetensors").network
    assert torch.equal(trained.saliency.out.weight, build(small_config(), 3).saliency.out.weight)


def test_two_processes_resume_to_the_bit(together):
    """Dropout and all: cut after two epochs and resumed, against the same run in one go."""
    assert weights(together / "resumed") == weights(together / "straight")


def test_the_first_alone_writes_and_the_number_of_processes_is_on_record(together):
    assert sorted(p.name for p in (together / "umt").iterdir()) == ["config.json", "metrics.jsonl", "model.safetensors"]
    assert [e.epoch for e in read_epochs(together / "umt" / "metrics.jsonl")] == [1, 2, 3, 4, 5, 6]
    assert json.loads((together / "umt" / "config.json").read_text())["number of processes"] == 2


def test_alone_nothing_is_joined():
    with joined("cpu") as processes:
        assert processes == Processes(0, 1)
        assert processes.interleave([1, 2]) == [1, 2]
        assert processes.sum([1.0, 2.0]) == [1.0, 2.0]


def test_one_gpu_for_several_processes_is_refused(monkeypatch):
    for name, value in {"TORCHELASTIC_RUN_ID": "x", "WORLD_SIZE": "2", "LOCAL_RANK": "1"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=r"cuda:0 for every process"), joined("cuda:0"):
        pass
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ConfigError, match=r"process 2 and 1 GPUs(.|\n)*--nproc-per-node 1"), joined("cuda"):
        pass
