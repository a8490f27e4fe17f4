"""Laws of stretches and scales for any length of video and any moment."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.samples import rows, sentence, shots, small_matcher
from visionaryvids.intervals import iou
from visionaryvids.model.answer import answer, whole_moments
from visionaryvids.model.matcher import SCALE_STEP, STRETCH, stretch_starts
from visionaryvids.model.stretches import STRIDE, blend
from visionaryvids.types import Features

LENGTHS = st.integers(1, 5000)
QUIET = settings(max_examples=40)


@given(LENGTHS)
def test_stretches_cover_every_row_and_the_last_one_ends_with_the_video(num_rows):
    starts = stretch_starts(num_rows)
    assert starts[0] == 0
    assert starts[-1] + STRETCH == max(num_rows, STRETCH)
    assert all(0 < b - a <= STRIDE for a, b in pairwise(starts))


@given(st.integers(2, 5000), st.data())
def test_every_interval_up_to_the_stride_lies_whole_in_some_stretch(num_rows, data):
    start = data.draw(st.integers(0, num_rows - 1))
    end = data.draw(st.integers(start + 1, min(num_rows, start + STRIDE)))
    assert any(first <= start and end <= first + STRETCH for first in stretch_starts(num_rows))


@given(LENGTHS, st.floats(0, 1), st.floats(0.2, 1.1), st.integers(0, 4))
def test_every_moment_is_seen_whole_at_some_scale(num_clips, place, strides, scale):
    """However long it is and wherever it lies: some stretch of some scale is the one that must tell of it."""
    length = min(num_clips, strides * STRIDE * SCALE_STEP**scale)
    start = place * (num_clips - length)
    assert any(kept(clips, num_clips, start, start + length) for clips in scales(num_clips))


def test_no_length_falls_between_two_scales():
    """Moments about as long as the stride, about where a stretch begins: cut in one stretch, whole in the next."""
    near_start, near_length = np.linspace(STRIDE - 2, STRIDE + 2, 17), np.linspace(STRIDE - 3, STRIDE + 3, 25)
    for finer in (1, SCALE_STEP):
        for start, length in ((a * finer, n * finer) for a in near_start for n in near_length):
            assert any(kept(clips, 1000, start, start + length) for clips in scales(1000)), (start, length)


def scales(num_clips):
    clips = 1
    yield clips
    while -(-num_clips // clips) > STRETCH:
        clips *= SCALE_STEP
        yield clips


def kept(clips, num_clips, start, end):
    """Whether a stretch of that scale that holds the moment tells of it, and if so, unchanged."""
    num_rows = -(-num_clips // clips)
    for first in stretch_starts(num_rows):
        a, b, length = start / clips - first, end / clips - first, min(STRETCH, num_rows)
        found = whole_moments(np.array([[a, b, 1.5]]), first, length, num_rows, clips)
        if a >= 0 and b <= length and len(found):
            np.testing.assert_allclose(found, [[start, end, 1.5]], atol=1e-6)
            return True
    return False


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), max_size=5), st.floats(0, 1), st.integers(0, 9))
def test_a_blend_stays_between_what_it_blends(looks, level, seed):
    coarse = np.random.default_rng(seed).random(100)
    curves = [(start, np.full(length, level, np.float32)) for start, length in looks]
    found, seen = blend(coarse, curves), np.zeros(100, bool)
    for start, length in looks:
        seen[start : start + length] = True
    np.testing.assert_allclose(found[seen], level, atol=1e-6)  # constant scores stay constant: no seams
    np.testing.assert_array_equal(found[~seen], coarse[~seen])


@QUIET
@given(st.integers(1, 500), st.integers(0, 5), st.floats(0.51, 1.49), st.sampled_from([rows, shots]))
def test_answers_lie_in_the_video_and_do_not_repeat_themselves(num_clips, seed, last, made):
    matcher = small_matcher(seed)
    footage = matcher.watch(Features(1.0, made(num_clips, seed=seed), None))
    queries, duration_s = ["a", None], num_clips - 1 + last  # a video's last clip may be short or a little long
    asked = matcher.ask([sentence(seed)])
    for found in answer(matcher, footage, asked, queries, clip_s=1.0, duration_s=duration_s, top=10):
        assert found.saliency_T.shape == (num_clips,)
        assert found.saliency_T.min() >= 0
        assert found.saliency_T.max() <= 1
        scores = [moment.score for moment in found.moments]
        assert scores == sorted(scores, reverse=True)
        assert 1 <= len(scores) <= 10
        assert all(0 <= moment.start_s < moment.end_s <= duration_s for moment in found.moments)
        assert all(0 <= score <= 1 for score in scores)
        spans = np.array([[moment.start_s, moment.end_s] for moment in found.moments])
        assert np.triu(iou(spans, spans), 1).max() <= 0.5


@QUIET
@given(st.integers(1, 400), st.permutations(range(4)))
def test_company_and_order_of_queries_do_not_matter(num_clips, order):
    matcher = small_matcher()
    footage = matcher.watch(Features(1.0, shots(num_clips), None))
    asked = [sentence(1), None, sentence(2), sentence(3)]
    together = ask(matcher, footage, [asked[index] for index in order])
    for index, found in zip(order, together, strict=True):
        [alone] = ask(matcher, footage, [asked[index]])
        assert alone.query == found.query
        np.testing.assert_allclose(alone.saliency_T, found.saliency_T, atol=1e-5)
        assert abs(alone.present - found.present) < 1e-5
        assert abs(alone.moments[0].score - found.moments[0].score) < 1e-5


def ask(matcher, footage, queries):
    words = [None if query is None else query.text for query in queries]
    asked = matcher.ask([query for query in queries if query is not None])
    return answer(matcher, footage, asked, words, clip_s=1.0, duration_s=float(footage.num_clips), top=5)
