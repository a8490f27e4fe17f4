"""Proposals: where cuts and runs of similarity are, a bounded number of them, for any stretch of video."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.model import proposals
from visionaryvids.model.proposals import LEAST_CLIPS, MAX_PROPOSALS, propose

KINDS = ("still", "some cuts", "restless")
CURVES = ("constant", "noise", "wave", "zero", "below zero")
stretches = st.tuples(st.integers(1, 150), st.sampled_from(KINDS), st.sampled_from(CURVES), st.integers(0, 999))


def stretch(clips, kind, curve, seed):
    """Novelty and similarity that cannot be written to."""
    random = np.random.default_rng([seed, clips])
    novelty_2T = random.uniform(0, 1.6, (2, clips)).astype(np.float32)
    novelty_2T *= {"still": 0.0, "some cuts": random.random(clips) < 0.1, "restless": 1.0}[kind]
    similarity_T = {
        "constant": np.full(clips, 0.3), "noise": random.uniform(-1, 1, clips),
        "wave": np.sin(np.arange(clips) / 9), "zero": np.zeros(clips), "below zero": random.uniform(-0.4, -0.1, clips),
    }[curve].astype(np.float32)  # fmt: skip
    for given_ in (novelty_2T, similarity_T):
        given_.setflags(write=False)
    return novelty_2T, similarity_T


def pairs(found):
    return {tuple(pair) for pair in found.tolist()}


@given(stretches)
def test_proposals_are_sorted_unique_bounded_and_in_the_stretch(made):
    clips = made[0]
    found = propose(*stretch(*made))
    assert found.dtype == np.int64
    assert 1 <= len(found) <= MAX_PROPOSALS
    np.testing.assert_array_equal(found, np.unique(found, axis=0))
    assert found.min() >= 0
    assert found.max() <= clips
    assert (found[:, 1] - found[:, 0] >= min(LEAST_CLIPS, clips)).all()


@given(stretches)
def test_the_same_stretch_has_the_same_proposals(made):
    np.testing.assert_array_equal(propose(*stretch(*made)), propose(*stretch(*made)))


@pytest.mark.parametrize("clips", [1, 2, 3, 150])
def test_where_nothing_happens_the_whole_is_proposed(clips):
    assert [0, clips] in propose(*stretch(clips, "still", "constant", 0)).tolist()


@given(st.integers(2, 150), st.data())
def test_a_shot_between_two_cuts_is_proposed_exactly(clips, data):
    first = data.draw(st.integers(0, clips - 2))
    last = data.draw(st.integers(first + 2, clips))
    novelty_2T, similarity_T = (
        value.copy() for value in stretch(clips, "still", data.draw(st.sampled_from(CURVES)), 3)
    )
    novelty_2T[:, [edge for edge in (first, last) if edge < clips]] = data.draw(st.floats(0.21, 1.5))
    assert (first, last) in pairs(propose(novelty_2T, similarity_T))


def test_neighbouring_shots_are_proposed_together_where_the_cuts_are_clear():
    """Faint cuts part shots; only clear ones may lie inside a moment."""
    edges = (0, 20, 35, 60, 80)
    for strength, most in ((0.25, 1), (0.5, 3)):
        novelty_2T = np.zeros((2, 100), np.float32)
        novelty_2T[:, edges] = strength
        found = pairs(propose(novelty_2T, np.zeros(100, np.float32)))
        for left, start in enumerate(edges):
            for shots, end in enumerate((*edges, 100)[left + 1 :], 1):
                assert ((start, end) in found) == (shots <= most or (start, end) == (0, 100))


def test_a_cut_is_one_at_both_scales():
    """A single odd clip is new against its neighbour, but what is around it goes on."""
    novelty_2T = np.zeros((2, 60), np.float32)
    novelty_2T[0, 30] = 1.0
    assert pairs(propose(novelty_2T, np.zeros(60, np.float32))) == {(0, 60)}


@given(st.integers(30, 150), st.integers(0, 999), st.data())
def test_a_run_of_similarity_inside_a_shot_is_proposed_within_a_clip(clips, seed, data):
    length = data.draw(st.integers(4, clips * 2 // 5))
    first = data.draw(st.integers(0, clips - length))
    noise_T = np.random.default_rng(seed).uniform(-0.03, 0.03, clips)
    similarity_T = 0.1 + noise_T
    similarity_T[first : first + length] += 0.4
    found = propose(np.zeros((2, clips), np.float32), similarity_T.astype(np.float32))
    assert (np.abs(found - [first, first + length]).max(axis=1) <= 1).any()


@pytest.mark.parametrize("level", [-0.5, 0.5])
def test_a_stretchs_ends_are_no_runs(level):
    """Smoothing goes on beyond the ends with what is there, so that a low curve does not rise there."""
    similarity_T = np.full(60, level, np.float32)
    similarity_T[20:30] += 0.4
    found = pairs(propose(np.zeros((2, 60), np.float32), similarity_T))
    assert all(start > 10 and end < 40 for start, end in found - {(0, 60)})
    assert (20, 30) in found


@given(st.integers(100, 150), st.sampled_from(CURVES), st.integers(0, 999))
def test_the_cap_keeps_the_best(clips, curve, seed):
    made = stretch(clips, "restless", curve, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proposals, "MAX_PROPOSALS", 10**6)
        every = propose(*made)
    kept = pairs(propose(*made))
    assert len(kept) == min(len(every), MAX_PROPOSALS)
    assert kept <= pairs(every)
    worth = {(a, b): made[1][a:b].sum(dtype=np.float64) / (b - a) ** 0.8 for a, b in every.tolist()}
    dropped = [worth[pair] for pair in worth.keys() - kept]
    assert min(worth[pair] for pair in kept) >= max(dropped, default=-np.inf) - 1e-9


def test_the_cap_is_reached():
    assert len(propose(*stretch(150, "restless", "noise", 0))) == MAX_PROPOSALS
