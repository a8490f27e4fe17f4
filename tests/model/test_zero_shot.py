"""Cosine similarity alone: peaks, the runs around them, and what happens where all is alike."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.model.zero_shot import CosineBrain, peaks, probability, smoothed
from visionaryvids.types import Features, Query

EYE = np.eye(8, dtype=np.float32)


def test_runs_around_peaks_best_first():
    curve = np.array([0.0, 0.1, 0.5, 0.6, 0.1, 0.0, 0.0, 0.9, 0.0])
    np.testing.assert_allclose(peaks(curve, 0.05)[:2], [(7, 8, 0.9), (2, 4, 0.6)])


def test_a_track_that_is_all_alike_is_one_moment():
    np.testing.assert_allclose(peaks(np.full(5, 0.7), 0.7), [(0, 5, 0.7)])


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40))
def test_moments_lie_in_the_track_and_do_not_overlap(values):
    curve = np.array(values)
    found = peaks(curve, float(np.median(curve)))
    covered = [clip for start, end, _ in found.astype(int).tolist() for clip in range(start, end)]
    assert len(set(covered)) == len(covered)
    assert set(covered) <= set(range(len(curve)))
    assert (np.diff(found[:, 2]) <= 0).all()


def test_a_more_similar_moment_is_more_probable():
    similarity = np.linspace(-1, 1, 50)
    assert (np.diff(probability(similarity)) > 0).all()
    np.testing.assert_allclose(smoothed(np.full(6, 0.3, np.float32)), 0.3, atol=1e-6)


def test_the_words_that_are_asked_for_are_found():
    rows = np.zeros((10, 8), np.float32)
    rows[[2, 3, 7]] = EYE[[0, 0, 1]]
    watched = CosineBrain().watch(Features(2.0, rows, None))
    first, second, none = watched.answer(
        [Query("a", EYE[:1]), Query("b", EYE[1:2]), Query("c", EYE[2:3])], duration_s=19, top=3
    )
    assert (first.moments[0].start_s, first.moments[0].end_s) == (4, 8)
    assert (second.moments[0].start_s, second.moments[0].end_s) == (14, 16)
    assert min(first.present, second.present) > 0.9 > 0.1 > none.present
    assert len(first.saliency_T) == 10
