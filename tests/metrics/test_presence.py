"""Presence against a count of all pairs and against probabilities that come true as often as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.metrics.presence import auc, expected_calibration_error

some = st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=30)


def slow_auc(present, there):
    pairs = [
        (p, q) for p, a in zip(present, there, strict=True) for q, b in zip(present, there, strict=True) if a and not b
    ]
    return np.mean([(p > q) + 0.5 * (p == q) for p, q in pairs]) if pairs else 0.5


@given(some)
def test_auc_counts_pairs(values):
    present, there = [value / 6 for value, _ in values], [right for _, right in values]
    assert auc(present, there) == pytest.approx(slow_auc(present, there))


def test_auc_of_plain_cases():
    assert auc([0.9, 0.8, 0.1], [True, True, False]) == 1.0
    assert auc([0.9, 0.8, 0.1], [False, False, True]) == 0.0
    assert auc([0.5, 0.5, 0.5], [True, False, True]) == 0.5
    assert auc([0.1, 0.9], [True, True]) == 0.5
    assert auc([], []) == 0.5


def test_calibrated_probabilities_have_next_to_no_error():
    random = np.random.default_rng(0)
    present = random.random(20_000)
    there = random.random(20_000) < present
    assert expected_calibration_error(present, there) < 0.015
    assert expected_calibration_error(present**3, there) > 0.15
    assert expected_calibration_error(1 - present, there) > 0.3


def test_calibration_error_of_plain_cases():
    assert expected_calibration_error([0.75] * 4, [True, True, True, False], bins=1) == pytest.approx(0)
    assert expected_calibration_error([1.0, 0.0], [False, True]) == 1.0
    assert expected_calibration_error([0.2, 0.9], [False, True], bins=2) == pytest.approx(0.15)
    assert expected_calibration_error([], []) == 0.0
    assert 0 <= expected_calibration_error([0.3], [True]) <= 1
