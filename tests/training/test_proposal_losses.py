"""What the proposal head is told, against slow loops; a judge who is right is told off less than one who is wrong."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.samples import batch, small_config, small_network, tensors_of
from visionaryvids.data.batch import Batch
from visionaryvids.model.config import Compat
from visionaryvids.model.network import Outputs
from visionaryvids.training.losses import NEAR, LossWeights, compute_losses, edges_loss, quality_loss
from visionaryvids.training.targets import proposal_targets

CLIP_S, CLIPS = 2.0, 30
EVEN = LossWeights(quality=1.0, edges=1.0)
intervals = st.tuples(st.integers(0, CLIPS - 1), st.integers(1, CLIPS)).map(lambda p: (p[0], min(CLIPS, p[0] + p[1])))
examples = st.tuples(st.lists(intervals, min_size=1, max_size=6), st.lists(intervals, max_size=3))
batches = st.lists(examples, min_size=1, max_size=4)


def block(rows):
    """Lists of intervals as a padded block and its mask."""
    longest = max(1, *(len(row) for row in rows), 1)
    padded = [[*row, *[(0, 0)] * (longest - len(row))] for row in rows]
    return torch.tensor(padded), torch.arange(longest) < torch.tensor([[len(row)] for row in rows])


def labelled(made):
    """A batch of proposals and moments, both in clips."""
    proposals, proposal_mask = block([proposed for proposed, _ in made])
    windows, window_mask = block([true for _, true in made])
    return Batch(
        ids=("",) * len(made), clip_s=CLIP_S, video_BTD=None, audio_BTD=None,
        mask_BT=torch.ones(len(made), CLIPS, dtype=torch.bool),
        windows_BN2=windows * CLIP_S, window_mask_BN=window_mask,
        proposals_BN2=proposals, proposal_mask_BN=proposal_mask,
    )  # fmt: skip


def overlap(a, b):
    shared = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return shared / (a[1] - a[0] + b[1] - b[0] - shared)


def judged(labels, seed=0):
    """Random quality and edges."""
    random = torch.Generator().manual_seed(seed)
    shape = labels.proposals_BN2.shape
    quality, edges = torch.randn(shape[:2], generator=random), torch.rand(shape, generator=random) * CLIPS
    return Outputs(labels.mask_BT, quality_BN=quality.requires_grad_(), edges_BN2=edges.requires_grad_())


def losses_of(outputs, labels, weights=EVEN):
    return compute_losses(outputs, labels, weights, Compat())


@given(batches)
def test_targets_are_those_of_slow_loops(made):
    targets = proposal_targets(labelled(made))
    for row, (proposed, true) in enumerate(made):
        assert targets.mask_BN[row].tolist() == [n < len(proposed) for n in range(targets.mask_BN.size(1))]
        for n, proposal in enumerate(proposed):
            best = max((overlap(proposal, moment) for moment in true), default=0.0)
            assert targets.iou_BN[row, n].item() == pytest.approx(best, abs=1e-6)
            assert targets.length_BN[row, n] == proposal[1] - proposal[0]
            if best > 0:
                assert overlap(proposal, targets.edges_BN2[row, n].tolist()) == pytest.approx(best, abs=1e-6)
                assert tuple(targets.edges_BN2[row, n].tolist()) in true
        assert not targets.iou_BN[row, len(proposed) :].any()


@settings(max_examples=50)
@given(batches, st.integers(0, 99))
def test_losses_are_those_of_slow_loops(made, seed):
    labels = labelled(made)
    outputs = judged(labels, seed)
    quality, near = 0.0, []
    for row, (proposed, true) in enumerate(made):
        for n, proposal in enumerate(proposed):
            iou, moment = max(((overlap(proposal, m), m) for m in true), default=(0.0, None), key=lambda pair: pair[0])
            says = outputs.quality_BN[row, n].sigmoid().item()
            surprise = -iou * torch.tensor(says).log() - (1 - iou) * torch.tensor(1 - says).log()
            quality += max(abs(iou - says), 0.05) * surprise.item()
            if moment and iou > NEAR:
                off = (outputs.edges_BN2[row, n] - torch.tensor(moment)).abs().sum().item()
                near.append(off / (proposal[1] - proposal[0]))
    found = losses_of(outputs, labels)
    assert found.quality.item() == pytest.approx(quality / len(made), rel=1e-4, abs=1e-6)
    assert found.edges.item() == pytest.approx(sum(near) / max(1, len(near)), rel=1e-4, abs=1e-6)


def several():
    """Two moments; none; padded proposals."""
    return labelled([([(0, 10), (3, 9), (20, 30), (0, 30)], [(2, 9), (19, 30)]), ([(4, 8)], []), ([(1, 5)], [(1, 5)])])


def test_a_proposal_is_told_of_the_moment_that_it_overlaps_most():
    targets = proposal_targets(several())
    assert targets.edges_BN2[0].tolist() == [[2, 9], [2, 9], [19, 30], [19, 30]]
    assert targets.iou_BN[0].tolist() == pytest.approx([7 / 10, 6 / 7, 10 / 11, 11 / 30])
    assert targets.iou_BN[1:].tolist() == [[0] * 4, [1, 0, 0, 0]]


def test_only_real_moments_count():
    labels = several()
    masked = replace(labels, window_mask_BN=torch.tensor([[False, True], [False, False], [False, False]]))
    targets = proposal_targets(masked)
    assert targets.iou_BN[0].tolist() == pytest.approx([0, 0, 10 / 11, 11 / 30])
    assert not targets.iou_BN[1:].any()


def test_nothing_of_batch_or_outputs_is_changed():
    labels = several()
    outputs = judged(labels)
    before = {name: value.clone() for name, value in tensors_of(labels).items()}
    said = outputs.quality_BN.clone(), outputs.edges_BN2.clone()
    losses_of(outputs, labels).total.backward()
    assert all(torch.equal(before[name], value) for name, value in tensors_of(labels).items())
    assert torch.equal(outputs.quality_BN, said[0])
    assert torch.equal(outputs.edges_BN2, said[1])


@given(batches, st.integers(0, 99))
def test_a_perfect_judge_is_told_off_least(made, seed):
    targets = proposal_targets(labelled(made))
    other = judged(labelled(made), seed)
    perfect = quality_loss(targets.iou_BN.clamp(1e-6, 1 - 1e-6).logit(), targets)
    assert perfect <= quality_loss(other.quality_BN, targets) + 1e-5
    assert edges_loss(targets.edges_BN2, targets) == 0 <= edges_loss(other.edges_BN2, targets)


@given(batches, st.integers(0, 99))
def test_a_judgement_is_pulled_towards_the_overlap_by_its_error_twice(made, seed):
    """The error weighs the loss, and is no way to make it smaller."""
    labels = labelled(made)
    outputs, targets = judged(labels, seed), proposal_targets(labels)
    quality_loss(outputs.quality_BN, targets).backward()
    error = outputs.quality_BN.detach().sigmoid() - targets.iou_BN
    expected = error * error.abs().clamp(min=0.05) * targets.mask_BN / len(made)
    torch.testing.assert_close(outputs.quality_BN.grad, expected, atol=1e-6, rtol=1e-4)


def test_each_wrong_answer_costs():
    targets = proposal_targets(several())
    perfect = targets.iou_BN.clamp(1e-6, 1 - 1e-6).logit()
    for row, n in targets.mask_BN.nonzero().tolist():
        wrong_quality, wrong_edges = perfect.clone(), targets.edges_BN2.clone()
        wrong_quality[row, n] += 3 if targets.iou_BN[row, n] < 0.5 else -3
        assert quality_loss(wrong_quality, targets) > quality_loss(perfect, targets)
        wrong_edges[row, n, 1] += 4
        assert (edges_loss(wrong_edges, targets) > 0) == (targets.iou_BN[row, n] > NEAR)


def test_padded_proposals_teach_nothing():
    labels = several()
    outputs = judged(labels)
    losses_of(outputs, labels).total.backward()
    padded = ~labels.proposal_mask_BN
    assert padded.any()
    assert not outputs.quality_BN.grad[padded].any()
    assert not outputs.edges_BN2.grad[padded].any()
    assert outputs.quality_BN.grad[~padded].all()


def test_no_moments_are_finite_and_teach_no_edges():
    labels = labelled([([(0, 4), (3, 9)], []), ([(2, 8)], [])])
    outputs = judged(labels)
    found = losses_of(outputs, labels)
    assert found.edges == 0
    assert found.quality > 0
    found.total.backward()
    assert torch.isfinite(outputs.quality_BN.grad).all()
    assert not outputs.edges_BN2.grad.any()


def test_losses_weigh_as_told():
    labels = several()
    plain = losses_of(judged(labels), labels)
    weighed = losses_of(judged(labels), labels, LossWeights(quality=3.0, edges=5.0))
    torch.testing.assert_close(weighed.quality, 3 * plain.quality)
    torch.testing.assert_close(weighed.edges, 5 * plain.edges)


def test_without_labels_or_proposals_there_are_no_such_losses():
    """The same network judges what a batch proposes, and nothing where it proposes nothing."""
    network, made = small_network(small_config(proposals=8, moments=False)), batch(9, 5)
    proposals, mask = block([[(0, 4), (2, 9)], [(0, 5)]])
    asked = replace(made, proposals_BN2=proposals, proposal_mask_BN=mask)
    assert losses_of(network(asked), asked).parts.keys() == {"saliency", "quality", "edges"}
    unlabelled = replace(asked, windows_BN2=None, window_mask_BN=None)
    assert losses_of(network(unlabelled), unlabelled).parts.keys() == {"saliency"}
    outputs = network(made)
    assert outputs.quality_BN is None
    assert outputs.edges_BN2 is None
    assert outputs.proposal_mask_BN is None
    assert losses_of(outputs, made).parts.keys() == {"saliency"}
