"""Which model, which encoders: released names, files of ours, and what does not fit together."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.model.samples import small_matcher
from tests.model.umt import config_of, quick, release
from visionaryvids.errors import CheckpointError, ConfigError, DownloadError
from visionaryvids.features.lite import SPEC
from visionaryvids.features.sets import SETS
from visionaryvids.model.brain import MatcherBrain
from visionaryvids.model.checkpoint import Inputs, save_checkpoint
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.matcher_file import save_matcher
from visionaryvids.model.network import build
from visionaryvids.model.opening import open_model
from visionaryvids.model.released import RELEASED, encoders_of
from visionaryvids.model.scan import NetworkBrain
from visionaryvids.types import Features


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("VISIONARYVIDS_OFFLINE", "1")


def test_every_released_model_has_encoders():
    found = {name: encoders_of(name) for name in RELEASED}
    assert set(found.values()) == set(SETS) - {"lite"}
    assert found["umt-qvhighlights-asr"] == found["umt-asr"] == "qvhighlights"
    assert (found["umt-charades-va"], found["umt-charades-vo"]) == ("charades", "charades_flow")
    assert (found["umt-tvsum-bk"], found["umt-youtube-dog"]) == ("tvsum", "youtube")
    with pytest.raises(ConfigError, match="Did you mean umt-tvsum-bk"):
        encoders_of("umt-tvsum-bkk")


@pytest.mark.parametrize("name", ["umt-qvhighlights", "umt-charades-vo", "umt-tvsum-bk", "umt-youtube-dog"])
def test_a_released_model_brings_its_encoders(name, tmp_path):
    release(name, tmp_path)
    opened = open_model(name, None, "cpu")
    assert (opened.name, opened.encoders.spec.name) == (name, encoders_of(name))
    assert opened.brain.encoders == encoders_of(name)
    assert opened.brain.network.config == config_of(name)
    assert not opened.brain.network.training


def test_a_released_model_that_is_not_here_says_what_to_do():
    with pytest.raises(DownloadError, match="not on this machine") as raised:
        open_model("umt-qvhighlights", None, "cpu")
    assert raised.value.problem.remedy


def test_other_encoders_than_a_released_model_had_are_refused(tmp_path):
    release("umt-tvsum-bk", tmp_path)
    with pytest.raises(ConfigError, match=r"features with name 'youtube'.*\n  -> .*encoder tvsum"):
        open_model("umt-tvsum-bk", quick("youtube"), "cpu")


def trained(path, **widths):
    config = ModelConfig(**{"video_dim": 2816, "audio_dim": 2048, "query_dim": 512, **widths}, moments=True, width=16)
    save_checkpoint(path, build(config, 0), {"task": "qvhighlights"})
    return path


def test_a_trained_network_needs_its_encoders(tmp_path):
    path = trained(tmp_path / "model.safetensors")
    with pytest.raises(ConfigError, match=r"no --encoders.*\n  -> .*--encoders qvhighlights$"):
        open_model(path, None, "cpu")
    opened = open_model(str(path), quick("qvhighlights"), "cpu")
    assert (opened.name, opened.brain.encoders) == (f"{tmp_path.name}/model", "qvhighlights")
    assert isinstance(opened.brain, NetworkBrain)


@pytest.mark.parametrize(
    ("widths", "remedy"),
    [
        ({"video_dim": 2048}, "--encoders tvsum or youtube"),
        ({"video_dim": 4096, "audio_dim": 1024, "query_dim": 300}, "--encoders charades_flow"),
        ({"video_dim": 1280, "audio_dim": None, "query_dim": 384}, "--encoders lite"),
        ({"query_dim": 300}, "none of"),
    ],
)
def test_rows_of_another_width_are_refused_with_the_sets_that_fit(tmp_path, widths, remedy):
    path = trained(tmp_path / "model.safetensors", **widths)
    with pytest.raises(ConfigError, match="video 2816, audio 2048, query 512; expected video ") as raised:
        open_model(path, quick("qvhighlights"), "cpu")
    assert remedy in raised.value.problem.remedy


def test_a_network_that_does_not_listen_needs_no_sound(tmp_path):
    path = trained(tmp_path / "model.safetensors", audio_dim=None)
    assert open_model(path, quick("qvhighlights"), "cpu").encoders.spec.name == "qvhighlights"


def test_a_matcher_is_told_from_a_network(tmp_path):
    save_matcher(tmp_path / "a.safetensors", small_matcher(spec=SPEC), {})
    assert isinstance(open_model(tmp_path / "a.safetensors", None, "cpu").brain, MatcherBrain)
    with pytest.raises(ConfigError, match=re.escape("features with name 'tvsum'")):
        open_model(tmp_path / "a.safetensors", quick("tvsum"), "cpu")
    with pytest.raises(CheckpointError, match="no such file"):
        open_model(tmp_path / "none.safetensors", None, "cpu")


@pytest.mark.parametrize(
    ("name", "remedy"), [("umt-qvhighlight", "Did you mean umt-qvhighlights"), ("xyzzy", "weights ls")]
)
def test_unknown_names(name, remedy):
    with pytest.raises(ConfigError, match="unknown name") as raised:
        open_model(name, None, "cpu")
    assert remedy in raised.value.problem.remedy


def known(path, spec, clips=None):
    """A trained network that says what made its features."""
    config = ModelConfig(spec.video_dim, spec.audio_dim, spec.query_dim, moments=True, width=16)
    save_checkpoint(path, build(config, 0), {}, Inputs(spec, clips))
    return path


def test_a_network_that_says_its_encoders_needs_no_option(tmp_path):
    opened = open_model(known(tmp_path / "mine.safetensors", SPEC, clips=40), None, "cpu")
    assert opened.encoders.spec == SPEC
    assert (opened.brain.encoders, opened.brain.clips) == ("lite", 40)
    rows = Features(1.0, np.zeros((100, SPEC.video_dim)), np.zeros((100, SPEC.audio_dim)))
    assert opened.brain.watch(rows).length == 40


def test_other_encoders_than_a_network_says_are_refused(tmp_path):
    path = known(tmp_path / "mine.safetensors", SPEC)
    with pytest.raises(ConfigError, match=r"features with name 'qvhighlights'.*\n  -> leave --encoders out"):
        open_model(path, quick("qvhighlights"), "cpu")


@pytest.mark.parametrize(
    "change", [{"version": 0}, {"clip_s": 2.0}, {"settings": {"normalisation": "mean of ImageNet"}}], ids=str
)
def test_a_network_of_another_preparation_is_refused(tmp_path, change):
    path = known(tmp_path / "mine.safetensors", replace(SPEC, **change))
    with pytest.raises(ConfigError, match=r"expected .*\n  -> train again, on features that this version extracts"):
        open_model(path, None, "cpu")
