"""Pre-training on speech: the recipe reads UMT's layout, and what it learns is worth something afterwards."""

import json

import pytest

from visionaryvids.data.synthetic import write_qvhighlights, write_speech
from visionaryvids.errors import InputError
from visionaryvids.recipes.catalog import find_recipe
from visionaryvids.recipes.reproduce import Plan, reproduce
from visionaryvids.training.settings import Settings

QUICK = {"batch_size": 8, "optimizer": "adam", "evaluate_every": 50}
SMALL = {"width": 32, "heads": 4, "decoder_layers": 1, "dropout": 0.0, "input_dropout": 0.0, "query_dropout": 0.0}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp("qvhighlights")
    write_qvhighlights(root, videos=(8, 20), clips=16, width=16)
    write_speech(root, videos=120, clips=16, width=16)
    return root


def test_settings_are_umts():
    recipe = find_recipe("qvhighlights-asr", None)
    settings = recipe.settings("umt")
    assert (settings.epochs, settings.batch_size, settings.lr, settings.optimizer) == (100, 512, 1e-3, "adam")
    assert isinstance(settings, Settings)


def test_speech_has_moments_and_no_ratings(data):
    task = find_recipe("qvhighlights-asr", None).task(data)
    assert (len(task.train), len(task.test)) == (120, 20)
    assert all(a.ratings_TR is None and a.windows_s is not None for a in task.annotations("train"))
    assert task.train[0].saliency_T is None


def test_what_is_missing_is_named(tmp_path):
    write_qvhighlights(tmp_path, videos=(2, 2), clips=12, width=8)
    with pytest.raises(InputError, match=r"subs_train\.jsonl"):
        find_recipe("qvhighlights-asr", None).task(tmp_path)


def test_pretraining_teaches_moments_and_fine_tuning_starts_from_there(data, tmp_path):
    """Few rated videos and epochs: from scratch the moments stay near chance; after pre-training they are found."""

    def run(name: str, rate: float, epochs: int, out: str, start: str | None = None) -> dict[str, float]:
        settings = {"epochs": epochs, **QUICK, **({"start": start} if start else {})}
        model = {} if start else SMALL
        plan = Plan(
            find_recipe(name, None), data, tmp_path / out, rates=(rate,),
            model_changes=model, setting_changes=settings,
        )  # fmt: skip
        scores = reproduce(plan)["protocols"]["heldout"]["scores"]
        return {metric: found["mean"] for metric, found in scores.items()}

    before = run("qvhighlights-asr", 3e-3, 25, "pre")
    tuned = run("qvhighlights", 1e-3, 4, "tuned", str(tmp_path / "pre" / "model.safetensors"))
    scratch = run("qvhighlights", 1e-3, 4, "scratch")
    assert before.keys() == {"MR-full-mAP", "MR-full-mAP@0.5", "MR-full-mAP@0.75", "MR-full-R1@0.5", "MR-full-R1@0.7"}
    assert before["MR-full-mAP"] > 20  # chance: 10
    assert tuned["MR-full-mAP"] > 2 * scratch["MR-full-mAP"]
    config = json.loads((tmp_path / "tuned" / "config.json").read_text())
    assert config["model"]["width"] == SMALL["width"]  # the architecture came with the checkpoint
    assert config["settings"]["start"].endswith("model.safetensors")
