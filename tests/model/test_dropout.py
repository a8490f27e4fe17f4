"""Our dropout is dropout: right rate, right scale, right gradient, PyTorch's own seed."""

import pytest
import torch

from visionaryvids.model.dropout import dropout, keep_mask


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.5, 0.9])
def test_rate_and_scale(rate):
    torch.manual_seed(0)
    mask = keep_mask(torch.Size((1000, 1001)), rate)
    kept = mask > 0
    deviation = (rate * (1 - rate) / mask.numel()) ** 0.5
    assert (~kept).float().mean().item() == pytest.approx(rate, abs=4 * deviation + 1 / 65536)
    assert mask[kept].unique().item() == pytest.approx(1 / (1 - rate), rel=1e-4)


def test_neighbours_are_independent():
    """Four values share one 64-bit draw: no lane may follow another."""
    torch.manual_seed(0)
    lanes = (keep_mask(torch.Size((100_000, 4)), 0.5) > 0).float() - 0.5
    correlation = lanes.T @ lanes / (0.25 * len(lanes))
    assert (correlation - torch.eye(4)).abs().max() < 0.02


def test_the_seed_governs():
    masks = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        masks.append(keep_mask(torch.Size((101,)), 0.5))
    assert torch.equal(masks[0], masks[1])
    assert not torch.equal(masks[0], masks[2])


def test_gradient_passes_where_values_stay():
    torch.manual_seed(0)
    x = torch.ones(1000, requires_grad=True)
    out = dropout(x, 0.3, training=True)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())


@pytest.mark.parametrize(("rate", "training"), [(0.0, True), (0.5, False)])
def test_off_is_the_input_itself(rate, training):
    x = torch.randn(5)
    assert dropout(x, rate, training) is x
