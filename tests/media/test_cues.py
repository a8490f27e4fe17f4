"""Cues as people leave them become cues that can be relied on."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.media import cues
from visionaryvids.media.cue_text import MAX_LETTERS, joined, lines_of
from visionaryvids.media.cues import NOMINAL_S, Cue, tidy
from visionaryvids.media.info import MAX_DURATION_S


def texts(*cues):
    return [cue.text for cue in tidy(cues).cues]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<i>Where</i> are <font color='#fff'>you</font>?", "Where are you?"),
        ("{\\an8}Up here\\Nand down", "Up here and down"),
        ("<v Bob>Hello</v> &amp; good&nbsp;bye", "Hello & good bye"),
        ("2 < 3 and 4 > 1 {sic}", "2 < 3 and 4 > 1 {sic}"),
        ("♪ la la la ♪", "la la la"),
        ("♪♪", ""),
        ("[applause]", "applause."),
        ("[door slams] Who is there?", "door slams. Who is there?"),
        ("- Come in\r\n- Thank you", "Come in. Thank you"),
        (">> Come in!\n>> Thank you", "Come in! Thank you"),
        ("--- ...", ""),
        ("a\x00b\u200b c", "a b c"),
        ("", ""),
    ],
)
def test_words_are_kept_and_what_players_draw_with_is_not(raw, plain):
    assert joined(lines_of(raw)) == plain


def test_a_cue_of_a_million_letters_is_cut():
    assert len(joined(lines_of("word " * 200_000))) <= MAX_LETTERS


def test_cues_come_in_the_order_of_time_and_may_overlap():
    found = tidy([Cue(5, 9, "third"), Cue(0, 4, "first"), Cue(3, 6, "second")])
    assert found.cues == (Cue(0, 4, "first"), Cue(3, 6, "second"), Cue(5, 9, "third"))
    assert found.warnings == ()


def test_empty_cues_go_silently():
    found = tidy([Cue(0, 1, ""), Cue(1, 2, " \n "), Cue(2, 3, "<i></i>"), Cue(3, 4, "here")])
    assert [cue.text for cue in found.cues] == ["here"]
    assert found.warnings == ()
    assert tidy([]).cues == ()


def test_impossible_times_are_mended_or_left_out_and_counted():
    raw = [
        Cue(9, 5, "reversed"), Cue(20, 20, "no length"), Cue(-3, 2, "begins before"), Cue(-9, -5, "all before"),
        Cue(-1, 0, "just before"),
        Cue(math.nan, 3, "nan"), Cue(1, math.inf, "endless"), Cue(MAX_DURATION_S * 2, MAX_DURATION_S * 3, "late"),
    ]  # fmt: skip
    found = tidy(raw)
    assert found.cues == (
        Cue(0, 2, "begins before"), Cue(9, 9 + NOMINAL_S, "reversed"), Cue(20, 20 + NOMINAL_S, "no length"),
    )  # fmt: skip
    assert [warning[-2:] for warning in found.warnings] == [" 5", " 2"]


def test_a_cue_that_is_reversed_at_second_0_stays_at_second_0():
    assert tidy([Cue(3, -1, "x")]).cues == (Cue(3, 3 + NOMINAL_S, "x"),)


def test_rolling_captions_say_each_line_once():
    rolling = [
        Cue(0.0, 2.0, "we are going"), Cue(2.0, 2.01, "we are going"), Cue(2.01, 4.0, "we are going\nto the sea"),
        Cue(4.0, 4.01, "to the sea"), Cue(4.01, 6.0, "to the sea\nwith the dog"),
    ]  # fmt: skip
    assert texts(*rolling) == ["we are going", "to the sea", "with the dog"]


def test_a_caption_that_is_repeated_lasts_longer_but_a_refrain_is_said_twice():
    assert tidy([Cue(0, 2, "a dog"), Cue(2, 4, "a dog")]).cues == (Cue(0, 4, "a dog"),)
    assert texts(Cue(0, 2, "never"), Cue(9, 12, "never")) == ["never", "never"]


def test_the_number_of_cues_is_bounded(monkeypatch):
    monkeypatch.setattr(cues, "MAX_CUES", 3)
    found = tidy(Cue(i, i + 1, f"{i}") for i in itertools.count())
    assert len(found.cues) == 3
    assert found.warnings == ("cues are read up to number 3",)


NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-10, 1000)
CUES = st.lists(st.builds(Cue, NUMBERS, NUMBERS, st.text(max_size=40) | st.sampled_from(["a dog.", "a", "- b\nc"])))


@given(CUES)
def test_whatever_comes_in_what_goes_out_is_sound(raw):
    found = tidy(raw).cues
    assert [cue.start_s for cue in found] == sorted(cue.start_s for cue in found)
    for cue in found:
        assert 0 <= cue.start_s < cue.end_s <= MAX_DURATION_S
        assert cue.text == " ".join(cue.text.split())
        assert any(letter.isalnum() for letter in cue.text)
