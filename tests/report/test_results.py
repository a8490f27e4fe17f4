"""Results as people read them."""

import json

import pytest

from tests.report.made_results import paper_result
from visionaryvids.errors import ConfigError, InputError
from visionaryvids.report.plots import Curve, draw_curves
from visionaryvids.report.results import COLUMNS, find_results, read_result, results_table
from visionaryvids.report.tensorboard import require
from visionaryvids.tables import as_text


def result(**changes):
    rerun = {"code": "UMT's code", "best": 88.95, "last": 63.9, "looks": 500, "best_of_n": 91.4}
    level = {"random": 40.5, "best_of_n": 91.44, "n": 1500, "ceiling": None}
    told = {
        "preset": "umt", "more": ["kendall"], "published": {"UMT": 86.9, "VisionaryVids": 92.4}, "reruns": [rerun],
        "baselines": {"mAP@5": level},
    }  # fmt: skip
    return paper_result(best=(89.0, 91.0), last=(48.4, 51.6), **{**told, **changes})


def test_a_row_says_both_protocols_chance_and_what_was_published():
    table = results_table([result()])
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["held out"] == "50.0 ±2.3"
    assert row["best epoch"] == "90.0 ±1.4"
    assert (row["random"], row["best random"], row["ceiling"]) == ("40.5", "91.4 (N=1500)", None)
    assert (row["UMT"], row["paper"], row["seeds"]) == ("86.9", "92.4", "2")
    assert "held out: heldout epoch." in as_text(table)


def test_the_table_fits_a_terminal():
    assert max(map(len, as_text(results_table([result(), result(preset="visionaryvids")])).splitlines())) <= 120


def test_every_metric_gets_a_row_when_asked():
    table = results_table([result()], every_metric=True)
    assert [row[3] for row in table.rows] == ["mAP@5", "kendall", "mAP@5"]
    assert table.rows[1][-2:] == (None, None)  # published figures are of the primary metric


def test_other_code_on_the_same_data_has_a_row_with_its_own_chance():
    row = dict(zip(COLUMNS, results_table([result()]).rows[1], strict=True))
    assert (row["preset"], row["held out"], row["best epoch"]) == ("UMT's code", "63.9", "89.0")
    assert row["best random"] == "91.4 (N=500)"
    table = results_table([result(), result(preset="visionaryvids"), result(domain="BT")])
    assert [row[1] for row in table.rows] == ["umt", "visionaryvids", "UMT's code", "umt", "UMT's code"]


def test_results_are_found_at_any_depth_in_order(tmp_path):
    for name in ("b/x", "a"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "result.json").write_text(json.dumps(result(domain=name)))
    assert [read_result(path)["domain"] for path in find_results([tmp_path])] == ["a", "b/x"]


@pytest.mark.parametrize(("content", "message"), [("{", "unreadable"), ("[]", "not a result"), ("{}", "not a result")])
def test_a_damaged_result_is_named(tmp_path, content, message):
    (tmp_path / "result.json").write_text(content)
    with pytest.raises(InputError, match=message):
        read_result(tmp_path / "result.json")


def curve(**changes):
    told = {"lr": 1e-4, "seed": 1, "metric": "mAP", "epochs": [1, 2], "train_loss": [1.0, 0.5], "test_loss": [1.0, 0.7],
            "score": [50.0, float("nan")], "random": 40.0, "ceiling": None}  # fmt: skip
    return Curve(**{**told, **changes})


def test_curves_are_a_picture(tmp_path):
    draw_curves(tmp_path / "c.png", "a title", [curve(), curve(seed=2), curve(lr=1e-3)])
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in tmp_path.iterdir()] == ["c.png"]


def test_tensorboard_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="extra `track`"):
        require()
