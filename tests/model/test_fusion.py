"""Seen or said: laws of the fusion of two answers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.samples import rows, sentence
from visionaryvids.errors import ConfigError
from visionaryvids.features.text_track import SPEC
from visionaryvids.intervals import iou
from visionaryvids.model.fusion import FusedWatched, either, fused_moments
from visionaryvids.model.text_track import Silence, TextTrackBrain, head, is_speech
from visionaryvids.model.zero_shot import CosineBrain
from visionaryvids.types import Answer, Features, Moment, Query

SCORES = st.floats(0.01, 1)


@st.composite
def moments(draw):
    """Moments that do not overlap by half, best first, as every answer lists them."""
    starts = draw(st.lists(st.integers(0, 9), unique=True, max_size=5))
    found = [Moment(10.0 * s, 10.0 * s + draw(st.floats(4, 9)), draw(SCORES)) for s in starts]
    return tuple(sorted(found, key=lambda moment: -moment.score))


class Says:
    """A watched video with one answer to everything."""

    warnings = ("w",)

    def __init__(self, present, moments, saliency):
        self.given = Answer("", present, tuple(moments), np.array(saliency))

    def answer(self, asked, *, top, **_):
        return tuple(
            replace(self.given, query=each.text if each else None, moments=self.given.moments[:top]) for each in asked
        )


def no_reading(sentences):
    return [Query(each, np.ones((1, 2), np.float32)) for each in sentences]


def ask(seen, said, *queries, top=5):
    asked = [None if query is None else Query(query, np.zeros((1, 9), np.float32)) for query in queries]
    return FusedWatched(seen, said, no_reading, 1.0, 2.0).answer(asked, duration_s=100, top=top)


@given(moments(), SCORES, st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_silence_changes_nothing_to_the_last_bit(seen, present, curve):
    alone = Says(present, seen, curve)
    [found] = ask(alone, Silence(2), "a dog", top=3)
    assert found.moments == seen[:3]
    assert found.present == present
    assert found.saliency_T.tolist() == curve


@given(moments(), SCORES, SCORES)
def test_the_sentence_itself_raises_its_moment(seen, present, sure):
    """At whatever time it is said, a moment is there that is at least as sure as either, and surer where both know."""
    said = Moment(20.0, 26.0, sure)
    [found] = ask(
        Says(present, seen, np.zeros(100)),
        Says(sure, [said], [*np.zeros(10), *[sure] * 3, *np.zeros(37)]),
        "a dog",
        top=99,
    )
    partners = [each.score for each in seen if iou([[20, 26]], [[each.start_s, each.end_s]])[0, 0] >= 0.5]
    there = [each for each in found.moments if iou([[20, 26]], [[each.start_s, each.end_s]])[0, 0] >= 0.5]
    assert max(each.score for each in there) == pytest.approx(either(sure, max(partners, default=0.0)))
    assert found.present >= max(present, sure) - 1e-9
    assert (found.saliency_T[20:26] == sure).all()
    assert not found.saliency_T[26:].any()


@given(st.floats(0, 1), st.floats(0, 1))
def test_either_is_a_probability_and_no_less_than_each(seen, said):
    assert max(seen, said) - 1e-15 <= either(seen, said) <= 1
    assert either(seen, 0.0) == seen
    assert either(0.0, said) == said


@given(moments(), moments())
def test_moments_are_ranked_apart_and_never_less_sure(seen, said):
    found = fused_moments(seen, said)
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    windows = [(each.start_s, each.end_s) for each in found]
    if len(found) > 1:
        assert (np.triu(iou(windows, windows), 1) < 0.5).all()
    best = max((each.score for each in (*seen, *said)), default=0.0)
    assert max(scores, default=0.0) >= best - 1e-12
    assert all(0 < score <= 1 for score in scores)


@given(SCORES, SCORES)
def test_the_surer_of_two_tells_when(seen, said):
    """Whatever is rounded: both have one score as a pair."""
    [found] = fused_moments([Moment(10, 20, seen)], [Moment(11, 20, said)])
    assert found.start_s == (10 if seen >= said else 11)
    assert found.score == pytest.approx(seen + said - seen * said)


def test_where_nothing_is_asked_the_pictures_answer():
    seen = Says(1.0, [Moment(0, 4, 0.7)], [0.7, 0.1])
    nothing, dog = ask(seen, Says(0.5, [Moment(0, 4, 0.5)], [0.5]), None, "a dog")
    assert nothing == replace(seen.given, query=None, saliency_T=nothing.saliency_T)
    assert (nothing.query, dog.query) == (None, "a dog")
    assert dog.moments[0].score == pytest.approx(0.85)


def test_the_brain_for_words_knows_silence_and_refuses_highlights():
    brain = TextTrackBrain(CosineBrain())
    silent = brain.watch(Features(2.0, np.zeros((3, 4), np.float32), None))
    [answer] = silent.answer([Query("a dog", np.ones((1, 4), np.float32))], duration_s=6, top=3)
    assert (answer.present, answer.moments, answer.saliency_T.tolist()) == (0.0, (), [0.0] * 3)
    assert silent.warnings
    with pytest.raises(ConfigError, match="lite"):
        brain.caveats([None])


def test_sentences_that_last_are_speech_and_a_text_for_each_clip_is_captions():
    captions = rows(30, SPEC.video_dim, seed=1)
    assert not is_speech(captions)
    assert is_speech(captions.repeat(3, axis=0))
    assert not is_speech(captions[:1])


def test_the_head_that_is_shipped_answers_about_captions():
    query = sentence(3, SPEC.query_dim)
    captions = rows(40, SPEC.video_dim, seed=2)
    captions[10:20] = query.tokens_LD.mean(0) + 0.1 * captions[10:20]
    captions /= np.linalg.norm(captions, axis=1, keepdims=True)
    [answer] = TextTrackBrain(head()).watch(Features(2.0, captions, None)).answer([query], duration_s=80, top=5)
    best = answer.moments[0]
    assert iou([[20, 40]], [[best.start_s, best.end_s]])[0, 0] > 0.5
