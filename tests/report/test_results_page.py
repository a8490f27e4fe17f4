"""The page as a whole: what stands where, links, and what is left out."""

import json

import pytest

from tests.report.made_results import heldout_result, paper_result
from visionaryvids.report.results import find_results
from visionaryvids.report.results_page import results_page, tables

WHOLE = heldout_result("visionaryvids")
CHANGED = heldout_result("visionaryvids", change=("memory slots", "0"))


@pytest.fixture
def page(tmp_path):
    def made(*results):
        for number, result in enumerate(results):
            folder = tmp_path / "results" / str(number)
            folder.mkdir(parents=True)
            (folder / "result.json").write_text(json.dumps(result))
        return results_page(find_results([tmp_path / "results"]), tmp_path / "docs" / "results.md")

    return made


def heads(text):
    return [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]


def test_parts_stand_in_order(page):
    assert heads(page(paper_result(), heldout_result(), WHOLE, CHANGED)) == [
        "Held out: nothing is chosen on a test video",
        "What each part is worth",
        "The paper's tables",
        "Time of table 3",
        "Every metric of the paper's tables",
        "How each number was made",
    ]


def test_parts_without_results_are_left_out(page):
    assert heads(page(heldout_result())) == ["Held out: nothing is chosen on a test video", "How each number was made"]


def test_ablations_are_no_methods_of_the_held_out_tables(page):
    held_out, worth, _ = page(WHOLE, CHANGED, heldout_result()).split("\n## ")[1:]
    assert "memory slots" not in held_out
    assert "| memory slots | 0 |" in worth
    assert "- Persistent memory makes no difference beyond the spread" in worth


def test_links_are_from_where_the_page_lies(page):
    text = page(paper_result(), heldout_result(), heldout_result(absent={"PR": "no features"}, protocol="pooled"))
    assert "![curves](../results/0/curves.png)" in text
    assert "- `visionaryvids reproduce --protocol heldout`: [ridge](../results/1/result.json) (commit abc)" in text
    assert "### tvsum held out, pooled" in text
    assert "Absent: PR (no features)." in text


def test_results_of_one_command_share_its_line(page):
    assert page(WHOLE, CHANGED).count("- `visionaryvids reproduce") == 1


def test_a_terminal_sees_ablations_too():
    titles = [table.title for table in tables([paper_result(), WHOLE, CHANGED], every_metric=False)]
    assert titles[0].startswith("Scores in %")
    assert titles[1:] == ["Held out: scores in %", "visionaryvids, tvsum held out, rotation: mAP@5 in %"]
