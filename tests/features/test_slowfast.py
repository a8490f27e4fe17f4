"""SlowFast against the public reference, and laws that need no goldens."""

import numpy as np
import pytest
import torch

from tests.features.golden_weights import arrays, assert_close, assert_stage, entries, golden_state, seeded
from tests.shared import needs_shared
from visionaryvids.errors import CheckpointError
from visionaryvids.features.slowfast import SlowFast, load_network, slow_index

STAGES = ["s1", "s1_fuse", "s2", "s2_fuse", "s3", "s3_fuse", "s4", "s4_fuse", "s5"]


@needs_shared
def test_keys_and_shapes_are_the_published_ones():
    own = {key: list(value.shape) for key, value in SlowFast().state_dict().items()}
    assert own == {entry["key"]: entry["shape"] for entry in entries("slowfast")}


@needs_shared
def test_the_slow_pathway_takes_the_published_frames():
    assert slow_index() == arrays("slowfast")["slow_index"].tolist() == [0, 4, 8, 13, 17, 22, 26, 31]


@needs_shared
@torch.inference_mode()
def test_rows_and_every_stage_are_the_references():
    stored, network = arrays("slowfast"), load_network(golden_state("slowfast"))
    record: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
    for name in STAGES:
        network.get_submodule(name).register_forward_hook(
            lambda _, __, paths, name=name: record.update({name: tuple(path.clone() for path in paths)})
        )
    frames = np.random.RandomState(0).random_sample((1, 3, 32, 224, 224)).astype(np.float32)
    features = network((torch.from_numpy(frames) - 0.45) / (0.225 + 1e-8))
    assert_close(features, stored["features"])
    assert_stage(stored, "feature", features)
    for name, paths in record.items():
        for index, path in enumerate(paths):
            assert_stage(stored, f"{name}/pathway{index}", path)


@torch.inference_mode()
def test_a_snippet_does_not_depend_on_its_neighbours():
    network = load_network(seeded(SlowFast()))
    both = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 3, 32, 64, 64)).astype(np.float32))
    together, alone = network(both), torch.cat([network(both[:1]), network(both[1:])])
    assert together.shape == (2, 2304)
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5 * float(together.abs().max()))
    assert torch.equal(together, network(both))


def test_other_weights_are_refused():
    state = seeded(SlowFast())
    state["s5.pathway1_res2.branch2.c.weight"] = torch.zeros(256, 64, 1, 1)
    with pytest.raises(CheckpointError, match=r"1 of another shape \(s5\.pathway1_res2\.branch2\.c\.weight"):
        load_network(state)
