"""Fine-tuning: what fits is taken, what cannot be taken is said, and anything else is refused with what to do."""

from dataclasses import replace

import pytest
import torch

from tests.model.umt import release
from tests.training.tasks import small_config, small_settings, small_task, weights
from visionaryvids.errors import CheckpointError, ConfigError
from visionaryvids.model.checkpoint import save_checkpoint
from visionaryvids.model.network import build
from visionaryvids.training.loop import train
from visionaryvids.training.start import find_start, first_network, preset_of


def saved(tmp_path, **changes) -> str:
    """The file of a network that was drawn from another seed than runs are."""
    path = tmp_path / "start.safetensors"
    save_checkpoint(path, build(small_config(**changes), seed=99), {})
    return str(path)


def begun(start: str, fresh: tuple[str, ...] = (), **changes):
    """The first network of a run, what it would be without a start, and the start's own."""
    model, settings = small_config(**changes), small_settings(start=start, fresh=fresh)
    return first_network(model, settings).state_dict(), build(model, settings.seed).state_dict()


def test_all_weights_are_taken(tmp_path):
    start = saved(tmp_path)
    found, _ = begun(start)
    theirs = build(small_config(), 99).state_dict()
    assert all(torch.equal(found[name], theirs[name]) for name in theirs)
    assert str(find_start(small_settings(start=start), small_config())) == f"{len(theirs)} parameters taken"


def test_a_head_that_is_new_is_learned_anew_and_one_without_use_is_left_behind(tmp_path):
    start = saved(tmp_path, saliency=True, moments=False)
    changes = {"saliency": False, "moments": True}
    found, drawn = begun(start, **changes)
    assert torch.equal(found["boundary.out.weight"], drawn["boundary.out.weight"])
    assert not torch.equal(found["decoder.norm.weight"] + 1, drawn["decoder.norm.weight"])
    told = str(find_start(small_settings(start=start), small_config(**changes)))
    assert told.endswith("parameters taken; learned anew: boundary (2); left behind: saliency (2)")


def test_an_encoder_that_is_new_is_learned_anew(tmp_path):
    start = saved(tmp_path, audio_dim=None)
    told = find_start(small_settings(start=start), small_config())
    assert {name.partition(".")[0] for name in told.fresh} == {"audio", "fusion"}
    assert told.left == ()


@pytest.mark.parametrize(
    ("there", "part", "name"),
    [({"video_dim": 20}, "video", "video.mapping"), ({"query_dim": 30}, "query", "generator.mapping")],
)
def test_features_of_another_width_are_refused_unless_that_input_is_to_be_learned_anew(tmp_path, there, part, name):
    start = saved(tmp_path, **there)
    with pytest.raises(CheckpointError, match=rf"{name}.weight is \[32, \d+\] there and(.|\n)*--fresh {part}"):
        begun(start)
    found, drawn = begun(start, fresh=(part,))
    assert torch.equal(found[f"{name}.weight"], drawn[f"{name}.weight"])
    assert not torch.equal(found["video.layers.0.attention.weight"], drawn["video.layers.0.attention.weight"])


def test_an_input_is_learned_anew_if_asked_even_where_it_fits(tmp_path):
    found, drawn = begun(saved(tmp_path), fresh=("audio", "saliency"))
    for name in ("audio.mapping.weight", "audio.mapping.bias", "saliency.out.weight"):
        assert torch.equal(found[name], drawn[name])


@pytest.mark.parametrize(
    ("there", "message"),
    [
        ({"width": 16}, "is .* there and .* here"),
        ({"decoder_layers": 2}, r"another architecture: decoder\.layers\.1"),
        ({"memory_slots": 0}, "another architecture: .*memory_key"),
        ({"max_clips": 70}, r"table is \[70, 32\] there and \[64, 32\] here"),
    ],
)
def test_another_architecture_is_refused(tmp_path, there, message):
    with pytest.raises(CheckpointError, match=message) as error:
        begun(saved(tmp_path, **there))
    assert "--set" in str(error.value)


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path):
    (tmp_path / "text.safetensors").write_text("no")
    for path in ("text.safetensors", "absent.safetensors"):
        with pytest.raises(CheckpointError, match=path):
            begun(str(tmp_path / path))


def test_fresh_parts_need_a_start():
    with pytest.raises(ConfigError, match="fresh: video; expected --from"):
        small_settings(fresh=("video",))


def test_a_released_model_of_umt_by_name_or_file(tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    theirs = release("umt-asr", tmp_path)
    [file] = tmp_path.glob("*.pth")
    for start in ("umt-asr", str(file)):
        assert preset_of(start) == "umt"
        found = first_network(theirs.config, small_settings(start=start)).state_dict()
        assert all(torch.equal(found[name], value) for name, value in theirs.state_dict().items())


def test_a_fine_tuned_run_resumes_to_the_bit_and_remembers_its_start(tmp_path):
    def stop(record) -> None:
        if record.epoch == 2:
            raise KeyboardInterrupt

    settings = small_settings(start=saved(tmp_path))
    whole = train(small_task(), small_config(), settings, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(small_task(), small_config(), settings, tmp_path / "cut", on_epoch=stop)
    with pytest.raises(Exception, match="a run with another settings"):
        train(small_task(), small_config(), replace(settings, start=None), tmp_path / "cut", resume=True)
    train(small_task(), small_config(), settings, tmp_path / "cut", resume=True)
    assert weights(tmp_path / "cut") == weights(tmp_path / "whole")
    scratch = train(small_task(), small_config(), small_settings(), tmp_path / "scratch")
    assert scratch.epochs[0].loss != whole.epochs[0].loss
