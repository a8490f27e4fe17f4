"""Timed text on the clip grid: which clip says what."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.features import minilm
from visionaryvids.features.extract import clips_of
from visionaryvids.features.text_track import CLIP_S, SPEC, embedded, encode_track, said, text_track, track_rows
from visionaryvids.media.cues import Cue, TimedText, tidy
from visionaryvids.types import Query


class Letters:
    """A text encoder whose embedding is the first letter; counts what it reads."""

    def __init__(self):
        self.read = []

    def __call__(self, sentences):
        self.read += sentences
        return [
            Query(each, np.eye(minilm.WIDTH, dtype=np.float32)[[ord(each[0]) % minilm.WIDTH]]) for each in sentences
        ]


def letters(rows):
    """The letters of each clip, the loudest first."""
    return ["".join(chr(i) for i in np.argsort(-row, kind="stable") if row[i] > 0) for row in rows]


def encoded(cues, duration_s):
    return encode_track(TimedText(tuple(cues)), duration_s, Letters())


def test_each_clip_has_what_is_said_in_it():
    rows = encoded([Cue(2, 6, "a"), Cue(8, 10, "b")], 12).features.video_TD
    assert letters(rows) == ["", "a", "a", "", "b", ""]
    assert said(rows).tolist() == [False, True, True, False, True, False]


def test_clips_are_shared_by_how_long_each_sentence_lasts():
    rows = encoded([Cue(0, 1.5, "a"), Cue(1.5, 4, "b")], 4).features.video_TD
    assert letters(rows) == ["ab", "b"]
    np.testing.assert_allclose(rows[0, [97, 98]], np.array([0.75, 0.25]) / np.hypot(0.75, 0.25), atol=1e-3)


def test_a_breath_of_a_sentence_does_not_count_unless_it_is_all_there_is():
    assert letters(encoded([Cue(0, 4.3, "a")], 8).features.video_TD) == ["a", "a", "", ""]
    assert letters(encoded([Cue(5.0, 5.1, "a")], 8).features.video_TD) == ["", "", "a", ""]


def test_cues_that_overlap_are_both_heard():
    assert letters(encoded([Cue(0, 4, "a"), Cue(2, 4, "b")], 4).features.video_TD) == ["a", "ab"]


def test_cues_after_the_end_are_left_out_aloud():
    found = encoded([Cue(0, 2, "a"), Cue(3, 99, "b"), Cue(50, 52, "c")], 4)
    assert letters(found.features.video_TD) == ["a", "b"]
    assert found.warnings == ("cues after the video's end, left out: 1 of 3",)


def test_progress_is_told_in_seconds_of_the_video():
    told = []
    track = TimedText(tuple(Cue(i, i + 1, f"{i}") for i in range(300)))
    encode_track(track, 600, Letters(), on_progress=lambda *seconds: told.append(seconds))
    assert told == [(512, 600), (600, 600)]


def test_what_is_said_twice_is_read_once():
    text = Letters()
    rows = embedded(["a", "b", "a", "a"], text)
    assert text.read == ["a", "b"]
    assert letters(rows) == ["a", "b", "a", "a"]
    assert embedded([], text).shape == (0, minilm.WIDTH)


def test_a_row_is_the_sentence_encoders_own_embedding():
    encoders = text_track()
    [query] = encoders.text(["A dog runs into the sea."])
    rows = encode_track(
        TimedText((Cue(0, 3, "A dog runs into"), Cue(3, 4, "the sea."))), 4, encoders.text
    ).features.video_TD
    np.testing.assert_allclose(rows, np.stack([minilm.pooled(query)] * 2), atol=1e-3)
    assert (SPEC.clip_s, SPEC.video_dim, SPEC.query_dim) == (CLIP_S, rows.shape[1], query.tokens_LD.shape[1])


TIMES = st.floats(-5, 60) | st.sampled_from([float("nan"), float("inf"), 2.0, 4.0])


@given(st.lists(st.tuples(TIMES, TIMES, st.text(max_size=12)), max_size=12), st.floats(0.1, 50))
def test_any_list_of_cues_gives_finite_rows_of_the_right_number(raw, duration_s):
    track = tidy(Cue(*row) for row in raw)
    found = encode_track(track, duration_s, Letters())
    rows = found.features.video_TD
    assert rows.shape == (clips_of(duration_s, CLIP_S), minilm.WIDTH)
    assert np.isfinite(rows).all()
    lengths = np.linalg.norm(rows, axis=1)
    assert ((np.abs(lengths - 1) < 2e-3) | (lengths == 0)).all()
    assert said(rows).any() == any(cue.start_s < duration_s for cue in track.cues)


@pytest.mark.parametrize("length_s", [0.01, 3.99, 4.0, 40.0])
def test_a_sentence_at_the_very_end_is_heard(length_s):
    rows = track_rows([Cue(4.0 - min(length_s, 4.0), 4.0 - min(length_s, 4.0) + length_s, "a")], 2, Letters())
    assert said(np.asarray(rows, np.float32))[1]
