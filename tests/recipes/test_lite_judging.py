"""How the `lite` head is judged: on held-back clips, beside baselines that are what they say, with finite lines."""

import numpy as np
import pytest
import torch

from tests.model.samples import small_matcher
from tests.recipes.few import CLIPS, prepared, shrink, text
from visionaryvids.recipes.lite import baselines, judging
from visionaryvids.recipes.lite.calibrating import calibrate
from visionaryvids.recipes.lite.card import card
from visionaryvids.recipes.lite.sources import SHORT, SLOW


@pytest.fixture
def made(monkeypatch):
    shrink(monkeypatch)
    return prepared()


def questions_about(made, pieces=3, rounds=2):
    queries = text([each.caption for each in made.clips])
    return judging.held_back_questions(made, queries, pieces, rounds, seed=1)


def test_questions_are_about_held_back_clips(made):
    questions = questions_about(made)
    assert {clip for question in questions for clip in question.made.clips} <= set(made.held_back.tolist())
    there = [question for question in questions if question.is_there]
    assert len(there) == 2 * 6  # two rounds of two videos of three
    assert len(questions) - len(there) == 2 * 2
    for question in questions:
        assert question.query.text == made.clips[question.made.asked].caption
        assert question.is_there == (question.made.asked in question.made.clips)


def test_the_whole_video_overlaps_by_the_moments_share(made):
    questions = questions_about(made)
    scores = judging.score(questions, baselines.whole_video(questions))
    shares = [np.diff(q.made.windows[0])[0] / sum(p.length for p in q.made.pieces) for q in questions if q.is_there]
    assert scores["mIoU"] == pytest.approx(100 * np.mean(shares), abs=0.01)
    assert scores["R1@0.5"] == 0
    assert scores["present AUC"] == 0.5


def test_chance_draws_moments_inside_the_video(made):
    questions = questions_about(made)
    for question, found in zip(questions, baselines.chance(questions), strict=True):
        [moment] = found.moments
        assert 0 <= moment.start_s < moment.end_s <= sum(piece.length for piece in question.made.pieces)
    assert baselines.chance(questions) != baselines.whole_video(questions)


def test_peak_picking_finds_what_a_perfect_view_shows(made):
    questions = [question for question in questions_about(made) if question.is_there]
    names = np.eye(CLIPS, dtype=np.float32)
    view = [np.repeat(names[index][None], length, axis=0) for index, length in enumerate(made.lengths)]
    found = baselines.peak_picking(questions, names[[question.made.asked for question in questions]], view, 0.5)
    scores = judging.score(questions, found)
    assert scores["R1@0.7"] == 100
    assert scores["mIoU"] > 90


def test_answers_come_in_the_order_of_questions(made):
    questions = questions_about(made)
    matcher = small_matcher(classes=10)
    found = judging.predict(matcher, made, questions)
    assert [each.query for each in found] == [question.query.text for question in questions]
    lengths = [sum(piece.length for piece in question.made.pieces) for question in questions]
    assert [len(each.saliency_T) for each in found] == lengths
    assert set(judging.score(questions, found)) > {"R1@0.5", "R1@0.7", "mAP", "present AUC"}


def test_calibration_gives_finite_lines(made):
    matcher = small_matcher(classes=10)
    lines = calibrate(matcher, made, (SHORT, SLOW), count=12, seed=1)
    matcher.calibration = lines
    for line in matcher.calibration.buffers():
        assert torch.isfinite(line).all()


def test_the_card_tells_the_numbers_of_the_run():
    scores = {"R1@0.5": 71.25, "present AUC": 0.9123}
    result = {
        "parameters": 123_456, "command": "python -m x", "minutes": 31.4, "settings": {"seed": 7}, "commit": "abc1234",
        "held_back": {"6 clips a video": {"head": scores, "chance": dict.fromkeys(scores, 1.5)}},
        "without a query": {"TVSum mAP@5": 55.51, "YouTube mAP": 61.02},
    }  # fmt: skip
    written = card(result)
    for number in ("123,456", "31 minutes", "seed 7", "abc1234", "71.25", "0.91", "55.5", "61.0", "6 clips a video"):
        assert number in written
