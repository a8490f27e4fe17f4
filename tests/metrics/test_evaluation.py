"""From files to numbers and tables."""

import csv
import io
import json

import numpy as np
import pytest

from visionaryvids.annotations import splits
from visionaryvids.errors import ConfigError
from visionaryvids.metrics.evaluation import Options, evaluate_files
from visionaryvids.metrics.files import write_predictions
from visionaryvids.tables import Table, as_csv, as_markdown, as_text, check_suffix
from visionaryvids.types import Prediction

QUICK = Options(baselines=False)


@pytest.fixture
def tvsum(tmp_path):
    """A TVSum-like folder: made-up ratings of every test video of two domains, and random predictions."""
    rng = np.random.default_rng(0)
    names = [*splits.TVSUM["BK"].test, *splits.TVSUM["VT"].test, "other"]
    entry = {"fps": 30.0, "frames": "1200", "domain": "BK", "title": "a title"}
    videos = {name: {**entry, "anno": rng.integers(1, 6, (20, 20)).tolist()} for name in names}
    (tmp_path / "anno.json").write_text(json.dumps(videos))
    write_predictions(tmp_path / "p.jsonl", [Prediction(name, name, None, rng.random(20)) for name in names])
    return tmp_path / "p.jsonl", tmp_path / "anno.json"


def test_complete_domains_have_their_own_row(tvsum):
    found = evaluate_files("tvsum", *tvsum, QUICK)
    assert set(found.extra["domains"]) == {"BK", "VT"}
    assert [row[0] for row in found.table.rows] == ["BK", "VT", "mean of 2 domains", "all videos"]
    assert found.official == {"mAP": round(found.extra["unrounded"], 5)}
    assert found.table.columns == ("domain", "score")
    one = evaluate_files("tvsum", *tvsum, Options(domain="BK", baselines=False))
    assert one.extra["unrounded"] == found.extra["domains"]["BK"]
    assert one.extra["videos"] == 1


def test_chance_and_ceiling_stand_beside_the_score(tvsum):
    found = evaluate_files("tvsum", *tvsum, Options(domain="VT"))
    assert found.table.columns == ("domain", "score", "random", "best of 500", "ceiling")
    plain = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert 0 < plain["extra"]["baselines"]["all"]["random"] < 1
    without = evaluate_files("tvsum", *tvsum, Options(domain="VT", k=17)).as_json()
    assert without["extra"]["baselines"]["all"]["ceiling"] is None


@pytest.mark.parametrize(
    "options", [Options(compat=True), Options(nms="fast"), Options(k=0), Options(domain="XX"), Options(domain="dog")]
)
def test_options_that_do_not_apply_are_refused(tvsum, options):
    with pytest.raises(ConfigError):
        evaluate_files("tvsum", *tvsum, options)


def test_unknown_data_sets_are_refused(tvsum):
    with pytest.raises(ConfigError, match="Did you mean tvsum"):
        evaluate_files("tvsun", *tvsum)


TABLE = Table("title", ("metric", "score", "random"), (("a|b", 12.346, None), ("long name", 1.0, 100.0)), ("a note",))


def test_text_is_aligned():
    lines = as_text(TABLE).splitlines()
    assert lines[0] == "title"
    assert {len(line) for line in lines[2:6]} == {len("long name") + 2 + 5 + 2 + 6}
    assert lines[-1] == "a note"


def test_markdown_and_csv_hold_the_same_cells():
    markdown = [line for line in as_markdown(TABLE).splitlines() if line.startswith("|")]
    assert markdown[2] == "| a\\|b | 12.35 | - |"
    rows = list(csv.reader(io.StringIO(as_csv(TABLE))))
    assert rows == [["metric", "score", "random"], ["a|b", "12.3460", ""], ["long name", "1.0000", "100.0000"]]


def test_a_note_that_goes_on_is_one_line_of_markdown():
    table = Table("t", ("a",), (("b",),), ("one note", "  goes on", "another"))
    assert as_markdown(table).endswith("\none note goes on  \nanother\n")


def test_a_table_file_has_a_known_suffix(tmp_path):
    check_suffix(tmp_path / "t.MD")
    with pytest.raises(ConfigError, match=r"\.md or \.csv"):
        check_suffix(tmp_path / "t.pdf")
