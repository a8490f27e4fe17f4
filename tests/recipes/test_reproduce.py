"""A recipe end to end on a generated data set: the files, both protocols, resumption, several processes."""

import json
from dataclasses import replace

import pytest

from visionaryvids.data.synthetic import write_qvhighlights, write_tvsum, write_youtube
from visionaryvids.errors import ConfigError, InputError, TrainingError
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.recipes.catalog import find_recipe
from visionaryvids.recipes.reproduce import Plan, reproduce
from visionaryvids.training.sweep import Watch

SMALL = {"width": 32, "heads": 4}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp("tvsum")
    write_tvsum(root, width=24, clips=(14, 20))
    return root


def plan(data, out, **changes) -> Plan:
    told = Plan(
        find_recipe("tvsum", "BK"), data, out, seeds=(1, 2), rates=(1e-4, 1e-3),
        model_changes=SMALL, setting_changes={"epochs": 3}, command="visionaryvids train ...",
    )  # fmt: skip
    return replace(told, **changes)


def test_a_plan_leaves_its_result(data, tmp_path):
    result = reproduce(plan(data, tmp_path))
    assert json.loads((tmp_path / "result.json").read_text()) == json.loads(json.dumps(result))
    assert {p.name for p in tmp_path.iterdir()} == {
        "result.json", "metrics.jsonl", "model.safetensors", "config.json", "curves.png", "runs",
    }  # fmt: skip
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert len(lines) == 4 * 3
    scores = [line["scores"]["mAP@5"] for line in lines if line["seed"] == 1]
    paper, heldout = (result["protocols"][name]["scores"]["mAP@5"]["picks"][0] for name in ("paper", "heldout"))
    assert paper["score"] == max(scores)
    last = [x["scores"]["mAP@5"] for x in lines if (x["seed"], x["lr"], x["epoch"]) == (1, 1e-4, 3)]
    assert [heldout["score"]] == last
    assert (result["protocols"]["paper"]["looks"], result["baselines"]["mAP@5"]["n"]) == (6, 6)
    assert result["split"] == {"train": 4, "test": 1}
    assert load_checkpoint(tmp_path / "model.safetensors").provenance["settings"]["lr"] == 1e-4
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_several_processes_give_the_same_bits(data, tmp_path):
    one = reproduce(plan(data, tmp_path / "one"))
    two = reproduce(plan(data, tmp_path / "two", jobs=2))
    assert one["protocols"] == two["protocols"]
    for a in (tmp_path / "one" / "runs").iterdir():
        b = tmp_path / "two" / "runs" / a.name
        assert (a / "model.safetensors").read_bytes() == (b / "model.safetensors").read_bytes()


def test_a_sweep_that_was_stopped_goes_on(data, tmp_path):
    whole = reproduce(plan(data, tmp_path / "whole"))
    count = 0

    def stop(_) -> None:
        nonlocal count
        count += 1
        if count == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reproduce(plan(data, tmp_path / "cut"), Watch(on_count=stop))
    seen = []
    again = reproduce(plan(data, tmp_path / "cut", resume=True), Watch(on_count=seen.append))
    assert len(seen) == 4 * 3 - 5
    assert again["protocols"] == whole["protocols"]


def test_an_error_in_one_of_several_processes_ends_all_at_once(data, tmp_path):
    """The first of 18 runs cannot start (its folder is taken): the error comes back whole, the others stop."""
    taken = tmp_path / "out" / "runs" / "lr0.0001-seed1"
    taken.mkdir(parents=True)
    (taken / "config.json").write_text("{}")
    many = plan(data, tmp_path / "out", jobs=2, seeds=tuple(range(1, 10)), setting_changes={"epochs": 400})
    with pytest.raises(TrainingError, match=r"a run is there already(.|\n)*--resume"):
        reproduce(many)
    finished = list((tmp_path / "out" / "runs").glob("*/model.safetensors"))
    assert not finished


def test_a_run_of_another_domain_is_not_taken_up(data, tmp_path):
    """Both domains have the same model and settings: only the task tells them apart."""
    reproduce(plan(data, tmp_path / "out", rates=(1e-4,), seeds=(1,)))
    write_tvsum(tmp_path / "bt", width=24, clips=(14, 20), domain="BT")
    other = plan(tmp_path / "bt", tmp_path / "out", rates=(1e-4,), seeds=(1,), resume=True)
    with pytest.raises(TrainingError, match="a run with another task"):
        reproduce(replace(other, recipe=find_recipe("tvsum", "BT")))


@pytest.mark.parametrize("changes", [{"seeds": (1, 1)}, {"rates": (1e-4, 0.0001)}, {"seeds": ()}])
def test_the_same_run_twice_is_refused(data, tmp_path, changes):
    with pytest.raises(ConfigError, match="each once"):
        reproduce(plan(data, tmp_path, **changes))


def test_a_result_in_the_way_is_refused(data, tmp_path):
    reproduce(plan(data, tmp_path, rates=(1e-4,), seeds=(1,)))
    with pytest.raises(TrainingError, match="a result is there already"):
        reproduce(plan(data, tmp_path))


def test_missing_data_is_named(tmp_path):
    with pytest.raises(InputError, match=str(tmp_path)):
        reproduce(plan(tmp_path / "nothing", tmp_path / "out"))


@pytest.mark.parametrize(
    ("dataset", "domain", "write", "primary"),
    [
        ("youtube", "parkour", lambda root: write_youtube(root, width=24), "mAP"),
        ("qvhighlights", None, lambda root: write_qvhighlights(root, videos=(6, 3), width=16), "MR-full-mAP"),
    ],
)
@pytest.mark.parametrize("preset", ["visionaryvids", "umt"])
def test_other_data_sets_and_presets(dataset, domain, write, primary, preset, tmp_path):
    write(tmp_path / "data")
    told = Plan(
        find_recipe(dataset, domain), tmp_path / "data", tmp_path / "out", preset=preset, seeds=(1,),
        model_changes=SMALL | ({"memory_slots": 2} if preset == "visionaryvids" else {}), setting_changes={"epochs": 2},
    )  # fmt: skip
    result = reproduce(replace(told, rates=(1e-3,)))
    assert result["primary"] == primary
    assert primary in result["protocols"]["heldout"]["scores"]
    assert primary in result["baselines"]
