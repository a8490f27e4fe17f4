"""The reel: what is chosen is short enough, without overlap, in order; what is written is that long, with its sound."""

from itertools import pairwise

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.make import Tone, number_in, write_video
from visionaryvids.errors import InputError
from visionaryvids.media.probe import probe
from visionaryvids.report.picks import choose
from visionaryvids.report.reel import candidates, choose_stretches, write_reel
from visionaryvids.types import Answer, Findings, Moment

CLIP_S = 0.5
on_grid = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(
    lambda drawn: Moment(drawn[0] * CLIP_S, (drawn[0] + drawn[1]) * CLIP_S, 0.5)
)
anywhere = st.tuples(st.floats(0, 60), st.floats(0, 20)).map(lambda drawn: Moment(drawn[0], sum(drawn), 0.5))


def total(stretches):
    return sum(end_s - start_s for start_s, end_s in stretches)


def covered(moments):
    """How many seconds any of the moments covers."""
    reached_s = seconds = 0.0
    for moment in sorted(moments):
        seconds += max(0.0, moment.end_s - max(moment.start_s, reached_s))
        reached_s = max(reached_s, moment.end_s)
    return seconds


@given(st.lists(on_grid | anywhere, max_size=12), st.floats(0.1, 80))
def test_chosen_stretches_are_short_enough_in_order_and_apart(moments, wanted_s):
    chosen = choose_stretches(moments, wanted_s, CLIP_S)
    assert total(chosen) <= wanted_s + 1e-6
    assert all(start_s < end_s for start_s, end_s in chosen)
    assert all(after[0] - before[1] > CLIP_S - 1e-6 for before, after in pairwise(chosen))  # and no gap is a glitch


@given(st.lists(on_grid | anywhere, min_size=1, max_size=12), st.floats(0.1, 80))
def test_nothing_is_missing_but_a_clip_where_there_is_enough(moments, wanted_s):
    chosen = choose_stretches(moments, wanted_s, CLIP_S)
    assert total(chosen) >= min(wanted_s, covered(moments)) - CLIP_S - 1e-6


@given(st.lists(on_grid, min_size=2, max_size=6), st.floats(1, 80))
def test_every_second_shown_is_of_a_moment_and_the_best_comes_first(moments, wanted_s):
    chosen = choose_stretches(moments, wanted_s, CLIP_S)
    assert covered([*moments, *(Moment(*edges, 0.0) for edges in chosen)]) == pytest.approx(covered(moments))
    best = moments[0]
    if best.end_s - best.start_s <= wanted_s:
        assert any(start_s <= best.start_s and best.end_s <= end_s for start_s, end_s in chosen)


def test_the_rest_is_filled_with_the_most_salient_stretches_of_the_picked_queries():
    curve, other = [0.1] * 30, [0.0] * 30
    curve[12:15] = [0.9] * 3
    other[21:24] = [1.0] * 3
    found = Findings(
        "v.mp4", 30, 1, "lite", (Answer("a", 1, (Moment(3, 5, 0.8),), curve), Answer("b", 1, (Moment(0, 9, 1),), other))
    )
    picks = choose(found, query="a")
    assert choose_stretches(candidates(found, picks), 5, 1) == [(3, 5), (12, 15)]
    assert choose_stretches(candidates(found, choose(found)), 9, 1) == [(0, 9)]


def test_a_reel_is_one_movie_with_sound(tmp_path):
    source = write_video(tmp_path / "s.mp4", 250, rate=25, tone=Tone(10, beeps_s=(2, 7)))
    taken = write_reel(probe(source), tmp_path / "reel.mp4", [(2, 3), (6.8, 8)])
    assert [(clip.start_s, clip.end_s) for clip in taken] == [(2, 3), (6.8, 8)]
    with av.open(str(tmp_path / "reel.mp4")) as container:
        for stream in container.streams:
            assert float(stream.duration * stream.time_base) == pytest.approx(2.2, abs=0.04)
        shown = [(number_in(frame.to_ndarray(format="rgb24")), frame.time) for frame in container.decode(video=0)]
    assert [number for number, _ in shown] == [*range(50, 75), *range(170, 200)]
    assert [at_s for _, at_s in shown] == pytest.approx([n / 25 for n in range(55)], abs=1e-4)


def test_a_reel_of_nothing_is_refused(tmp_path):
    info = probe(write_video(tmp_path / "s.mp4", 20))
    with pytest.raises(InputError, match="no moments"):
        write_reel(info, tmp_path / "reel.mp4", [])
