"""The shipped weights: small enough, made by this recipe, described by a card that says their scores."""

import json
from pathlib import Path

from visionaryvids.features.lite import lite
from visionaryvids.localize import LITE_WEIGHTS
from visionaryvids.model.checkpoint import read_tensors
from visionaryvids.model.matcher_file import SCHEMA, load_matcher
from visionaryvids.recipes.lite.card import card

RESULT = Path(__file__).parents[2] / "results" / "lite" / "lite.json"
PRIOR = "zero-shot prior, peak picking"


def result():
    return json.loads(RESULT.read_text())


def test_the_card_says_what_the_run_measured():
    assert LITE_WEIGHTS.with_name("lite.md").read_text() == card(result())


def test_the_weights_are_those_of_the_run():
    about, _ = read_tensors(LITE_WEIGHTS, SCHEMA)
    assert about["provenance"]["settings"] == result()["settings"]
    assert about["provenance"]["commit"] == result()["commit"]


def test_the_weights_are_small_and_for_this_encoder():
    assert LITE_WEIGHTS.stat().st_size < 12e6
    lite().spec.refuse_other(load_matcher(LITE_WEIGHTS).spec, "lite")


def test_the_head_beats_the_prior_by_ten_points():
    for scores in result()["held_back"].values():
        assert scores["head"]["R1@0.5"] >= scores[PRIOR]["R1@0.5"] + 10
