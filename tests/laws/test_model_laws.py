"""Laws for any input: alone = in a batch, more padding = the same, inputs untouched, memory is concatenation."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from tests.model.samples import batch, example, small_config, small_network, tensors_of
from visionaryvids.data.batch import collate
from visionaryvids.model.config import Compat
from visionaryvids.model.decode import predictions
from visionaryvids.model.layers import Attention, attend
from visionaryvids.model.network import build
from visionaryvids.model.position import PositionCode, sincos_1d, sincos_2d
from visionaryvids.training.losses import LossWeights, compute_losses

LENGTHS = st.lists(st.integers(1, 40), min_size=2, max_size=4)
KINDS = st.sampled_from([(True, True), (True, False), (False, True)])
QUIET = settings(max_examples=25)


def answers(network, examples):
    block = collate(examples)
    with torch.no_grad():
        return predictions(network(block), block, block.ids, network.config.compat)


@QUIET
@given(LENGTHS, KINDS, st.sampled_from([None, 1, 6]))
def test_alone_is_the_same_as_in_a_batch(lengths, kind, words):
    video, audio = kind
    config = small_config(video_dim=12 if video else None, audio_dim=10 if audio else None)
    network = small_network(config)
    examples = [example(n, words=words, seed=i, video=video, audio=audio) for i, n in enumerate(lengths)]
    together = answers(network, examples)
    for one, expected in zip(examples, together, strict=True):
        [alone] = answers(network, [one])
        assert alone.saliency_T == pytest.approx(expected.saliency_T, abs=1e-5)
        assert len(alone.windows_N3) == one.features.num_clips
        distance = np.abs(alone.windows_N3[:, None] - expected.windows_N3[None]).max(-1)
        assert distance.min(1).max() < 1e-3  # equal scores may swap places: compare as sets
        assert distance.min(0).max() < 1e-3


@QUIET
@given(st.integers(1, 30), st.integers(1, 20), st.integers(1, 5))
def test_more_padding_changes_nothing(clips, extra, more_words):
    network = small_network()
    block = batch(clips)
    padded = replace(
        block,
        video_BTD=F.pad(block.video_BTD, (0, 0, 0, extra), value=7.0),
        audio_BTD=F.pad(block.audio_BTD, (0, 0, 0, extra), value=-3.0),
        mask_BT=F.pad(block.mask_BT, (0, extra)),
        query_BLD=F.pad(block.query_BLD, (0, 0, 0, more_words), value=5.0),
        query_mask_BL=F.pad(block.query_mask_BL, (0, more_words)),
        saliency_BT=F.pad(block.saliency_BT, (0, extra), value=0.5),
        padded=True,
        query_padded=True,
    )
    with torch.no_grad():
        few, many = network(block), network(padded)
        losses = [compute_losses(o, b, LossWeights(), Compat()).parts for o, b in ((few, block), (many, padded))]
    for name in ("saliency_BT", "center_BT", "window_BT", "offset_BT"):
        torch.testing.assert_close(getattr(many, name)[:, :clips], getattr(few, name), atol=1e-5, rtol=1e-5)
    for name, value in losses[0].items():
        torch.testing.assert_close(losses[1][name], value, atol=1e-5, rtol=1e-5)


@QUIET
@given(LENGTHS, st.sampled_from(["visionaryvids", "umt"]))
def test_inputs_are_never_changed_and_a_second_pass_is_the_same(lengths, name):
    network = small_network(small_config(name))
    block = batch(*lengths)
    before = {key: value.clone() for key, value in tensors_of(block).items()}
    first, second = (compute_losses(network(block), block, LossWeights(), network.config.compat) for _ in range(2))
    for key, value in tensors_of(block).items():
        assert torch.equal(value, before[key]), key
    assert first.parts.keys() == {"saliency", "center", "window", "offset"}
    for key in first.parts:
        assert torch.equal(first.parts[key], second.parts[key])


@QUIET
@given(st.integers(0, 6), st.integers(1, 9), st.booleans())
def test_persistent_memory_is_concatenation(slots, keys, masked):
    torch.manual_seed(slots * 100 + keys)
    layer = Attention(width=16, heads=4, dropout=0.0, memory_slots=slots)
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    clips = torch.randn(2, keys, 16)
    mask = torch.rand(2, keys) > 0.4 if masked else None
    if mask is not None:
        mask[:, 0] = True
    q, k, v = (layer._split_heads(x) for x in layer._project(clips, clips, clips))
    if slots:
        k = torch.cat((layer.memory_key.expand(2, -1, -1, -1), k), dim=2)
        v = torch.cat((layer.memory_value.expand(2, -1, -1, -1), v), dim=2)
    logits = q @ k.transpose(-2, -1) / 2.0  # width of a head: 4
    if mask is not None:
        visible = torch.cat((torch.ones(2, slots, dtype=torch.bool), mask), dim=1)
        logits = logits.masked_fill(~visible[:, None, None], float("-inf"))
    expected = layer.out((logits.softmax(-1) @ v).transpose(1, 2).flatten(2))
    torch.testing.assert_close(layer(clips, clips, clips, mask), expected, atol=1e-5, rtol=1e-5)


def test_no_memory_is_plain_attention():
    plain = Attention(16, 4, dropout=0.0, memory_slots=0)
    assert {name for name, _ in plain.named_parameters()} == {"weight", "bias", "out.weight", "out.bias"}


@pytest.mark.parametrize("masked", [False, True])
def test_the_training_path_of_attention_is_the_kernels(masked):
    """On a CPU, dropout takes an explicit path; at a vanishing rate it must equal PyTorch's kernel."""
    torch.manual_seed(0)
    q, k, v = (torch.randn(2, 4, 7, 8) for _ in range(3))
    mask = torch.rand(2, 1, 1, 7) > 0.3 if masked else None
    if mask is not None:
        mask[..., 0] = True
    torch.testing.assert_close(attend(q, k, v, mask, 1e-9), attend(q, k, v, mask, 0.0), atol=1e-5, rtol=1e-5)


def released_table(rows: int, width: int) -> torch.Tensor:
    """The released code's table, from the formula in its encoder.py:70-79: a meshgrid of 5000 × width/4, flattened."""
    fold = width // 4
    omega = 1.0 / (10000 ** (torch.arange(fold) / (fold - 1)))
    y, x = torch.meshgrid(torch.arange(5000), torch.arange(fold), indexing="ij")
    y, x = y.flatten()[:rows, None] * omega[None], x.flatten()[:rows, None] * omega[None]
    return torch.cat((x.sin(), x.cos(), y.sin(), y.cos()), dim=1)


def test_sincos2d_is_the_released_table():
    assert torch.equal(sincos_2d(400, 256), released_table(400, 256))


@given(st.integers(1, 300), st.sampled_from([8, 16, 64]))
@QUIET
def test_sine_codes_hold_t_rows_and_nothing_is_stored(length, width):
    for kind, rows in (("sincos1d", sincos_1d), ("sincos2d", sincos_2d)):
        code = PositionCode(kind, width, max_clips=5000, dropout=0.0)
        assert rows(length, width).shape == (length, width)
        assert not list(code.parameters())
        assert not list(code.buffers())
        torch.testing.assert_close(code(torch.zeros(2, length, width))[1], rows(length, width))


class LargestTensor(TorchDispatchMode):
    """Notes the most values that any tensor holds which PyTorch makes meanwhile, intermediate ones included."""

    def __init__(self):
        super().__init__()
        self.values = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        tensors = [leaf for leaf in tree_leaves(made) if isinstance(leaf, torch.Tensor)]
        size = max((t.untyped_storage().nbytes() // t.element_size() for t in tensors), default=0)
        self.values = max(self.values, size)
        return made


@pytest.mark.parametrize("kind", ["sincos1d", "sincos2d"])
@pytest.mark.parametrize("length", [1, 75, 300])
def test_no_step_of_a_sine_code_makes_more_than_t_rows(kind, length):
    clips = torch.zeros(2, length, 256)
    code = PositionCode(kind, 256, max_clips=5000, dropout=0.0).eval()
    with LargestTensor() as largest:
        code(clips)
    assert largest.values == length * 256
    with LargestTensor() as largest:
        {"sincos1d": sincos_1d, "sincos2d": sincos_2d}[kind](length, 256)
    assert largest.values == length * 256
    with LargestTensor() as largest:
        released_table(length, 256)
    assert largest.values >= 5000 * 64  # what the law is about: the released code makes all its rows, then cuts


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 100))
@QUIET
def test_the_dot_product_of_sincos1d_rows_depends_on_distance_only(a, b, shift):
    table = sincos_1d(501, 32).double()
    assert (table[a] @ table[b]).item() == pytest.approx((table[a + shift] @ table[b + shift]).item(), abs=1e-3)


def test_the_fold_of_sincos2d_is_where_the_reference_measured_it():
    """In the released table, rows of 64: 8.54 across the fold, 1.94 between neighbours and between clips 0 and 64."""
    table = sincos_2d(65, 256)
    distance = [round((table[a] - table[b]).norm().item(), 2) for a, b in ((63, 64), (1, 2), (0, 64))]
    assert distance == [8.54, 1.94, 1.94]


def test_a_network_is_drawn_from_its_seed_alone():
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first = build(small_config(), seed=1)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(99)
    second, third = build(small_config(), seed=1), build(small_config(), seed=2)
    same = [torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)]
    assert all(same)
    assert not torch.equal(first.decoder.layers[0].self_attention.weight, third.decoder.layers[0].self_attention.weight)
