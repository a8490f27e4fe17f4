"""Losses and targets as UMT defines them, on cases small enough to work out by hand."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.samples import batch, small_network
from visionaryvids.data.batch import Batch
from visionaryvids.model.config import UMT_COMPAT, Compat
from visionaryvids.model.decode import moment_candidates
from visionaryvids.model.network import Outputs
from visionaryvids.training.losses import LossWeights, compute_losses, ranking_loss, saliency_loss
from visionaryvids.training.targets import boundary_targets


def labelled(clips: int, *windows: tuple[float, float], clip_s: float = 2.0) -> Batch:
    return Batch(
        ids=("a",),
        clip_s=clip_s,
        video_BTD=torch.zeros(1, clips, 1),
        audio_BTD=None,
        mask_BT=torch.ones(1, clips, dtype=torch.bool),
        windows_BN2=torch.tensor([windows]).reshape(1, -1, 2),
        window_mask_BN=torch.ones(1, len(windows), dtype=torch.bool),
        padded=False,
    )


def test_a_moment_of_one_clip_has_window_zero_in_its_own_clip():
    targets = boundary_targets(labelled(5, (4.0, 6.0)), Compat())
    assert targets.center_BT.tolist() == [[0, 0, 1, 0, 0]]
    assert targets.weight_BT.tolist() == [[0, 0, 1, 0, 0]]
    assert targets.window_BT[0, 2] == 0
    assert targets.offset_BT[0, 2] == 0


def test_a_long_moment_has_a_gaussian_of_radius_a_fifth_of_its_window():
    targets = boundary_targets(labelled(20, (4.0, 28.0)), Compat())  # clips 2..13: centre 7.5, window 11, radius 2
    sigma = 3 * 0.2
    bump = [torch.tensor(-(d**2) / (2 * sigma**2)).exp().item() for d in (-2, -1, 0, 1, 2)]
    assert targets.center_BT[0, 5:10].tolist() == pytest.approx(bump)
    assert targets.center_BT[0].sum().item() == pytest.approx(sum(bump))
    assert (targets.window_BT[0, 7], targets.offset_BT[0, 7]) == (11, 0.5)


def test_of_two_moments_with_one_centre_the_later_wins_and_both_count():
    targets = boundary_targets(labelled(20, (8.0, 14.0), (4.0, 18.0)), Compat())
    assert targets.window_BT[0, 5] == 6
    assert targets.num_centers == 2
    assert targets.weight_BT.sum() == 1


def test_a_centre_stays_inside_its_own_video():
    block = labelled(10, (30.0, 60.0))
    block = replace(block, mask_BT=torch.arange(10)[None] < 6, padded=True)
    assert boundary_targets(block, Compat()).weight_BT[0].nonzero().item() == 5
    assert boundary_targets(block, UMT_COMPAT).weight_BT[0].nonzero().item() == 9  # the padded length, as released


def test_no_moments_give_finite_losses():
    block = replace(labelled(6, (0.0, 2.0)), window_mask_BN=torch.zeros(1, 1, dtype=torch.bool))
    outputs = Outputs(block.mask_BT, None, *torch.randn(3, 1, 6))
    losses = compute_losses(outputs, block, LossWeights(), Compat())
    assert losses.window == 0
    assert losses.offset == 0
    assert torch.isfinite(losses.total)


def test_no_moment_labels_leave_the_boundary_losses_out():
    network, block = small_network(), batch(9, 5)
    unlabelled = replace(block, windows_BN2=None, window_mask_BN=None)
    assert compute_losses(network(unlabelled), unlabelled, LossWeights(), Compat()).parts.keys() == {"saliency"}


def test_saliency_loss_is_a_mean_over_real_clips():
    logits, target = torch.zeros(1, 4), torch.tensor([[1.0, 0.0, 0.3, 0.0]])
    mask = torch.tensor([[True, True, False, False]])
    log2 = torch.tensor(2.0).log()
    torch.testing.assert_close(saliency_loss(logits, target, mask), log2)
    torch.testing.assert_close(saliency_loss(logits, target, mask, over_padding=True), log2 / 2)


@settings(max_examples=30)
@given(st.integers(2, 60), st.data())
def test_decoding_the_targets_gives_the_moment_back(clips, data):
    """Targets and decoding are inverse: perfect outputs decode to the labelled seconds."""
    start = data.draw(st.integers(0, clips - 1))
    end = data.draw(st.integers(start + 1, clips))
    block = labelled(clips, (2.0 * start, 2.0 * end))
    targets = boundary_targets(block, Compat())
    logits = torch.where(targets.weight_BT > 0, 9.0, -9.0)
    outputs = Outputs(block.mask_BT, None, logits, targets.window_BT, targets.offset_BT)
    best = moment_candidates(outputs, 2.0, Compat())[0, 0]
    assert best[:2].tolist() == pytest.approx([2.0 * start, 2.0 * end], abs=1e-4)


def test_losses_weigh_as_told():
    network, block = small_network(), batch(9, 5)
    outputs = network(block)
    plain = compute_losses(outputs, block, LossWeights(1, 1, 1, 1), Compat()).parts
    doubled = compute_losses(outputs, block, LossWeights(2, 3, 4, 5), Compat()).parts
    for name, factor in {"saliency": 2, "center": 3, "window": 4, "offset": 5}.items():
        torch.testing.assert_close(doubled[name], factor * plain[name])


def test_ranking_is_a_weighted_mean_over_pairs_and_padding_is_in_none():
    logits = torch.tensor([[0.3, -0.2, 1.5, 9.0], [2.0, 2.0, 2.0, 2.0]])
    target = torch.tensor([[1.0, 0.5, 0.0, 1.0], [0.7, 0.7, 0.7, 0.7]])
    mask = torch.tensor([[True, True, True, False], [True] * 4])
    pairs = [(0, 1, 0.5), (0, 2, 1.0), (1, 2, 0.5)]
    expected = sum(w * torch.nn.functional.softplus(logits[0, j] - logits[0, i]) for i, j, w in pairs) / 2.0
    torch.testing.assert_close(ranking_loss(logits, target, mask), expected / 2)
    ordered = ranking_loss(10 * target, target, mask)
    assert ordered < 0.02 < ranking_loss(-10 * target, target, mask)
