"""The paper's tables with our rows in them."""

import pytest

from tests.report.made_results import paper_result
from visionaryvids.report.layout import LAYOUTS
from visionaryvids.report.paper_tables import paper_table
from visionaryvids.report.run_times import run_times_table
from visionaryvids.report.same_domains import same_domains_table

TABLE = {layout.table: layout for layout in LAYOUTS}
TVSUM = TABLE[3]
RERUN = {"code": "UMT's code", "best": 88.95, "last": 63.9, "looks": 500, "best_of_n": 90.5}


def row(table, *names):
    found = [dict(zip(table.columns, cells, strict=True)) for cells in table.rows if cells[: len(names)] == names]
    assert len(found) == 1, (names, table.rows)
    return found[0]


def test_columns_are_those_of_the_paper():
    assert " ".join(paper_table(TVSUM, []).columns) == "method epoch VT VU GA MS PK PR FM BK BT DS Avg"
    assert " ".join(paper_table(TABLE[4], []).columns) == "method epoch Dog Gym. Park. Ska. Ski. Surf. Avg"
    assert paper_table(TABLE[1], []).columns[2:] == (
        "R1@0.5", "R1@0.7", "mAP@0.5", "mAP@0.75", "mAP avg", "HD mAP", "HIT@1",
    )  # fmt: skip
    assert paper_table(TABLE[2], []).columns[2:] == ("R1@0.5", "R1@0.7", "R5@0.5", "R5@0.7")


def test_published_rows_have_the_printed_averages():
    table = paper_table(TVSUM, [])
    assert row(table, "UMT", "best")["Avg"] == "83.1"
    assert row(table, "VisionaryVids", "best")["Avg"] == "85.5"
    assert row(table, "VisionaryVids", "last")["Avg"] == "43.4"
    assert row(paper_table(TABLE[4], []), "VisionaryVids", "last")["Avg"] == "69.3"  # no domain of it is known
    assert table.notes[0] == "Ours: no result yet."


def test_absent_domains_stay_absent_and_averages_say_over_how_many():
    table = paper_table(TVSUM, [paper_result("VT", (80.0, 90.0)), paper_result("BK", (90.0, 96.0))])
    found = row(table, "ours, `visionaryvids`", "best")
    assert (found["VT"], found["VU"], found["Avg"]) == ("85.0 ±7.1", "–", "89.0 ±5.7 (2/10)")
    assert row(table, "ours, `visionaryvids`", "last")["Avg"] == "50.0 (2/10)"
    assert any("VU, GA, MS, PK, PR, FM, BT, DS (of ours, `visionaryvids`)" in note for note in table.notes)


def test_a_complete_average_needs_no_count():
    table = paper_table(TVSUM, [paper_result(domain) for domain in TVSUM.heads])
    assert row(table, "ours, `visionaryvids`", "best")["Avg"] == "90.0"
    assert not any("Absent" in note for note in table.notes)


def test_chance_and_other_code_stand_below():
    table = paper_table(TVSUM, [paper_result("BK", reruns=[RERUN]), paper_result("VT")])
    assert row(table, "random")["Avg"] == "40.0 (2/10)"
    assert row(table, "best of 1500 random")["VT"] == "91.0"
    assert row(table, "best of 500 random")["BK"] == "90.5"  # what other code was chosen from
    assert (row(table, "best of 500 random")["VT"], row(table, "ceiling")["BK"]) == ("–", "97.0")
    assert row(table, "UMT's code", "last")["BK"] == "63.9"


def test_rows_are_by_preset_and_what_was_changed_of_it():
    changed = paper_result("BK", changes={"device": "cpu", "memory_slots": 0})
    again = paper_result("BK", (70.0,))
    table = paper_table(TVSUM, [paper_result("BK"), paper_result("BK", preset="umt"), changed, again])
    names = [cells[0] for cells in table.rows if cells[0].startswith("ours") and cells[1] == "best"]
    assert names == [
        "ours, `visionaryvids`", "ours, `umt`", "ours, `visionaryvids, memory_slots=0`", "ours, `visionaryvids` (2)",
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "dataset", "metric", "other"), [
    (1, "qvhighlights", "MR-full-mAP", "HL-min-VeryGood-mAP"), (2, "charades", "Rank1@0.5", "Rank5@0.7"),
])  # fmt: skip
def test_data_sets_without_domains_have_metrics_as_columns(number, dataset, metric, other):
    result = paper_result(None, dataset=dataset, metric=metric, more=[other], features="captions, no sound")
    table = paper_table(TABLE[number], [result])
    found = row(table, "ours, `visionaryvids`", "best")
    heads = TABLE[number].heads
    assert (found[heads[metric]], found[heads[other]]) == ("90.00", "90.00")
    assert row(table, "best of 1500 random")[heads[other]] == "91.00"
    assert any("captions, no sound; 4 examples to learn from" in note for note in table.notes)
    assert not any("Absent" in note for note in table.notes)  # there is no average to be wrong


def test_averages_compare_over_the_same_domains():
    results = [paper_result("VT", (80.0,)), paper_result("BK"), paper_result("BK", preset="umt")]
    table = same_domains_table(TVSUM, results)
    found = row(table, "`visionaryvids`")
    assert (found["domains"], found["best"], found["last"]) == ("2 of 10", "85.0", "50.0")
    assert found["UMT"] == "87.2"  # VT 87.5, BK 86.9
    assert found["VisionaryVids"] == "88.7"  # VT 84.9, BK 92.4: 88.65
    assert (found["random"], found["best random"], found["ceiling"]) == ("40.0", "91.0", "97.0")
    assert row(table, "`umt`")["UMT"] == "86.9"
    assert same_domains_table(TVSUM, []) is None


def test_a_run_s_seconds_stand_beside_umt_s():
    table = run_times_table(TVSUM, [paper_result("BK", (90.0, 91.0)), paper_result("VT")])
    found = row(table, "`visionaryvids`")
    assert (found["BK"], found["VT"], found["Avg"]) == ("90", "180", "135 (2/10)")  # 9 minutes of 6 runs, of 3 runs
    assert row(table, "UMT's code")["BK"] == "262"
    assert any("9 runs, 18 minutes" in note for note in table.notes)
    assert run_times_table(TVSUM, []) is None
