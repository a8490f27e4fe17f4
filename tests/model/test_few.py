"""The cheaper order of products gives what the usual order gives: values, gradients, masks, dropout."""

import pytest
import torch

from visionaryvids.model.few import is_few
from visionaryvids.model.layers import Attention

WIDTH, HEADS, MANY = 64, 8, 40


def attention(dropout: float = 0.0) -> Attention:
    torch.manual_seed(0)
    made = Attention(WIDTH, HEADS, dropout)
    for param in made.parameters():
        torch.nn.init.normal_(param, std=0.2)
    return made


def both(monkeypatch, module, query, key, value, mask):
    """Outputs and gradients of weights in the cheaper order and in the usual one."""
    found = []
    for usual in (False, True):
        if usual:
            monkeypatch.setattr(Attention, "_attend_few", lambda *_: None)
        torch.manual_seed(1)
        out = module(query, key, value, mask)
        gradients = torch.autograd.grad(out.square().sum(), [*module.parameters()])
        found.append((out, *gradients))
    return found


@pytest.mark.parametrize("counts", [(MANY, 4), (4, MANY)])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("same", [False, True])
def test_both_orders_are_equal(monkeypatch, counts, masked, dropout, same):
    queries, keys = counts
    module = attention(dropout).train()
    query, key, value = torch.randn(2, queries, WIDTH), torch.randn(2, keys, WIDTH), torch.randn(2, keys, WIDTH)
    mask = torch.arange(keys).expand(2, -1) < torch.tensor([[keys], [keys - 1]]) if masked else None
    new, usual = both(monkeypatch, module, query, key, key if same else value, mask)
    for a, b in zip(new, usual, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4 * b.detach().abs().max().item())


def test_the_order_is_changed_only_where_that_is_cheaper():
    assert is_few(4, 113, HEADS, 256)
    assert is_few(12, 113, HEADS, 256)
    assert not is_few(113, 113, HEADS, 256)  # clips to clips
    assert not is_few(12, 20, HEADS, 256)
    assert not is_few(40, 300, HEADS, 256)  # a long sentence
