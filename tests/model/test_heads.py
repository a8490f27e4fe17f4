"""The proposal head: described by plain means, blind to padding and company, and with edges inside the stretch."""

import math

import pytest
import torch

from visionaryvids.model.heads import ProposalHead

WIDTH, CHANNELS = 5, 3
PROPOSALS = torch.tensor([[0, 1], [0, 9], [2, 4], [3, 9], [4, 5], [7, 9], [8, 9], [0, 2], [1, 8]])


def head(seed=0):
    torch.manual_seed(seed)
    return ProposalHead(WIDTH, CHANNELS, hidden=16, dropout=0.1).eval()


def stretch(clips, seed=1):
    """Decoded clips, the network's input, and a mask, of one stretch."""
    random = torch.Generator().manual_seed(seed)
    decoded, inputs = (torch.randn(1, clips, width, generator=random) for width in (WIDTH, CHANNELS))
    return decoded, inputs, torch.ones(1, clips, dtype=torch.bool)


def mean(x_TF, first, last):
    rows = x_TF[max(0, first) : last]
    return rows.mean(0) if len(rows) else torch.zeros(x_TF.size(1))


def described(x_TF, first, last):
    """The same by plain means, for one proposal."""
    clips, inside = len(x_TF), mean(x_TF, first, last)
    around = min(max((last - first) // 2, 2), 10)
    before, after = mean(x_TF, first - around, first), mean(x_TF, last, last + around)
    first_clips, last_clips = x_TF[first : first + 2].mean(0), x_TF[max(0, last - 2) : last].mean(0)
    shape = [math.log(last - first) / 4, (last - first) / clips, float(first == 0), float(last == clips)]
    return torch.cat((
        inside, inside - x_TF.mean(0), before - inside, after - inside, first_clips - last_clips, torch.tensor(shape),
    ))  # fmt: skip


@pytest.mark.parametrize("clips", [9, 60])
def test_means_from_cumulative_sums_are_plain_means(clips):
    decoded, inputs, mask = stretch(clips)
    x_BTF = torch.cat((decoded, inputs), dim=-1)
    chosen = torch.cat((PROPOSALS, PROPOSALS * (clips // 9)))
    found = head()._describe(x_BTF, mask, chosen[None])[0]
    expected = torch.stack([described(x_BTF[0], first, last) for first, last in chosen.tolist()])
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_padding_and_neighbours_change_nothing():
    judge, (decoded, inputs, mask) = head(), stretch(9)
    quality, edges = judge(decoded, inputs, mask, PROPOSALS[None])
    longer_decoded, longer_inputs, longer_mask = stretch(20, seed=2)
    both_decoded, both_inputs = (torch.cat((x, x + 50)) for x in (longer_decoded, longer_inputs))
    both_decoded[0, :9], both_inputs[0, :9] = decoded[0], inputs[0]
    both_mask = torch.cat((torch.arange(20)[None] < 9, longer_mask))
    padded = torch.cat((PROPOSALS, torch.zeros(4, 2, dtype=torch.long)))
    others = torch.arange(26).reshape(13, 2).clamp(max=20)
    both_quality, both_edges = judge(both_decoded, both_inputs, both_mask, torch.stack((padded, others)))
    torch.testing.assert_close(both_quality[0, : len(PROPOSALS)], quality[0], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(both_edges[0, : len(PROPOSALS)], edges[0], atol=1e-5, rtol=1e-5)
    assert torch.isfinite(both_quality).all()
    assert torch.isfinite(both_edges).all()


@pytest.mark.parametrize("shift", [-1e4, -3.0, 0.0, 3.0, 1e4])
def test_edges_stay_inside_the_stretch(shift):
    judge, (decoded, inputs, _) = head(), stretch(12)
    with torch.no_grad():
        judge.judge[-1].bias.fill_(shift)
    mask = torch.arange(12)[None] < 9
    _, edges = judge(decoded, inputs, mask, PROPOSALS[None])
    assert edges.min() >= 0
    assert edges.max() <= 9


def test_without_a_shift_edges_are_the_proposals_and_a_shift_is_in_quarters_of_its_length():
    judge, given = head(), stretch(9)
    last = judge.judge[-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.zero_()
        assert torch.equal(judge(*given, PROPOSALS[None])[1][0], PROPOSALS.float())
        last.bias.copy_(torch.tensor([0.7, 1.0, -2.0]))
        quality, edges = judge(*given, torch.tensor([[[1, 9]]]))
    assert edges.tolist() == [[[3.0, 5.0]]]
    torch.testing.assert_close(quality, torch.tensor([[0.7]]))


def test_gradients_reach_every_weight_and_every_clip():
    judge, (decoded, inputs, mask) = head(), stretch(9)
    decoded.requires_grad_()
    quality, edges = judge(decoded, inputs, mask, PROPOSALS[None])
    (quality.square().sum() + edges.square().sum()).backward()
    for name, weight in judge.named_parameters():
        assert weight.grad is not None
        assert weight.grad.abs().max() > 0, name
    assert (decoded.grad.abs().amax(-1) > 0).all()
