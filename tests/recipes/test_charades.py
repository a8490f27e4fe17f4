"""Charades-STA end to end on a generated folder, in each of the layouts that the recipe and the checker share."""

import shutil

import numpy as np
import pytest

from visionaryvids.data.check import check
from visionaryvids.data.synthetic import write_charades
from visionaryvids.errors import FeatureError
from visionaryvids.recipes.catalog import find_recipe
from visionaryvids.recipes.reproduce import Plan, reproduce

METRICS = {"Rank1@0.5", "Rank1@0.7", "Rank5@0.5", "Rank5@0.7"}


@pytest.fixture
def data(tmp_path):
    write_charades(tmp_path / "data", videos=(3, 2), clips=(20, 30))
    return tmp_path / "data"


@pytest.mark.parametrize("preset", ["visionaryvids", "umt"])
def test_both_presets_train(data, preset, tmp_path):
    small = {"width": 32, "heads": 4} | ({"memory_slots": 2} if preset == "visionaryvids" else {})
    plan = Plan(
        find_recipe("charades", None), data, tmp_path / "out", preset=preset, seeds=(1,), rates=(1e-3,),
        model_changes=small, setting_changes={"epochs": 2},
    )  # fmt: skip
    result = reproduce(plan)
    assert result["primary"] == "Rank1@0.5"
    assert result["split"] == {"train": 6, "test": 4}
    for protocol in result["protocols"].values():
        assert protocol["scores"].keys() == METRICS
        assert all(0 <= score["mean"] <= 100 for score in protocol["scores"].values())
    assert result["baselines"].keys() == METRICS


@pytest.mark.parametrize(("second", "width"), [("audio_features", 16), ("opt_features", 16), (None, None)])
def test_sound_flow_or_neither(data, second, width):
    if second is None:
        shutil.rmtree(data / "audio_features")
    else:
        (data / "audio_features").rename(data / second)
    recipe = find_recipe("charades", None)
    model = recipe.model(recipe.task(data), "visionaryvids")
    assert (model.video_dim, model.audio_dim, model.query_dim) == (16, width, 16)
    assert (model.saliency, model.moments) == (False, True)
    assert check("charades", data).problems == ()


def test_what_the_checker_refuses_the_recipe_refuses(data):
    (data / "glove.txt").unlink()
    (problem,) = check("charades", data).problems
    with pytest.raises(FeatureError) as caught:
        find_recipe("charades", None).task(data)
    assert caught.value.problem == problem


def test_words_become_the_vectors_of_the_file(data):
    example = find_recipe("charades", None).task(data).test[0]
    lines = (line.split() for line in (data / "glove.txt").read_text().splitlines())
    vectors = {word: np.array(numbers, np.float32) for word, *numbers in lines}
    expected = [vectors[word] for word in example.query.text.split()]
    np.testing.assert_array_equal(example.query.tokens_LD, expected)


def test_preset_umt_reads_words_as_umt_does(data):
    """UMT splits at blanks: "is," has no vector there, and a row of zeros stands for it."""
    path = data / "charades_sta_train.txt"
    path.write_text(path.read_text().replace(" is ", " is, "))
    recipe = find_recipe("charades", None)
    rows = {name: recipe.as_preset(name).task(data).train[0].query.tokens_LD for name in ("umt", "visionaryvids")}
    assert [row.any() for row in rows["umt"]] == [True, True, False, True]
    assert [row.any() for row in rows["visionaryvids"]] == [True, True, True, True]


def test_examples_without_features_are_left_out_only_if_told(data, caplog):
    recipe = find_recipe("charades", None)
    everything = recipe.task(data)
    lost = everything.train[0].annotation.video_id
    (data / "rgb_features" / f"{lost}.npy").unlink()
    with pytest.raises(FeatureError, match=lost):
        list(recipe.task(data).train)
    task = recipe.tolerant().task(data)
    assert lost not in {a.video_id for a in task.annotations("train")}
    assert len(task.train) == len(everything.train) - 2
    assert f"2 of {len(everything.train)} queries are left out" in caplog.text
