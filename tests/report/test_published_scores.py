"""What others published, as a data file."""

from statistics import fmean

import pytest

from visionaryvids.report.layout import LAYOUTS
from visionaryvids.report.published_scores import best_epochs, published_rows

PRINTED = {"tvsum": {"UMT": 83.1, "VisionaryVids": 85.5}, "youtube": {"UMT": 74.9, "VisionaryVids": 76.2}}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.dataset)
def test_rows_have_the_columns_of_their_table_and_a_source(layout):
    rows = published_rows(layout.dataset)
    assert {(row.method, row.epoch) for row in rows} >= {("UMT", "best"), ("VisionaryVids", "best")}
    for row in rows:
        assert row.scores.keys() <= layout.heads.keys()
        assert row.source
        if layout.by_domain:
            assert row.scores.keys() == layout.heads.keys() or row.average is not None


@pytest.mark.parametrize("dataset", PRINTED)
def test_domains_add_up_to_the_printed_average(dataset):
    for row in published_rows(dataset):
        if row.epoch == "best":
            assert fmean(row.scores.values()) == pytest.approx(PRINTED[dataset][row.method], abs=0.0501)


def test_a_result_stands_beside_rows_of_its_own_split():
    assert best_epochs("qvhighlights", "MR-full-mAP") == {"UMT": 38.59, "VisionaryVids": 38.28}
    assert best_epochs("charades", "Rank1@0.5") == {"UMT": 48.31, "VisionaryVids": 25.97}
    assert best_epochs("tvsum", "BK") == {"UMT": 86.9, "VisionaryVids": 92.4}
    assert best_epochs("tvsum", "nothing") == {}
