"""Published formats to safetensors: the tensors of the network, made once for each content."""

import pickle
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.features.golden_weights import entries, golden_state
from tests.fetch.server import Behaviour, full_disk, remote_of, serving, settings_in
from tests.shared import needs_shared
from visionaryvids.errors import CheckpointError, ConfigError, DownloadError, InputError
from visionaryvids.features.caffe2_names import is_training_state, key_of
from visionaryvids.features.convert import converted, read_published
from visionaryvids.features.glove_file import read_vectors
from visionaryvids.features.published import CNN14, GLOVE, PUBLISHED, SLOWFAST, published
from visionaryvids.features.weights import glove_vectors, published_state
from visionaryvids.model.released import RELEASED

STATE = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.num_batches_tracked": torch.tensor(0)}
WORDS = ["the", "naïve", "c\u2028d", "x\u00a0y"]


def same(found, expected):
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def glove_text(words=WORDS, width=300) -> str:
    return "".join(f"{word} {' '.join(str(row + n / 1000) for n in range(width))}\n" for row, word in enumerate(words))


def test_torch_files_old_and_new(tmp_path):
    for zipped in (True, False):
        torch.save(STATE, tmp_path / "a.pth", _use_new_zipfile_serialization=zipped)
        same(read_published(tmp_path / "a.pth", "torch"), STATE)


def test_panns_files_hold_their_state_under_model(tmp_path):
    torch.save({"model": STATE, "iteration": 3, "sampler": {"x": 1}}, tmp_path / "a.pth")
    same(read_published(tmp_path / "a.pth", "panns"), STATE)
    with pytest.raises(CheckpointError, match="no tensors"):
        read_published(tmp_path / "a.pth", "torch")
    torch.save(STATE, tmp_path / "a.pth")
    with pytest.raises(CheckpointError, match="no state dict"):
        read_published(tmp_path / "a.pth", "panns")


def test_caffe2_names_become_the_networks(tmp_path):
    blobs = {
        "conv1_w": np.ones((2, 3), np.float32),
        "t_res4_5_branch2c_bn_subsample_bn_riv": np.full(2, 2, np.float64),
        "conv1_w_momentum": np.zeros(3),
        "lr": np.float32(0.1),
        "model_iter": 7,
    }
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"blobs": blobs}, 2))
    expected = {"s1.pathway0_stem.conv.weight": torch.ones(2, 3), "s4_fuse.bn.running_var": torch.full((2,), 2.0)}
    same(read_published(tmp_path / "a.pkl", "caffe2"), expected)
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"blobs": {"res9_oops": np.zeros(1)}}, 2))
    with pytest.raises(CheckpointError, match="the blob 'res9_oops'"):
        read_published(tmp_path / "a.pkl", "caffe2")


@needs_shared
def test_every_blob_of_slowfast_has_its_name():
    named = {entry["caffe2_blob"]: entry["key"] for entry in entries("slowfast") if "caffe2_blob" in entry}
    assert len(named) == 552
    assert {blob: key_of(blob) for blob in named} == named
    assert not any(map(is_training_state, named))


@pytest.mark.parametrize("zipped", [True, False])
def test_glove(tmp_path, zipped):
    source = tmp_path / "glove.6B.300d.txt"
    source.write_text(glove_text(), encoding="utf-8")
    if zipped:
        source = tmp_path / "glove.6B.zip"
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("glove.6B.50d.txt", "the 1")
            archive.writestr("glove.6B.300d.txt", glove_text())
    path = converted(source, "glove", tmp_path / "made", tmp_path / "memory")
    found = read_vectors(path, ["naïve", "x\u00a0y", "absent"])
    assert found.keys() == {"naïve", "x\u00a0y"}
    np.testing.assert_array_equal(found["naïve"], np.float32(1 + np.arange(300) / 1000))


@pytest.mark.parametrize("text", ["", "the 1 2 3\n", glove_text(width=299), glove_text().replace("1.001", "nan")])
def test_damaged_glove(tmp_path, text):
    (tmp_path / "glove.txt").write_text(text)
    with pytest.raises(CheckpointError, match=r"line \d is not a word|no words"):
        read_published(tmp_path / "glove.txt", "glove")


def test_a_content_is_converted_once(tmp_path, monkeypatch):
    torch.save(STATE, tmp_path / "a.pth")
    first = converted(tmp_path / "a.pth", "torch", tmp_path / "made", tmp_path / "memory")
    monkeypatch.setattr("visionaryvids.features.convert.read_published", None)
    (tmp_path / "a.pth").rename(tmp_path / "b.pth")
    assert converted(tmp_path / "b.pth", "torch", tmp_path / "made", tmp_path / "memory") == first
    assert [path.name for path in (tmp_path / "made").iterdir()] == [first.name], "no lock and no half file stays"


def test_a_full_disk_leaves_nothing(tmp_path):
    torch.save({"a": torch.zeros(100_000)}, tmp_path / "a.pth")
    with full_disk(50_000), pytest.raises(InputError, match="cannot be written"):
        converted(tmp_path / "a.pth", "torch", tmp_path / "made", tmp_path / "memory")
    assert list((tmp_path / "made").iterdir()) == []


def test_tensors_that_share_memory_are_parted(tmp_path):
    shared = torch.arange(6.0)
    torch.save({"a": shared, "b": shared, "c": shared[::2]}, tmp_path / "a.pth")
    path = converted(tmp_path / "a.pth", "torch", tmp_path / "made", tmp_path / "memory")
    assert path.is_file()


def test_weights_are_fetched_converted_and_kept(tmp_path):
    torch.save({"model": STATE}, tmp_path / "file")
    content = (tmp_path / "file").read_bytes()
    behaviour = Behaviour({CNN14.remote.name: content})
    with serving(behaviour) as url:
        which = replace(CNN14, remote=remote_of(url, CNN14.remote.name, content, tmp_path))
        same(published_state(which, settings_in(tmp_path)), STATE)
    same(published_state(which, settings_in(tmp_path, offline=True)), STATE)
    assert len(behaviour.asked) == 1
    with pytest.raises(DownloadError, match="VISIONARYVIDS_OFFLINE is set"):
        published_state(SLOWFAST, settings_in(tmp_path, offline=True))


def test_the_users_own_glove_text_will_do(tmp_path):
    (tmp_path / "glove.6B.300d.txt").write_text(glove_text(), encoding="utf-8")
    assert glove_vectors(["the", "of"], settings_in(tmp_path, folder=tmp_path, offline=True)).keys() == {"the"}


REMOTES = [*(each.remote for each in PUBLISHED), *RELEASED.values()]


def test_the_tables_are_sound():
    """No two files of one name (they share a folder); https; a hash that can be one."""
    assert len({remote.name for remote in REMOTES}) == len(REMOTES)
    assert len({each.name for each in PUBLISHED} | RELEASED.keys()) == len(REMOTES)
    for remote in REMOTES:
        assert remote.url.startswith("https://")
        assert not {"/", "\\", " "} & set(remote.name)
        assert len(remote.checksum.digits) in {8, 40, 64}
        int(remote.checksum.digits, 16)
        assert remote.licence
    assert published("glove") is GLOVE
    with pytest.raises(ConfigError, match="Did you mean slowfast"):
        published("slowfats")


@needs_shared
@pytest.mark.slow
def test_a_whole_slowfast_pickle_fits_the_network(tmp_path):
    """With generated weights under the published names, in the published format."""
    from visionaryvids.features.slowfast import load_network

    state, blobs = golden_state("slowfast"), {"lr": np.float32(0.1), "conv1_w_momentum": np.zeros(3, np.float32)}
    blobs |= {e["caffe2_blob"]: state[e["key"]].numpy() for e in entries("slowfast") if "caffe2_blob" in e}
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"blobs": blobs}, 2))
    network = load_network(read_published(tmp_path / "a.pkl", "caffe2"))
    same(network.state_dict(), state)
