"""Lion: equal to the lion-pytorch package, equal on both its paths, and what its state promises."""

import copy

import pytest
import torch
from lion_pytorch import Lion as PackageLion
from torch import nn

from visionaryvids.training import lion as lion_module
from visionaryvids.training.lion import Lion


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(7, 33), nn.ReLU(), nn.Linear(33, 300), nn.ReLU(), nn.Linear(300, 2))


def train(model, optimizer, steps, start=0):
    for step in range(start, start + steps):
        x = torch.randn(16, 7, generator=torch.Generator().manual_seed(step))
        optimizer.zero_grad()
        (model(x) - x[:, :2].sin()).square().mean().backward()
        optimizer.step()
    return [p.detach().clone() for p in model.parameters()]


@pytest.mark.parametrize("foreach", [True, False])
@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.1}, {"betas": (0.95, 0.98), "weight_decay": 1e-4}])
def test_equals_the_lion_pytorch_package_over_100_steps(settings, foreach):
    ours, theirs = network(), network()
    found = train(ours, Lion(ours.parameters(), lr=1e-3, foreach=foreach, **settings), 100)
    expected = train(theirs, PackageLion(theirs.parameters(), lr=1e-3, **settings), 100)
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("group", [1, 100, 1 << 30])
def test_both_paths_are_bit_equal_however_tensors_are_grouped(monkeypatch, group):
    monkeypatch.setattr(lion_module, "GROUP", group)
    many, each = network(), network()
    found = train(many, Lion(many.parameters(), lr=1e-3, weight_decay=0.01, foreach=True), 20)
    expected = train(each, Lion(each.parameters(), lr=1e-3, weight_decay=0.01, foreach=False), 20)
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


def test_state_dict_round_trip_goes_on_with_the_same_bits():
    straight, stopped = network(), network()
    expected = train(straight, Lion(straight.parameters(), lr=1e-3), 20)
    first = Lion(stopped.parameters(), lr=1e-3)
    train(stopped, first, 12)
    again = Lion(stopped.parameters(), lr=1e-3)
    again.load_state_dict(copy.deepcopy(first.state_dict()))
    found = train(stopped, again, 8, start=12)
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


def test_weight_decay_is_decoupled():
    """With a zero gradient only the decay acts, whatever the momentum's scale: p becomes p (1 − lr wd)."""
    weight = nn.Parameter(torch.tensor([3.0, -2.0]))
    weight.grad = torch.zeros(2)
    Lion([weight], lr=0.1, weight_decay=0.5).step()
    torch.testing.assert_close(weight.detach(), torch.tensor([3.0, -2.0]) * 0.95)


def test_every_step_has_the_size_of_the_learning_rate():
    weight = nn.Parameter(torch.zeros(4))
    weight.grad = torch.tensor([1e-9, -5.0, 1e9, 0.0])
    Lion([weight], lr=0.01).step()
    torch.testing.assert_close(weight.detach(), torch.tensor([-0.01, 0.01, -0.01, 0.0]))


def test_parameters_without_gradient_are_left_alone():
    used, unused = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    used.grad = torch.ones(2)
    Lion([used, unused], lr=0.1, weight_decay=0.1).step()
    assert torch.equal(unused.detach(), torch.ones(2))
    assert not torch.equal(used.detach(), torch.ones(2))


@pytest.mark.parametrize("bad", [{"lr": 0.0}, {"betas": (1.0, 0.9)}, {"weight_decay": -1.0}])
def test_impossible_settings_are_refused(bad):
    with pytest.raises(ValueError, match="expected lr > 0"):
        Lion([nn.Parameter(torch.ones(1))], **bad)


def test_a_closure_gives_its_loss_back():
    weight = nn.Parameter(torch.ones(1))
    optimizer = Lion([weight], lr=0.1)

    def closure() -> float:
        weight.grad = None
        loss = (weight * 2).sum()
        loss.backward()
        return loss.item()

    assert optimizer.step(closure) == 2.0
    assert weight.item() == pytest.approx(0.9)
