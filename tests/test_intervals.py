"""Seconds, clips, overlap and suppression."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics import oracle
from visionaryvids import intervals

SECOND = st.integers(0, 40).map(lambda tenths: tenths / 4)
WINDOW = st.tuples(SECOND, SECOND).map(sorted)
SCORED = st.lists(st.tuples(SECOND, SECOND, st.floats(0, 1)), min_size=1, max_size=12).map(
    lambda rows: np.array([[min(a, b), max(a, b), score] for a, b, score in rows])
)


@pytest.mark.parametrize(
    ("duration_s", "clip_s", "count"),
    [(150, 2, 75), (149.9, 2, 74), (0.3, 0.1, 3), (0, 2, 0), (10, 1 / 6, 60), (1, 2, 0)],
)
def test_whole_clips_are_counted(duration_s, clip_s, count):
    assert intervals.count_clips(duration_s, clip_s) == count


@pytest.mark.parametrize(("duration_s", "clip_s"), [(-1, 2), (1, 0), (float("nan"), 2), (float("inf"), 2), (1, -2)])
def test_impossible_lengths_are_refused(duration_s, clip_s):
    with pytest.raises(ValueError, match="expected finite"):
        intervals.count_clips(duration_s, clip_s)


def test_clips_tile_the_video():
    np.testing.assert_allclose(intervals.clip_windows(3, 0.5), [[0, 0.5], [0.5, 1], [1, 1.5]])
    assert intervals.clip_windows(0, 2.0).shape == (0, 2)


def test_a_clip_belongs_to_a_window_that_holds_its_centre():
    inside = intervals.clips_in_windows([[2, 4], [7, 11]], 6, 2.0)
    assert inside.tolist() == [False, True, False, True, True, False]
    assert intervals.clips_in_windows(np.zeros((0, 2)), 3, 2.0).tolist() == [False] * 3


@given(st.lists(st.booleans(), max_size=30))
def test_windows_of_clips_give_the_clips_back(inside):
    windows = intervals.windows_from_clips(inside, 2.0)
    assert intervals.clips_in_windows(windows, len(inside), 2.0).tolist() == inside
    assert (windows[1:, 0] > windows[:-1, 1]).all()


@given(WINDOW, WINDOW, st.floats(0.5, 3), st.floats(-5, 5))
def test_overlap_is_symmetric_and_ignores_shift_and_scale(a, b, scale, shift):
    value = intervals.iou([a], [b])[0, 0]
    assert 0 <= value <= 1
    assert value == intervals.iou([b], [a])[0, 0] == pytest.approx(oracle.iou(a, b), abs=1e-12)
    moved = [[x * scale + shift for x in window] for window in (a, b)]
    assert intervals.iou(moved[:1], moved[1:])[0, 0] == pytest.approx(value, abs=1e-9)
    assert intervals.hull_iou(a, b) == pytest.approx(value, abs=1e-12)


def test_overlap_of_every_pair_in_a_batch():
    first, second = np.array([[[0, 10], [5, 15]]]), np.array([[[0, 10], [20, 30], [10, 10]]])
    np.testing.assert_allclose(intervals.iou(first, second), [[[1, 0, 0], [1 / 3, 0, 0]]])
    assert intervals.iou([[3, 3]], [[3, 3]]) == 0


@given(SCORED, st.sampled_from(["normal", "linear", "gaussian"]))
def test_suppression_agrees_with_a_plain_loop(windows, kind):
    before = windows.copy()
    found = intervals.nms(windows, kind)
    np.testing.assert_allclose(found, oracle.soft_nms(windows.tolist(), kind), atol=1e-12)
    assert (np.diff(found[:, 2]) <= 0).all()
    np.testing.assert_array_equal(windows, before)


@given(SCORED)
def test_fast_suppression_drops_what_an_earlier_window_covers(windows):
    keep = [
        not any(oracle.iou(earlier, window) > 0.3 for earlier in windows[:index].tolist())
        for index, window in enumerate(windows.tolist())
    ]
    expected = windows[keep][np.argsort(-windows[keep][:, 2], kind="stable")]
    np.testing.assert_array_equal(intervals.nms(windows, "fast"), expected)


@given(st.lists(SCORED, min_size=1, max_size=4), st.sampled_from(intervals.NMS_KINDS), st.integers(1, 6))
def test_a_batch_with_padding_is_its_members(sets, kind, top):
    longest = max(map(len, sets))
    padded = np.stack([np.pad(windows, ((0, longest - len(windows)), (0, 0)), constant_values=9) for windows in sets])
    valid = np.array([[index < len(windows) for index in range(longest)] for windows in sets])
    order, scores = intervals.suppress(padded, kind, top, valid_BN=valid)
    for row, score, windows in zip(order, scores, sets, strict=True):
        alone, alone_scores = intervals.suppress(windows[None], kind, top)
        kept = row >= 0
        np.testing.assert_array_equal(row[kept], alone[0][alone[0] >= 0])
        np.testing.assert_array_equal(score[kept], alone_scores[0][alone[0] >= 0])


def test_suppression_of_nothing_and_of_nonsense():
    for kind in intervals.NMS_KINDS:
        assert intervals.nms(np.zeros((0, 3)), kind).shape == (0, 3)
    with pytest.raises(ValueError, match="negative score"):
        intervals.nms([[0, 1, -0.5]], "gaussian")
    with pytest.raises(ValueError, match="expected one of"):
        intervals.nms([[0, 1, 0.5]], "hard")  # type: ignore[arg-type]
