"""Calibration: a known line is recovered, and no data make an infinite one."""

import pytest
import torch

from visionaryvids.training.calibration import fit_line, fit_weights


def drawn(slope, offset, count=20_000):
    random = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(count, generator=random, dtype=torch.float64)
    chance = (slope * logits + offset).sigmoid()
    return logits, torch.rand(count, generator=random, dtype=torch.float64) < chance


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.4, -1.0), (2.0, 1.5)])
def test_a_known_line_is_recovered(slope, offset):
    line = fit_line(*drawn(slope, offset))
    assert line.dtype == torch.float32
    assert line.tolist() == pytest.approx([slope, offset], abs=0.1)


def test_data_that_can_be_told_apart_give_a_finite_line():
    slope, offset = fit_line(torch.tensor([-2.0, -1.0, 1.0, 2.0]), torch.tensor([False, False, True, True])).tolist()
    assert 0 < slope < 10
    assert abs(offset) < 0.01


@pytest.mark.parametrize("right", [True, False])
def test_one_kind_alone_gives_a_finite_line(right):
    line = fit_line(torch.tensor([0.5, 1.0, 2.0]), torch.full((3,), right))
    assert torch.isfinite(line).all()
    assert ((line[0] * 1.0 + line[1]).sigmoid() > 0.5).item() is right


def test_rare_truths_are_improbable():
    logits, is_true = torch.zeros(1000), torch.arange(1000) < 50
    assert fit_line(logits, is_true)[1].sigmoid().item() == pytest.approx(0.05, abs=0.01)


def test_inputs_are_left_as_they_are():
    logits, is_true = drawn(1.0, 0.0, count=50)
    before = logits.clone(), is_true.clone()
    fit_line(logits, is_true)
    assert torch.equal(logits, before[0])
    assert torch.equal(is_true, before[1])


def test_weights_of_several_signs_are_recovered():
    random = torch.Generator().manual_seed(5)
    evidence = torch.randn(20_000, 3, generator=random)
    evidence[:, 2] = 1.0
    weights = torch.tensor([1.5, -0.7, 0.4])
    is_true = torch.rand(20_000, generator=random) < (evidence @ weights).sigmoid()
    assert torch.allclose(fit_weights(evidence, is_true), weights, atol=0.08)
