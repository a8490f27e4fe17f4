"""Average precision and rank correlations against slow oracles and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.metrics import oracle
from visionaryvids.metrics.ranking import (
    interpolated_ap,
    kendall_tau,
    mean_ranks,
    rank,
    spearman_rho,
    trapezoid_ap,
)

LABELS = st.lists(st.booleans(), min_size=1, max_size=20)


def ap(pattern):
    return float(trapezoid_ap(np.array([[int(bit)] for bit in pattern]))[0])


@pytest.mark.parametrize(
    ("pattern", "value"),
    [("10000", 1.0), ("11110", 1.0), ("10001", 0.6625), ("01111", 0.57916667), ("01000", 0.25), ("00001", 0.1)],
)
def test_trapezoid_ap_of_known_patterns(pattern, value):
    assert ap(pattern) == pytest.approx(value, abs=1e-8)


@given(LABELS)
def test_trapezoid_ap_agrees_with_a_plain_loop(ranked):
    assert ap(ranked) == pytest.approx(oracle.trapezoid_ap(ranked), abs=1e-12)


def test_trapezoid_ap_of_nothing_is_zero():
    assert trapezoid_ap(np.zeros((0, 3))).tolist() == [0, 0, 0]
    assert trapezoid_ap(np.zeros((4, 1))).tolist() == [0]


@given(st.data(), st.integers(1, 5), st.integers(1, 3), st.integers(1, 12), st.booleans())
def test_interpolated_ap_agrees_with_a_plain_loop(data, queries, people, clips, tied):
    scores = st.integers(0, 3) if tied else st.floats(-1, 1)
    score = np.array(
        data.draw(st.lists(st.lists(scores, min_size=clips, max_size=clips), min_size=queries, max_size=queries))
    )
    label = np.array(
        data.draw(st.lists(st.booleans(), min_size=queries * people * clips, max_size=queries * people * clips))
    )
    label = label.reshape(queries, people, clips)
    found = interpolated_ap(label, score)
    expected = [
        [oracle.interpolated_ap(row.tolist(), s.tolist()) for row in rows] for rows, s in zip(label, score, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    padded = interpolated_ap(
        np.pad(label, ((0, 0), (0, 0), (0, 3))),
        np.pad(score, ((0, 0), (0, 3)), constant_values=9),
        np.arange(clips + 3)[None] < np.full((queries, 1), clips),
    )
    np.testing.assert_allclose(padded, expected, atol=1e-12)


def test_ties_keep_their_order_and_nan_is_last():
    assert rank([0.5, float("nan"), 0.7, 0.5]).tolist() == [2, 0, 3, 1]


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30))
def test_mean_ranks_are_those_of_scipy(values):
    np.testing.assert_array_equal(mean_ranks(values), stats.rankdata(values))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40))
def test_correlations_are_those_of_scipy(rows):
    table = np.array(rows, float)
    scores, ratings = table[:, 0], table[:, 1:]
    for ours, theirs in ((kendall_tau, stats.kendalltau), (spearman_rho, stats.spearmanr)):
        for person, found in enumerate(ours(scores, ratings)):
            constant = np.ptp(scores) == 0 or np.ptp(ratings[:, person]) == 0
            expected = 0.0 if constant else theirs(scores, ratings[:, person]).statistic
            assert found == pytest.approx(expected, abs=1e-9)
