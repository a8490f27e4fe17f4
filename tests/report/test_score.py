"""Means and spreads in tables."""

import pytest

from visionaryvids.report.score import Score, mean_of


def test_a_spread_needs_two_seeds():
    assert Score(50.04, {1: 50.04}).text() == "50.0"
    assert Score(50.0, {1: 48.0, 2: 52.0}).text() == "50.0 ±2.8"
    assert Score(50.0).text(digits=2) == "50.00"


def test_a_half_is_rounded_as_in_print():
    scores = [Score(value) for value in (70.0, 75.2, 78.2, 79.4, 72.0, 82.1)]  # 76.15; the paper prints 76.2
    assert mean_of(scores).text() == "76.2"


def test_the_spread_of_a_mean_is_over_seeds_that_all_have():
    one, other = Score(2.0, {1: 1.0, 2: 3.0}), Score(6.0, {1: 7.0, 2: 5.0, 3: 6.0})
    assert mean_of([one, other]).by_seed == {1: 4.0, 2: 4.0}
    assert mean_of([one, Score(6.0, {3: 6.0})]).std is None
    assert mean_of([one, Score(6.0)]).mean == pytest.approx(4.0)
