"""Your own data end to end: heads that follow from the labels, a checkpoint that says its features, tolerance."""

import pickle
from dataclasses import replace

import pytest

from tests.data.own import edit_line, write_own
from visionaryvids.errors import AnnotationError, ConfigError
from visionaryvids.features.lite import SPEC
from visionaryvids.model.checkpoint import Inputs, load_checkpoint, save_checkpoint
from visionaryvids.recipes.custom import custom
from visionaryvids.recipes.reproduce import Plan, reproduce
from visionaryvids.types import Prediction

MOMENTS = {"MR-full-mAP", "MR-full-R1@0.5", "MR-full-R1@0.7"}
HIGHLIGHTS = {"HL-min-Fair-mAP", "HL-min-Fair-Hit1"}
TINY = {"width": 16, "heads": 2, "memory_slots": 2}


def train(own, out, network=TINY, **changes):
    recipe = custom(*own)
    return reproduce(Plan(recipe, own[1], out, model_changes=network, setting_changes={"epochs": 1, **changes}))


@pytest.mark.parametrize(
    ("labels", "metrics"),
    [(("windows", "saliency"), MOMENTS | HIGHLIGHTS), (("windows",), MOMENTS), (("saliency",), HIGHLIGHTS)],
)
def test_heads_and_metrics_follow_from_the_labels(tmp_path, labels, metrics):
    result = train(write_own(tmp_path, labels=labels), tmp_path / "run")
    assert result["protocols"]["heldout"]["scores"].keys() == metrics == result["baselines"].keys()
    config = load_checkpoint(tmp_path / "run" / "model.safetensors").network.config
    assert (config.moments, config.saliency) == ("windows" in labels, "saliency" in labels)
    assert config.presence == ("windows" in labels)  # the last line is not to be found


def test_a_perfect_prediction_reaches_the_ceiling(tmp_path):
    own = write_own(tmp_path)
    recipe = custom(*own)
    annotations = recipe.task(own[1]).annotations("test")
    perfect = [
        Prediction(a.video_id, a.query_id, [[*window, 1.0] for window in a.windows_s], a.ratings_TR[:, 0])
        for a in annotations
    ]
    found = recipe.score(perfect, annotations)
    assert found == dict.fromkeys(MOMENTS | HIGHLIGHTS, 100.0)
    assert {name: each.ceiling for name, each in recipe.baselines(annotations, 1).items()} == found


def test_without_a_query_the_network_reads_none(tmp_path):
    own = write_own(tmp_path, labels=("saliency",))
    for number in range(1, 7):
        edit_line(own[0], number, query=None)
    train(own, tmp_path / "run")
    assert load_checkpoint(tmp_path / "run" / "model.safetensors").network.config.query_dim is None


def test_the_checkpoint_says_what_made_its_features_and_how_long_videos_were(tmp_path):
    train(write_own(tmp_path), tmp_path / "run")
    inputs = load_checkpoint(tmp_path / "run" / "model.safetensors").inputs
    assert (inputs.spec, inputs.clips) == (SPEC, 25)


def test_a_start_of_other_features_is_refused(tmp_path):
    own, start = write_own(tmp_path), tmp_path / "start.safetensors"
    train(own, tmp_path / "first")
    network = load_checkpoint(tmp_path / "first" / "model.safetensors").network
    save_checkpoint(start, network, {}, Inputs(SPEC))
    train(own, tmp_path / "second", start=str(start))
    save_checkpoint(start, network, {}, Inputs(replace(SPEC, settings={**SPEC.settings, "rows": "halved"})))
    with pytest.raises(ConfigError, match=r"settings\.rows 'rounded to float16'; expected settings\.rows 'halved'"):
        train(own, tmp_path / "third", start=str(start))


def test_val_is_judged_on_and_test_is_kept_back(tmp_path):
    own = write_own(tmp_path)
    for number, split in enumerate(["train", "train", "train", "val", "test", "test"], start=1):
        edit_line(own[0], number, split=split)
    task = custom(*own).task(own[1])
    assert [a.video_id for a in task.annotations("train")] == ["v0", "v1", "v2"]
    assert [a.video_id for a in task.annotations("test")] == ["v3"]


def test_a_split_that_nothing_can_be_measured_on_is_refused_before_training(tmp_path):
    own = write_own(tmp_path)
    for number in range(1, 7):
        edit_line(own[0], number, split="test" if number == 6 else "train")
    with pytest.raises(AnnotationError, match="none of the 1 lines of split test has a moment"):
        custom(*own).task(own[1])


def test_lines_without_features_are_left_out_only_if_told(tmp_path, caplog):
    own = write_own(tmp_path)
    (own[1] / "video_features" / "v2.npy").unlink()
    recipe = custom(*own)
    task = recipe.tolerant().task(own[1])
    assert "v2" not in {a.video_id for part in ("train", "test") for a in task.annotations(part)}
    assert "1 of 6 queries are left out" in caplog.text


def test_a_recipe_can_be_sent_to_another_process(tmp_path):
    own = write_own(tmp_path)
    again = pickle.loads(pickle.dumps(custom(*own))).task(own[1])
    assert again.identity() == custom(*own).task(own[1]).identity()
    assert again.train[0].features.num_clips == custom(*own).task(own[1]).train[0].features.num_clips
