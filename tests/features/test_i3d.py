"""I3D against both public ports of it, and laws that need no goldens."""

import zlib

import numpy as np
import pytest
import torch

from tests.features.golden_weights import arrays, assert_close, assert_stage, entries, golden_state, outputs, seeded
from tests.shared import needs_shared
from visionaryvids.errors import CheckpointError
from visionaryvids.features.i3d import I3D, SECOND, load_network

STREAMS = {"i3d_rgb": 3, "i3d_flow": 2}
BOTH = ["i3d_rgb", pytest.param("i3d_flow", marks=pytest.mark.slow)]
"""They differ in their first layer only."""


def snippet(seed: int, channels: int, frames: int) -> torch.Tensor:
    value = np.random.RandomState(seed).uniform(-1, 1, (1, channels, frames, 224, 224))
    return torch.from_numpy(value.astype(np.float32))


@needs_shared
@pytest.mark.parametrize("name", STREAMS)
def test_keys_and_shapes_are_the_published_ones(name):
    own = {key: list(value.shape) for key, value in I3D(STREAMS[name]).state_dict().items()}
    assert own == {entry["key"]: entry["shape"] for entry in entries(name)}


@needs_shared
def test_generated_weights_are_those_of_the_reference():
    state = golden_state("i3d_rgb")
    for entry in entries("i3d_rgb")[::7]:
        if "crc32" in entry:
            assert zlib.crc32(state[entry["key"]].numpy().tobytes()) == entry["crc32"]


@needs_shared
@pytest.mark.parametrize("name", STREAMS)
@torch.inference_mode()
def test_rows_classes_and_every_stage_are_the_first_ports(name):
    stored, network = arrays(name), load_network(golden_state(name))
    record = outputs(network, stored["stage_names"].tolist())
    features = network(snippet(0, STREAMS[name], 16))
    assert_close(features, stored["features"])
    assert_close(network.logits(features), stored["logits"])
    for stage, (found,) in record.items():
        assert_stage(stored, stage, found)


@needs_shared
@pytest.mark.parametrize("name", BOTH)
@torch.inference_mode()
def test_odd_lengths_are_padded_as_the_first_port_does(name):
    stored, network = arrays(name), load_network(golden_state(name))
    features = network(snippet(1, STREAMS[name], 25))
    assert_close(features, stored["features_t25"])
    assert_close(network.logits(features), stored["logits_t25"])


@needs_shared
@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(("seed", "frames", "array"), [(0, 16, "port2_features"), (1, 25, "port2_features_t25")])
@torch.inference_mode()
def test_the_second_ports_rows_from_a_file_with_its_names(name, seed, frames, array):
    renamed = {entry["key"]: entry["key_in_second_port"] for entry in entries(name)}
    state = {renamed[key]: value for key, value in golden_state(name).items() if "batches" not in key}
    network = load_network(state, SECOND)
    assert_close(network(snippet(seed, STREAMS[name], frames)).mean((2, 3, 4)), arrays(name)[array])


@torch.inference_mode()
def test_a_snippet_does_not_depend_on_its_neighbours():
    network = load_network(seeded(I3D(2)))
    both = torch.cat([snippet(seed, 2, 9) for seed in (2, 3)])
    together, alone = network(both), torch.cat([network(both[:1]), network(both[1:])])
    assert together.shape == (2, 1024, 1, 1, 1)
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-5)
    assert torch.equal(together, network(both))


def test_the_weights_say_which_stream_and_how_many_classes():
    network = load_network(seeded(I3D(2, classes=157)))
    assert network.get_parameter("Conv3d_1a_7x7.conv3d.weight").shape == (64, 2, 7, 7, 7)
    assert network.get_parameter("logits.conv3d.bias").shape == (157,)


def test_other_weights_are_refused():
    state = seeded(I3D(3))
    del state["Mixed_4b.b0.conv3d.weight"]
    with pytest.raises(CheckpointError, match=r"1 parameters missing.*Mixed_4b\.b0\.conv3d\.weight"):
        load_network(state)
    with pytest.raises(CheckpointError, match=r"1 left over.*Mixed_6a"):
        load_network(seeded(I3D(3)) | {"Mixed_6a.bn.bias": torch.zeros(1)})
