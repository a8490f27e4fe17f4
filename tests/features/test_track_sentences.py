"""Sentences from cues: put together where one was cut, taken apart where a cue holds several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.features.track_sentences import GAP_S, LONGEST_S, sentences
from visionaryvids.media.cues import Cue


def test_a_sentence_over_three_cues_is_one():
    cues = (
        Cue(0, 2, "This is the science segment"),
        Cue(2, 4, "of the telescope, in one of the"),
        Cue(4.1, 6, "largest rooms."),
    )
    assert sentences(cues) == (Cue(0, 6, "This is the science segment of the telescope, in one of the largest rooms."),)


def test_two_sentences_in_a_cue_are_two():
    first, second = sentences([Cue(10, 20, "He left at ten. Then rain came.")])
    assert (first.text, second.text) == ("He left at ten.", "Then rain came.")
    assert first.start_s == 10
    assert second.end_s == 20
    assert first.end_s == pytest.approx(second.start_s, abs=0.5) == pytest.approx(15, abs=0.5)


def test_a_pause_ends_a_sentence_and_so_does_another_voice():
    pause = (Cue(0, 2, "It was"), Cue(2 + GAP_S + 0.1, 6, "never found."))
    assert sentences(pause) == pause
    voices = (Cue(0, 4, "It was"), Cue(2, 6, "Hands up!"))
    assert sentences(voices) == voices


def test_captions_without_full_stops_stay_as_they_are():
    captions = tuple(Cue(2 * i, 2 * i + 2, f"a man rides bike {i}") for i in range(10))
    assert sentences(captions) == captions
    assert sentences(()) == ()


def test_abbreviations_end_no_sentence():
    assert len(sentences([Cue(0, 9, "Dr. Smith met Mr. J. Jones. They left!")])) == 2


def test_a_long_sentence_stays_in_its_cues():
    step = LONGEST_S / 3
    cues = [*(Cue(i * step, (i + 1) * step, f"part {i},") for i in range(4)), Cue(4 * step, 5 * step, "end. Next one.")]
    found = sentences(cues)
    assert [cue.text for cue in found] == ["part 0,", "part 1,", "part 2,", "part 3,", "end.", "Next one."]
    assert [cue.start_s for cue in found[:5]] == pytest.approx([cue.start_s for cue in cues])


WORDS = st.lists(st.sampled_from(["a", "dog", "runs.", "No!", "Mr.", "where?"]), min_size=1, max_size=12).map(" ".join)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 30), WORDS), max_size=20))
def test_no_word_is_lost_and_none_is_said_at_another_time(rows):
    cues = sorted(Cue(start_s, start_s + length_s, text) for start_s, length_s, text in rows)
    found = sentences(cues)
    assert sorted(" ".join(c.text for c in found).split()) == sorted(" ".join(c.text for c in cues).split())
    assert list(found) == sorted(found)
    for cue in found:
        assert cue.start_s <= cue.end_s
        assert min(c.start_s for c in cues) <= cue.start_s
        assert cue.end_s <= max(c.end_s for c in cues)
