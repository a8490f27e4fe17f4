"""Windows against true windows: recall and average precision."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics import oracle
from visionaryvids.intervals import iou
from visionaryvids.metrics.moments import IOU_THRESHOLDS, best_iou, by_score, recall_at, window_ap
from visionaryvids.metrics.padding import pad

TIME = st.integers(0, 15)
WINDOW = st.tuples(TIME, TIME).filter(lambda w: w[0] != w[1]).map(sorted)
QUERY = st.tuples(st.lists(WINDOW, max_size=10), st.lists(WINDOW, min_size=1, max_size=6))


def array(rows):
    return np.array(rows, float).reshape(-1, 2)


@given(st.lists(QUERY, min_size=1, max_size=5))
def test_window_ap_agrees_with_a_plain_loop(queries):
    windows, _ = pad([array(rows) for rows, _ in queries])
    truth, valid = pad([array(rows) for _, rows in queries])
    found = window_ap(iou(windows, truth), valid)
    expected = [[oracle.window_ap(w, t, level) for level in IOU_THRESHOLDS] for w, t in queries]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_true_window_is_found_once():
    overlap = iou(np.array([[[0, 10], [0, 10], [20, 30]]]), np.array([[[0, 10], [20, 30]]]))
    assert window_ap(overlap, np.ones((1, 2), bool), (0.5,)) == pytest.approx((1 + 2 / 3) / 2)


def test_no_prediction_finds_nothing():
    overlap = np.zeros((1, 0, 2))
    assert window_ap(overlap, np.ones((1, 2), bool)).tolist() == [[0.0] * 10]
    assert recall_at(5, np.zeros((1, 0)), (0.5,)).tolist() == [0.0]


def test_ten_windows_cannot_find_more_than_ten():
    windows = np.array([[[10 * i, 10 * i + 5] for i in range(25)]], float)
    found = window_ap(iou(windows[:, :10], windows), np.ones((1, 25), bool))
    np.testing.assert_allclose(found, 10 / 25)


def test_recall_counts_the_best_of_the_first_k():
    overlap = np.array([[0.4, 0.7], [0.5, 0.1]])
    assert recall_at(1, overlap, (0.5, 0.7)).tolist() == [0.5, 0.0]
    assert recall_at(2, overlap, (0.5, 0.7)).tolist() == [1.0, 0.5]


def test_any_true_window_counts_and_padding_does_not():
    truth, valid = np.array([[[0, 10], [20, 30], [0, 0]]], float), np.array([[True, True, False]])
    found = best_iou(np.array([[[21, 30], [0, 0]]], float), truth, valid)
    np.testing.assert_allclose(found, [[0.9, 0.0]])


def test_windows_are_ordered_by_score_and_ties_keep_their_order():
    rows = np.array([[0, 1, 0.2], [1, 2, 0.9], [2, 3, 0.2]])
    assert by_score(rows)[:, 0].tolist() == [1, 0, 2]
    assert by_score(rows[[1, 0, 2]]) is not None
    assert rows[0, 2] == 0.2


def test_padding_cuts_and_fills():
    out, valid = pad([np.ones(3), np.ones(0), np.ones(1)], width=2)
    assert out.tolist() == [[1, 1], [0, 0], [1, 0]]
    assert valid.tolist() == [[True, True], [False, False], [True, False]]
    assert pad([])[0].shape == (0, 0)
