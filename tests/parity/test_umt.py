"""Preset `umt` is UMT: every output, target and loss of the reference code, and every key of its checkpoints."""

import json
from dataclasses import replace

import pytest
import torch

from tests.parity.umt_goldens import CASES, WEIGHTS, Golden, load
from tests.shared import SHARED, needs_shared
from visionaryvids.data.batch import Batch
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


def told(golden: Golden, batch: Batch, compat: Compat) -> dict[str, torch.Tensor]:
    """All that the reference's weights say of a batch under some quirks: outputs of real clips, moments, losses."""
    network = from_umt(golden.group("sd/"))
    network.config = replace(network.config, compat=compat)
    with torch.no_grad():
        outputs = network(batch)
        found = {f"{k} loss": v for k, v in compute_losses(outputs, batch, WEIGHTS[golden.name], compat).parts.items()}
    for name in ("saliency", "center", "window", "offset"):
        value = getattr(outputs, f"{name}_BT")
        found |= {} if value is None else {name: value * batch.mask_BT}
    if batch.windows_BN2 is not None:
        targets = boundary_targets(batch, compat)
        found |= {f"{k} target": getattr(targets, f"{k}_BT") for k in ("center", "window", "offset", "weight")}
        found["moments"] = moment_candidates(outputs, batch.clip_s, compat)
    return found


def a_moment_that_ends_late(batch: Batch) -> Batch:
    """The batch with a moment in its second video (9 of 13 clips) whose centre lies behind the video's last clip."""
    if batch.windows_BN2 is None:
        return batch
    windows_BN2 = batch.windows_BN2.clone()
    windows_BN2[1, 0] = torch.tensor([7.0, 13.0]) * batch.clip_s
    return replace(batch, windows_BN2=windows_BN2)


OUTPUTS = {"saliency", "center", "window", "offset", "moments"}
WITHOUT = {  # what each quirk names: values of each video, and losses, that may differ without it
    "decoder_sees_padding": (OUTPUTS, {"saliency loss", "center loss", "window loss", "offset loss"}),
    "loss_averages_padding": (set(), {"saliency loss"}),
    "padding_is_a_clip": (
        {"moments", "center target", "offset target", "window target", "weight target"},
        {"center loss", "window loss", "offset loss"},
    ),
}
SHORT = [False, True, True]  # the videos of a golden batch that are padded
LATE = [False, True, False]  # the one with a moment that ends late


@pytest.mark.parametrize("quirk", WITHOUT)
def test_each_quirk_changes_what_it_names_and_nothing_else(golden, quirk):
    """With one quirk turned off, the same weights give other values where it says so, and equal ones elsewhere."""
    batch = a_moment_that_ends_late(golden.batch())
    theirs, ours = (told(golden, batch, c) for c in (UMT_COMPAT, replace(UMT_COMPAT, **{quirk: False})))
    values, losses = WITHOUT[quirk]
    moved = {name: (theirs[name] - ours[name]).abs() > 1e-6 for name in theirs}
    for name, apart in moved.items():
        if name.endswith("loss"):
            assert bool(apart) == (name in losses), name
        else:
            rows = LATE if name.endswith("target") else SHORT
            assert apart.flatten(1).any(1).tolist() == (rows if name in values else [False] * 3), name


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
