"""A matcher on disk: it answers as before, and whatever is damaged is a `CheckpointError`."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.model.samples import LITTLE, rows, sentence, small_matcher, small_network
from visionaryvids.errors import CheckpointError
from visionaryvids.model.answer import answer
from visionaryvids.model.checkpoint import HEADER, read_tensors, save_checkpoint
from visionaryvids.model.matcher_file import HALVES, SCHEMA, load_matcher, save_matcher
from visionaryvids.types import Features


@pytest.fixture
def path(tmp_path):
    save_matcher(tmp_path / "m.safetensors", small_matcher(), {"seed": 3})
    return tmp_path / "m.safetensors"


def rewritten(path, change_header=lambda _: None, change_tensors=lambda _: None):
    """The file with another header or other tensors."""
    about, tensors = read_tensors(path, SCHEMA)
    change_header(about)
    change_tensors(tensors)
    save_file(tensors, path, metadata={HEADER: json.dumps(about)})
    return path


def answers(matcher):
    footage = matcher.watch(Features(1.0, rows(60), None))
    asked = matcher.ask([sentence(1)])
    return answer(matcher, footage, asked, ["q", None], clip_s=1.0, duration_s=60.0, top=3)


def test_what_was_saved_comes_back(path):
    matcher, found = small_matcher(), load_matcher(path)
    assert found.spec == LITTLE
    assert found.network.config == matcher.network.config
    assert not found.training
    for name, value in matcher.state_dict().items():
        back = found.state_dict()[name]
        assert back.dtype == torch.float32
        assert torch.equal(back, value.half().float() if name in HALVES else value), name
    for expected, got in zip(answers(matcher), answers(found), strict=True):
        assert got.present == pytest.approx(expected.present, abs=5e-3)
        np.testing.assert_allclose(got.saliency_T, expected.saliency_T, atol=5e-3)


def test_large_tensors_take_half_the_space(path):
    kinds = {name: value.dtype for name, value in load_file(path).items()}
    assert {name for name, dtype in kinds.items() if dtype == torch.float16} == set(HALVES)


def test_equal_matchers_are_equal_files(path, tmp_path):
    save_matcher(tmp_path / "again", small_matcher(), {"seed": 3})
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_provenance_is_kept(path):
    assert read_tensors(path, SCHEMA)[0]["provenance"]["seed"] == 3


@pytest.mark.parametrize("name", ["alignment.classifier", "network.saliency.out.bias", "interest.weights"])
def test_a_missing_tensor_is_named(path, name):
    rewritten(path, change_tensors=lambda tensors: tensors.pop(name))
    with pytest.raises(CheckpointError, match=name):
        load_matcher(path)


def test_left_over_and_misshapen_tensors_are_named(path):
    rewritten(path, change_tensors=lambda tensors: tensors.update(extra=torch.zeros(1)))
    with pytest.raises(CheckpointError, match=r"1 left over, .*\(extra\)"):
        load_matcher(path)
    rewritten(path, change_tensors=lambda tensors: tensors.pop("extra"))
    rewritten(path, change_tensors=lambda tensors: tensors.update({"calibration.moment": torch.zeros(3)}))
    with pytest.raises(CheckpointError, match=r"1 of another shape .*calibration\.moment"):
        load_matcher(path)


@pytest.mark.parametrize("part", ["spec", "alignment", "config"])
@pytest.mark.parametrize("value", [None, [], 3, "text", {}, {"unknown": 1}])
def test_a_damaged_header_is_named(path, part, value):
    with pytest.raises(CheckpointError, match="damaged header"):
        load_matcher(rewritten(path, lambda about: about.update({part: value})))


@pytest.mark.parametrize("value", [None, "x", -3, 0.5, [1], 10**12])
@pytest.mark.parametrize(("part", "field"), [("alignment", "features"), ("config", "width"), ("config", "video_dim")])
def test_impossible_sizes_are_named(path, part, field, value):
    with pytest.raises(CheckpointError):
        load_matcher(rewritten(path, lambda about: about[part].update({field: value})))


@pytest.mark.parametrize("settings", [None, 3, "text"])
def test_impossible_settings_of_features_are_named(path, settings):
    with pytest.raises(CheckpointError, match="damaged header"):
        load_matcher(rewritten(path, lambda about: about["spec"].update(settings=settings)))


def test_files_of_another_kind_are_refused(tmp_path):
    save_checkpoint(tmp_path / "network.safetensors", small_network(), {})
    with pytest.raises(CheckpointError, match=SCHEMA):
        load_matcher(tmp_path / "network.safetensors")
    (tmp_path / "text.safetensors").write_text("no weights")
    with pytest.raises(CheckpointError, match="unreadable"):
        load_matcher(tmp_path / "text.safetensors")
    with pytest.raises(CheckpointError, match="no such file"):
        load_matcher(tmp_path / "none.safetensors")


def test_flipped_bytes_are_a_checkpoint_error_or_other_numbers(path):
    """Nothing but a `CheckpointError` ever comes out of a damaged header."""
    whole, random = path.read_bytes(), np.random.default_rng(0)
    for _ in range(60):
        content = bytearray(whole)
        for place in random.integers(0, 1500, 2):
            content[place] = random.integers(0, 256)
        path.write_bytes(content)
        try:
            load_matcher(path)
        except CheckpointError:
            continue
