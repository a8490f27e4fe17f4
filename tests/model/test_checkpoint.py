"""Weights on disk: what was saved comes back, what is damaged is named, and no pickle is ever run."""

import json
import os
import pickle

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save, save_file

from tests.model.samples import batch, small_config, small_network
from tests.parity.umt_goldens import CASES, load
from visionaryvids.errors import CheckpointError
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.model.calibration import Line
from visionaryvids.model.checkpoint import Inputs, from_umt, load_checkpoint, save_checkpoint


def test_round_trip_with_provenance(tmp_path):
    network = small_network()
    save_checkpoint(tmp_path / "a.safetensors", network, {"task": "x", "epoch": 3})
    found = load_checkpoint(tmp_path / "a.safetensors")
    assert found.network.config == network.config
    assert (found.provenance["task"], found.provenance["epoch"]) == ("x", 3)
    with torch.no_grad():
        assert torch.equal(found.network(batch(9, 4)).saliency_BT, network(batch(9, 4)).saliency_BT)


def test_equal_networks_are_equal_files(tmp_path):
    for name in "ab":
        save_checkpoint(tmp_path / name, small_network(), {"z": 1, "a": 2})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_table_is_stored_for_sine_codes(tmp_path):
    sine = {f"{part}_position": "sincos1d" for part in ("audio", "fusion", "decoder")}
    network = small_network(small_config(**sine))
    assert not [name for name in network.state_dict() if "position" in name]


def test_released_pth_files_are_read_as_tensors_only(tmp_path):
    golden = load(CASES / "umt_tiny_mrhd.npz", "mrhd")
    path = tmp_path / "released.pth"
    torch.save({"state_dict": golden.group("sd/"), "meta": {"epoch": 3}}, path)
    found = load_checkpoint(path).network
    expected = from_umt(golden.group("sd/"))
    for a, b in zip(found.parameters(), expected.parameters(), strict=True):
        assert torch.equal(a, b)


class Payload:
    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("writer", [torch.save, lambda value, path: path.write_bytes(pickle.dumps(value))])
def test_a_pickle_with_a_payload_is_refused_and_never_run(tmp_path, writer):
    path, trap = tmp_path / "evil.pth", tmp_path / "trap"
    writer({"state_dict": Payload(trap)}, path)
    with pytest.raises(CheckpointError, match="never run"):
        load_checkpoint(path)
    assert not trap.exists()


def damaged(tmp_path, change):
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, small_network(), {})
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(bytes(content))
    return path


def test_a_truncated_file_is_named(tmp_path):
    path = damaged(tmp_path, lambda content: content.__delitem__(slice(2000, None)))
    with pytest.raises(CheckpointError, match="unreadable"):
        load_checkpoint(path)


def test_weights_without_our_header_are_named(tmp_path):
    save_file({"x": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match="no header of ours"):
        load_checkpoint(tmp_path / "other.safetensors")


def test_a_path_may_be_text(tmp_path):
    save_checkpoint(tmp_path / "a.safetensors", small_network(), {})
    assert load_checkpoint(str(tmp_path / "a.safetensors")).network.config == small_config()


@pytest.mark.parametrize("zipped", [True, False])
def test_damaged_pth_files_are_always_a_checkpoint_error(tmp_path, zipped):
    path = tmp_path / "a.pth"
    torch.save({"w": torch.zeros(3)}, path, _use_new_zipfile_serialization=zipped)
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    for _ in range(150):
        content = bytearray(whole)
        for place in rng.integers(0, len(content), 3):
            content[place] = rng.integers(0, 256)
        path.write_bytes(content)
        with pytest.raises(CheckpointError):
            load_checkpoint(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CheckpointError, match="no such file"):
        load_checkpoint(tmp_path / "none.safetensors")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("cross_enc.norm.bias"), "1 keys do not map .cross_enc.norm.bias"),
        (lambda s: s.update({"extra.weight": torch.zeros(1)}), "extra.weight"),
        (lambda s: s.update({"cross_enc.norm.bias": torch.zeros(3)}), "1 of another shape .fusion.norm.bias"),
        (lambda s: s.clear(), "no UMT parameters"),
    ],
)
def test_a_umt_state_that_does_not_fit_is_named(change, message):
    state = load(CASES / "umt_tiny_hd.npz", "hd").group("sd/")
    change(state)
    with pytest.raises(CheckpointError, match=message):
        from_umt(state)


def test_what_made_the_features_is_kept_beside_the_weights(tmp_path):
    network = small_network()
    inputs = Inputs(FeatureSpec("lite", 1, 1.0, 4, None, None, {"crop": {"side": 224}}), clips=40)
    save_checkpoint(tmp_path / "known.safetensors", network, {}, inputs)
    save_checkpoint(tmp_path / "unknown.safetensors", network, {})
    assert load_checkpoint(tmp_path / "known.safetensors").inputs == inputs
    assert load_checkpoint(tmp_path / "unknown.safetensors").inputs is None


def header(path):
    with safe_open(path, framework="pt") as file:
        return json.loads(file.metadata()["visionaryvids"])


def write_again(path, about):
    """The same tensors below another header."""
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    path.write_bytes(save(tensors, metadata={"visionaryvids": json.dumps(about)}))


def test_what_calibrates_present_is_kept_beside_the_weights(tmp_path):
    path, line = tmp_path / "a.safetensors", Line(0.41163912415504456, -1.25)
    save_checkpoint(path, small_network(), {}, present=line)
    assert load_checkpoint(path).present == line
    assert header(path)["present"] == {"slope": line.slope, "offset": line.offset}, "plain numbers, and no pickle"


def test_a_file_from_before_there_was_a_calibration_still_loads(tmp_path):
    """Byte for byte what is written without one: the header has no entry that older files lack."""
    path, network = tmp_path / "old.safetensors", small_network()
    save_checkpoint(path, network, {"epoch": 3})
    old = {"schema": "visionaryvids/checkpoint/1", "config": network.config.to_dict(), "provenance": {"epoch": 3}}
    assert header(path).keys() == old.keys()
    write_again(path, old)
    found = load_checkpoint(path)
    assert (found.present, found.provenance) == (None, {"epoch": 3})
    with torch.no_grad():
        assert torch.equal(found.network(batch(9, 4)).saliency_BT, network(batch(9, 4)).saliency_BT)


@pytest.mark.parametrize(
    "present",
    [
        {"slope": -1.0, "offset": 0.0}, {"slope": float("nan"), "offset": 0.0}, {"slope": 1.0, "offset": float("inf")},
        {"slope": "1", "offset": 0.0}, {"slope": 1.0, "offset": None}, {"slope": 1.0}, [1.0, 0.0], None,
    ],
)  # fmt: skip
def test_a_damaged_calibration_is_named(tmp_path, present):
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, small_network(), {}, present=Line(1.0, 0.0))
    write_again(path, {**header(path), "present": present})
    with pytest.raises(CheckpointError, match="damaged header"):
        load_checkpoint(path)
