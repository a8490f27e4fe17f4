"""Preset `umt` is UMT: every output, target and loss of the reference code, and every key of its checkpoints."""

import json
from dataclasses import replace

import pytest
import torch

from tests.parity.umt_goldens import CASES, WEIGHTS, Golden, load
from tests.shared import SHARED, needs_shared
from visionaryvids.model.checkpoint import from_umt
from visionaryvids.model.config import UMT_COMPAT, Compat
from visionaryvids.model.decode import moment_candidates, saliency_scores
from visionaryvids.training.losses import compute_losses
from visionaryvids.training.targets import boundary_targets

NAMES = ["hd", "hd_query", "mr", "mrhd"]
SMALL = [pytest.param((CASES / f"umt_tiny_{name}.npz", name), id=f"width16-{name}") for name in NAMES]
LARGE = [
    pytest.param((SHARED / "golden" / f"umt_{name}.npz", name), id=f"width64-{name}", marks=needs_shared)
    for name in NAMES
]


@pytest.fixture(params=SMALL + LARGE)
def golden(request) -> Golden:
    return load(*request.param)


@pytest.fixture
def network(golden):
    return from_umt(golden.group("sd/"))


def test_outputs_equal(golden, network):
    batch = golden.batch()
    with torch.no_grad():
        outputs = network(batch)
    expected = golden.group("out/")
    assert expected
    if "saliency" in expected:
        torch.testing.assert_close(saliency_scores(outputs), expected["saliency"], atol=1e-5, rtol=0)
    if "boundary" in expected:
        found = moment_candidates(outputs, batch.clip_s, UMT_COMPAT)
        torch.testing.assert_close(found, expected["boundary"], atol=1e-5, rtol=0)


def test_targets_equal(golden):
    expected = golden.group("target/")
    if not expected:
        pytest.skip("a case without moments")
    targets = boundary_targets(golden.batch(), UMT_COMPAT)
    for name in ("center", "window", "offset", "weight"):
        torch.testing.assert_close(getattr(targets, f"{name}_BT"), expected[name], atol=1e-5, rtol=0, msg=name)
    assert targets.num_centers == expected["avg_factor"]


def test_losses_equal(golden, network):
    batch = golden.batch()
    with torch.no_grad():
        losses = compute_losses(network(batch), batch, WEIGHTS[golden.name], UMT_COMPAT)
    expected = {key.split(".")[1].removesuffix("_loss"): value for key, value in golden.group("loss/").items()}
    assert losses.parts.keys() == expected.keys()
    for name, value in losses.parts.items():
        torch.testing.assert_close(value, expected[name], atol=1e-5, rtol=0, msg=name)


def test_each_quirk_changes_what_it_names(golden, network):
    """Without its quirk the same weights give another result on a padded batch: the option is not a no-op."""
    batch = golden.batch()
    right = from_umt(golden.group("sd/"))
    right.config = replace(right.config, compat=Compat())
    with torch.no_grad():
        theirs, ours = network(batch), right(batch)
    if theirs.saliency_BT is not None:
        assert not torch.allclose(saliency_scores(theirs)[2, :5], saliency_scores(ours)[2, :5], atol=1e-4)
        assert torch.allclose(saliency_scores(theirs)[0], saliency_scores(ours)[0], atol=1e-5)  # nothing padded there


@needs_shared
@pytest.mark.parametrize(
    "model",
    [
        "umt_small_500e_tvsum_bk",
        "umt_small_100e_youtube_dog",
        "umt_base_200e_qvhighlights",
        "umt_base_va_100e_charades",
    ],
)
def test_every_key_of_a_released_checkpoint_maps(model):
    shapes = json.loads((SHARED / "golden" / "umt_checkpoint_shapes.json").read_text())[model]
    state = {key: torch.zeros(shape) for key, shape in shapes.items()}
    network = from_umt(state)  # raises on a key that is missing or left over, or a shape that differs
    assert sum(p.numel() for p in network.parameters()) == sum(value.numel() for value in state.values())
