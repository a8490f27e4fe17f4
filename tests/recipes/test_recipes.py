"""Recipes: the paper's settings, and heads that promise what results/ holds."""

import json
import re
from pathlib import Path

import pytest

from tests.shared import SHARED, needs_shared
from visionaryvids.errors import ConfigError
from visionaryvids.recipes import tvsum as tvsum_module
from visionaryvids.recipes import youtube as youtube_module
from visionaryvids.recipes.catalog import find_recipe, table

RESULTS = Path(__file__).parents[2] / "results"


@pytest.mark.parametrize(
    ("dataset", "domain", "epochs", "batch", "size", "rates"),
    [
        ("tvsum", "BK", 500, 1, "small", (1e-4, 5e-4, 1e-3)),
        ("youtube", "dog", 100, 4, "small", (1e-4, 5e-4, 1e-3)),
        ("qvhighlights", None, 200, 32, "base", (1e-4,)),
        ("charades", None, 100, 8, "base", (1e-4,)),
    ],
)
def test_settings_are_those_of_the_papers_section_3_1(dataset, domain, epochs, batch, size, rates):
    recipe = find_recipe(dataset, domain)
    assert (recipe.epochs, recipe.batch_size, recipe.size, recipe.rates) == (epochs, batch, size, rates)
    settings = recipe.settings("visionaryvids")
    assert (settings.optimizer, settings.weight_decay, settings.lr) == ("lion", 1e-4, 1e-4)
    umt = recipe.settings("umt")
    assert (umt.optimizer, umt.lr) == ("adam", 1e-3)


def test_tables_hold_every_domain():
    assert [r.domain for r in table("table3", ())] == ["BK", "BT", "DS", "FM", "GA", "MS", "PK", "PR", "VT", "VU"]
    assert len(table("table4", ())) == 6
    assert [r.name for r in table("table4", ["dog"])] == ["youtube dog"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: find_recipe("tvsun", "BK"), "Did you mean tvsum"),
        (lambda: find_recipe("tvsum", None), "e.g. --domain BK"),
        (lambda: find_recipe("tvsum", "bk"), "Did you mean BK"),
        (lambda: find_recipe("charades", "BK"), "leave --domain out"),
        (lambda: table("table9", ()), "Did you mean table"),
        (lambda: table("table4", ["dogs"]), "Did you mean dog"),
    ],
)
def test_names_that_do_not_exist(call, message):
    with pytest.raises(ConfigError, match=message):
        call()


@needs_shared
@pytest.mark.parametrize(
    ("dataset", "domain", "counts", "widths"),
    [("tvsum", "BK", (4, 1), (2048, 2048, 512)), ("youtube", "parkour", (19, 11), (2048, 2048, None))],
)
def test_the_real_data_gives_the_papers_model(dataset, domain, counts, widths):
    recipe = find_recipe(dataset, domain)
    task = recipe.task(SHARED / "data" / dataset)
    model = recipe.model(task, "visionaryvids")
    assert (len(task.train), len(task.test)) == counts
    assert (model.video_dim, model.audio_dim, model.query_dim, model.width) == (*widths, 256)
    baselines = recipe.baselines(task.annotations("test"), 500)
    assert 0 < baselines[recipe.primary].random < baselines[recipe.primary].best_of_n < 100


@pytest.mark.parametrize("module", [tvsum_module, youtube_module])
def test_the_head_of_a_recipe_says_what_results_say(module):
    """Each line "DOMAIN heldout M ± S paper M ± S" of a recipe's head is the committed result, rounded."""
    lines = re.findall(r"^    (\w+) +heldout ([\d.]+) ± ([\d.]+) +paper ([\d.]+) ± ([\d.]+)$", module.__doc__, re.M)
    assert lines
    for domain, *numbers in lines:
        [path] = RESULTS.glob(f"*/*-{domain}-visionaryvids/result.json")
        result = json.loads(path.read_text())
        summaries = [result["protocols"][name]["scores"][result["primary"]] for name in ("heldout", "paper")]
        expected = [f"{s[key]:.1f}" for s in summaries for key in ("mean", "std")]
        assert numbers == expected, domain
