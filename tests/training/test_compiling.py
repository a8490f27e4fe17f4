"""A compiled run: as many compilations as there are shapes, and the losses of one that is not compiled."""

import itertools
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch._dynamo.testing import CompileCounter

from tests.model.samples import batch, small_config, small_network
from tests.training.tasks import NO_DROPOUT, losses, small_settings, small_task, uneven_task
from visionaryvids.data.batch import lengthen
from visionaryvids.model.config import UMT_COMPAT
from visionaryvids.training import compiling
from visionaryvids.training.compiling import bucket, bucketed
from visionaryvids.training.loop import train

GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


@pytest.fixture
def counter(monkeypatch):
    """Counts compilations; what is compiled runs as it is."""
    torch._dynamo.reset()
    counter = CompileCounter()
    monkeypatch.setattr(compiling, "BACKEND", counter)
    yield counter
    torch._dynamo.reset()


def long_task():
    """Ten lengths from 5 to 40 clips, so three buckets of clips."""
    from tests.model.samples import example

    train = tuple(example(clips, words=1 + clips % 6, seed=clips) for clips in (5, 9, 14, 16, 17, 23, 31, 32, 33, 40))
    return replace(small_task(), train=train)


def test_a_run_compiles_as_often_as_there_are_shapes(counter, tmp_path):
    """Ten videos one by one, over four epochs: three buckets, three compilations."""
    settings = small_settings(batch_size=1, epochs=4, compile=True)
    train(long_task(), small_config(), settings, tmp_path)
    assert counter.frame_count == len({bucket(clips) for clips in (5, 9, 14, 16, 17, 23, 31, 32, 33, 40)}) == 3


@pytest.mark.parametrize("name", ["visionaryvids", "umt"])
def test_a_compiled_run_has_the_losses_of_an_eager_one(counter, name, tmp_path):
    model, told = small_config(name, **NO_DROPOUT), {"batch_size": 4, "optimizer": "adamw"}
    eager = train(uneven_task(), model, small_settings(**told), tmp_path / "eager")
    compiled = train(uneven_task(), model, small_settings(**told, compile=True), tmp_path / "compiled")
    assert losses(compiled) == pytest.approx(losses(eager), rel=1e-3)
    assert compiled.epochs[0].loss == pytest.approx(eager.epochs[0].loss, rel=1e-5)
    assert 1 <= counter.frame_count <= 2  # batches of four and of three examples


@pytest.mark.slow
@pytest.mark.timeout(1200)  # a cold compiler on a busy machine
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of PyTorch's own compiler, about itself
@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=GPU)])
def test_pytorchs_own_compiler_gives_the_same_losses(device, tmp_path):
    model, told = small_config(**NO_DROPOUT), {"batch_size": 7, "optimizer": "adamw", "device": device}
    eager = train(uneven_task(), model, small_settings(**told), tmp_path / "eager")
    compiled = train(uneven_task(), model, small_settings(**told, compile=True), tmp_path / "compiled")
    assert losses(compiled) == pytest.approx(losses(eager), rel=1e-3)


@given(st.integers(1, 5000))
def test_a_bucket_holds_its_clips_and_wastes_little(clips):
    assert clips <= bucket(clips) == bucket(bucket(clips))
    assert bucket(clips) - clips < (16 if clips <= 128 else 64)
    assert bucket(clips) <= bucket(clips + 1)


@given(clips=st.integers(1, 20), longer=st.integers(0, 9), words=st.integers(0, 5))
def test_more_padding_changes_no_output(clips, longer, words):
    network, short = small_network(), batch(clips, max(1, clips - 3))
    outputs = network(short)
    stretched = network(lengthen(short, short.mask_BT.size(1) + longer, short.query_mask_BL.size(1) + words))
    mask = short.mask_BT
    for one, other in ((outputs.saliency_BT, stretched.saliency_BT), (outputs.center_BT, stretched.center_BT)):
        torch.testing.assert_close(other[:, : mask.size(1)][mask], one[mask], rtol=1e-4, atol=1e-5)


def test_buckets_stay_inside_learned_tables_and_away_from_quirks():
    config = small_config(max_clips=20)
    assert bucketed(batch(17), config).mask_BT.size(1) == 20
    assert bucketed(batch(17), replace(config, compat=UMT_COMPAT)).mask_BT.size(1) == 17


def test_flags_are_the_same_in_every_bucket():
    flags = {
        (found.padded, found.query_padded)
        for clips, words in itertools.product((16, 9), (16, 4))
        for found in [bucketed(batch(clips, words=words), small_config())]
    }
    assert flags == {(True, True)}
