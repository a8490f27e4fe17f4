"""Made videos: what is said of them is what is in them, for any seed and any rules."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.data.compose import Background, Composition, Piece, Rules, compose

LENGTHS = [10, 30, 9, 17, 12, 25, 11, 14, 20, 10, 16, 13]
POOL = np.arange(len(LENGTHS))
STRANGERS = np.eye(len(LENGTHS), dtype=np.float32)
"""Captions that have nothing in common."""

shares = st.floats(0, 1)
rules = st.builds(
    Rules, pieces=st.tuples(st.integers(1, 3), st.integers(3, 11)), longest=st.integers(40, 120),
    absent=shares, alone=shares, twice=shares, whole=shares, slow=shares,
    slowest=st.floats(1.1, 9), share=st.floats(0.2, 0.9), background=st.just(0.0),
)  # fmt: skip
seeds = st.integers(0, 10_000)


def made(seed, rules, alike=STRANGERS, pool=POOL):
    return compose(np.random.default_rng(seed), pool, LENGTHS, alike, rules)


def numbered():
    """Each clip's rows: its number, and the number of the row."""
    return [np.stack([np.full(n, clip), np.arange(n)], axis=1).astype(np.float32) for clip, n in enumerate(LENGTHS)]


@given(seeds, rules)
def test_windows_are_where_the_asked_clips_rows_are(seed, rules):
    composition = made(seed, rules)
    shown = composition.assemble(numbered())[:, 0].round()
    inside = np.zeros(len(shown), bool)
    for start, end in composition.windows.astype(int):
        assert start < end
        assert not inside[start:end].any()
        inside[start:end] = True
    np.testing.assert_array_equal(shown == composition.asked, inside)
    assert set(shown.astype(int)) == composition.clips


@given(seeds, rules)
def test_pieces_lie_in_their_clips_and_the_video_is_not_too_long(seed, rules):
    composition = made(seed, rules)
    assert composition.pieces
    for piece in composition.pieces:
        assert 0 <= piece.first < piece.last <= LENGTHS[piece.clip]
        assert piece.slow >= 1
    length = sum(piece.length for piece in composition.pieces)
    assert length == len(composition.assemble(numbered())) <= rules.longest


@given(seeds, rules)
def test_a_slowed_clip_takes_no_more_than_its_share(seed, rules):
    pieces = [piece for piece in made(seed, replace(rules, slow=1.0)).pieces if piece.slow > 1]
    for clip in {piece.clip for piece in pieces}:
        parts = [piece.length for piece in pieces if piece.clip == clip]
        assert sum(parts) <= rules.share * rules.longest + 0.5 * len(parts)


@given(seeds, rules)
def test_the_same_seed_makes_the_same_video(seed, rules):
    assert made(seed, rules) == made(seed, rules)


@given(seeds, rules)
def test_a_clip_is_absent_or_there_as_the_rules_say(seed, rules):
    assert len(made(seed, replace(rules, absent=1.0)).windows) == 0
    assert 1 <= len(made(seed, replace(rules, absent=0.0)).windows) <= 2


@given(seeds, rules)
def test_only_clips_of_the_pool_are_taken(seed, rules):
    pool = np.array([1, 3, 4, 6, 7, 8, 9, 10, 11])
    composition = made(seed, replace(rules, pieces=(1, 8), background=0.5), pool=pool)
    assert composition.clips | {composition.asked} <= set(pool.tolist())


@given(seeds)
def test_a_video_can_be_a_single_clip(seed):
    there, absent = (made(seed, Rules(alone=1.0, absent=share, background=0.0)) for share in (0.0, 1.0))
    assert there.clips == {there.asked}
    assert len(absent.clips) == 1
    assert absent.clips != {absent.asked}


@given(seeds)
def test_captions_that_say_the_same_are_kept_apart(seed):
    alike = np.where(np.add.outer(POOL, POOL) % 2 == 0, 0.9, 0.1)  # even clips say the same, odd ones too
    composition = made(seed, Rules(pieces=(9, 9), absent=0.0, longest=999), alike)
    others = {piece.clip for piece in composition.pieces} - {composition.asked}
    assert all(clip % 2 != composition.asked % 2 for clip in others)


def test_different_seeds_make_different_videos_of_every_kind():
    many = [made(seed, Rules(slow=0.5)) for seed in range(200)]
    assert len({composition.pieces for composition in many}) > 190
    assert {len(composition.windows) for composition in many} == {0, 1, 2}
    assert {composition.background is None for composition in many} == {True, False}
    assert {piece.slow > 1 for composition in many for piece in composition.pieces} == {True, False}


def test_slowed_pieces_interpolate():
    rows = [np.array([[0.0], [2.0], [4.0]], np.float32)]
    slow = Composition((Piece(0, 0, 3, slow=5 / 3),), asked=0)
    np.testing.assert_allclose(slow.assemble(rows)[:, 0], [0, 1, 2, 3, 4])
    assert slow.windows.tolist() == [[0, 5]]
    single = Composition((Piece(0, 1, 2, slow=3.0),), asked=0)
    np.testing.assert_allclose(single.assemble(rows)[:, 0], [2, 2, 2])


def test_a_background_shines_through_everything():
    rows = [np.zeros((2, 1), np.float32), np.array([[4.0], [8.0]], np.float32)]
    composition = Composition((Piece(0, 0, 2), Piece(1, 0, 1)), asked=0, background=Background(1, 1, share=0.25))
    np.testing.assert_allclose(composition.assemble(rows)[:, 0], [2, 2, 5])
    assert composition.clips == {0, 1}


def test_two_pieces_of_the_asked_clip_side_by_side_are_one_moment():
    composition = Composition((Piece(1, 0, 4), Piece(0, 4, 9), Piece(0, 0, 4), Piece(2, 0, 3), Piece(0, 1, 2)), asked=0)
    assert composition.windows.tolist() == [[4, 13], [16, 17]]


def test_a_pool_that_is_too_small_is_an_error():
    with pytest.raises(ValueError, match="larger sample"):
        made(0, Rules(pieces=(9, 9)), pool=np.arange(4))
