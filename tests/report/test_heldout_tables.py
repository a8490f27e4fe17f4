"""Held-out results, by domain and over all."""

from tests.report.made_results import heldout_result
from visionaryvids.report.heldout_tables import heldout_domains_table, heldout_table
from visionaryvids.report.layout import LAYOUTS

TVSUM, YOUTUBE = (layout for layout in LAYOUTS if layout.by_domain)


def rows(table):
    return {cells[:2]: dict(zip(table.columns, cells, strict=True)) for cells in table.rows}


def test_domains_are_columns_and_the_average_has_the_spread_of_its_seeds():
    found = rows(heldout_domains_table(TVSUM, [heldout_result()]))[("ridge", "rotation")]
    assert (found["VT"], found["BK"], found["VU"]) == ("51.0 ±1.4", "62.0 ±2.8", "–")
    assert found["Avg"] == "56.5 ±2.1 (2/10)"  # seeds 55 and 58


def test_a_method_s_protocols_stand_together_and_methods_grow():
    results = [
        heldout_result(method, protocol=protocol)
        for protocol in ("rotation", "pooled")
        for method in ("visionaryvids-plus", "own idea", "visionaryvids", "ridge", "umt", "random")
    ]
    names = list(rows(heldout_domains_table(TVSUM, results)))
    methods = ["random", "ridge", "umt", "visionaryvids", "visionaryvids-plus", "own idea"]
    assert names[:12] == [(method, protocol) for method in methods for protocol in ("pooled", "rotation")]
    videos = f"{sum(results[0]['videos'].values())} videos"
    assert names[12:] == [("random (expected)", videos), ("ceiling", videos)]  # once, since all have the same videos


def test_chance_and_ceiling_are_of_the_videos_that_are_there():
    result = heldout_result(dataset="youtube", scores={"dog": (50.0,)})
    table = heldout_domains_table(YOUTUBE, [result])
    ceiling = rows(table)["ceiling", f"{result['videos']['dog']} videos"]
    assert (ceiling["Dog"], ceiling["Avg"]) == ("90.0", "90.0 (1/6)")
    assert "Gym., Park., Ska., Ski., Surf." in table.notes[0]
    assert heldout_domains_table(TVSUM, [heldout_result(dataset="youtube")]) is None


def test_every_metric_has_a_column_in_the_table_over_all():
    table = heldout_table([heldout_result(), heldout_result(dataset="youtube", scores={"dog": (50.0,)})])
    assert table.columns[5:] == ("mAP@5", "mAP")
    assert [cells[2] for cells in table.rows] == ["ridge", "random (expected)", "ceiling"] * 2
    assert table.rows[0][5:] == ("56.5 ±2.1", None)
