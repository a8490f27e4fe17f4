"""Laws that every metric obeys, whatever the data: perfect, empty, order, monotone scores, chance."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.made import charades_pair, qvhighlights_split, tvsum_split
from tests.shared import SHARED, needs_shared
from visionaryvids.annotations import qvhighlights
from visionaryvids.metrics.benchmarks import (
    score_charades,
    score_qvhighlights,
    score_tvsum,
    score_youtube,
    tvsum_correlations,
)
from visionaryvids.metrics.ceilings import best_top_k
from visionaryvids.metrics.highlights import above_median
from visionaryvids.types import Annotation, Prediction

SEED = st.integers(0, 10_000)


def brief(predictions, annotations, compat=False):
    return score_qvhighlights(predictions, annotations, compat)["extra"]["unrounded"]


def everything(seed):
    """Each benchmark as (score function giving a dict, predictions, annotations)."""
    few = qvhighlights_split(queries=6, seed=seed)
    videos = tvsum_split(videos=4, seed=seed)
    return [
        (lambda p, a: {"mAP": score_tvsum(p, a)}, *videos),
        (lambda p, a: {"mAP": score_youtube(p, a)}, *tvsum_split(videos=4, people=1, low=-1, high=1, seed=seed)),
        (tvsum_correlations, *videos),
        (brief, *few),
        (score_charades, *charades_pair(queries=6, seed=seed)),
    ]


def rescored(prediction, change):
    """The same prediction with its scores, of clips and of windows, put through a function."""
    windows, scores = prediction.windows_N3, prediction.saliency_T
    if windows is not None:
        windows = np.column_stack([windows[:, :2], change(windows[:, 2])])
    return Prediction(prediction.video_id, prediction.query_id, windows, None if scores is None else change(scores))


@given(SEED, st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_the_order_of_queries_does_not_matter(seed, random):
    for score, predictions, annotations in everything(seed):
        shuffled, asked = random.sample(predictions, len(predictions)), random.sample(annotations, len(annotations))
        assert score(shuffled, asked) == pytest.approx(score(predictions, annotations), abs=1e-9)


@given(SEED)
@settings(max_examples=15)
def test_only_the_order_of_scores_matters(seed):
    for score, predictions, annotations in everything(seed):
        if score is score_charades:
            continue  # soft suppression multiplies scores: they are probabilities there
        full = [p for p in predictions if p.windows_N3 is None or len(p.saliency_T) >= 75]
        asked = [a for a in annotations if a.query_id in {p.query_id for p in full}]
        if asked:
            changed = [rescored(p, lambda scores: np.exp(3 * scores) - 7) for p in full]
            assert score(changed, asked) == pytest.approx(score(full, asked), abs=1e-9)


@given(SEED, st.floats(0.1, 100))
@settings(max_examples=15)
def test_charades_ignores_the_unit_of_scores_and_any_order_without_suppression(seed, factor):
    predictions, annotations = charades_pair(queries=6, seed=seed)
    scaled = [rescored(p, lambda scores: scores * factor) for p in predictions]
    logits = [rescored(p, lambda scores: np.log(scores)) for p in predictions]
    assert score_charades(scaled, annotations) == score_charades(predictions, annotations)
    assert score_charades(logits, annotations, None) == score_charades(predictions, annotations, None)


@given(SEED)
@settings(max_examples=10)
def test_nothing_scores_nothing(seed):
    for score, predictions, annotations in everything(seed):
        empty = [
            Prediction(
                p.video_id,
                p.query_id,
                None if p.windows_N3 is None else np.zeros((0, 3)),
                None if p.saliency_T is None else np.zeros(0),
            )
            for p in predictions
        ]
        assert set(score(empty, annotations).values()) == {0.0}


@given(SEED)
@settings(max_examples=10)
def test_the_truth_is_a_perfect_prediction(seed):
    _, annotations = qvhighlights_split(queries=6, seed=seed)
    truth = [
        Prediction(a.video_id, a.query_id, np.column_stack([a.windows_s, np.ones(len(a.windows_s))]))
        for a in annotations
    ]
    perfect = brief(truth, annotations)
    assert {name for name, value in perfect.items() if value == pytest.approx(100)} >= {
        "MR-full-mAP",
        "MR-full-R1@0.5",
        "MR-full-R1@0.7",
    }
    _, single = charades_pair(queries=6, seed=seed)
    exact = [Prediction(a.video_id, a.query_id, np.column_stack([a.windows_s, [0.7]])) for a in single]
    assert set(score_charades(exact, single).values()) == {1.0}
    _, videos = tvsum_split(videos=4, people=1, low=-1, high=1, seed=seed)
    liked = [Prediction(a.video_id, a.query_id, None, a.ratings_TR[:, 0]) for a in videos]
    rankable = np.mean([(a.ratings_TR > 0).any() for a in videos])  # a video without a positive scores 0 by definition
    assert score_youtube(liked, videos) == pytest.approx(rankable)


@given(SEED, st.integers(1, 6))
@settings(max_examples=10)
def test_the_ceiling_is_reached_and_not_exceeded(seed, k):
    predictions, (annotation,) = tvsum_split(videos=1, seed=seed)
    value, order = best_top_k(above_median(annotation.ratings_TR), k)
    scores = np.zeros(len(annotation.ratings_TR))
    scores[order] = np.arange(len(order), 0, -1)
    best = Prediction(annotation.video_id, annotation.query_id, None, scores)
    assert score_tvsum([best], [annotation], k) == pytest.approx(value, abs=1e-6)
    assert score_tvsum(predictions, [annotation], k) <= value + 1e-6


def test_arguments_are_left_as_they_were():
    for score, predictions, annotations in everything(3):
        arrays = [x for p in predictions for x in (p.windows_N3, p.saliency_T) if x is not None]
        arrays += [x for a in annotations for x in (a.windows_s, a.ratings_TR) if x is not None]
        copies = [x.copy() for x in arrays]
        score(predictions, annotations)
        assert all(np.array_equal(x, y) for x, y in zip(arrays, copies, strict=True))


def test_random_hit_at_one_is_the_share_of_clips_that_someone_likes():
    ratings = np.array([[4, 0, 0], [0, 3, 0], [0, 0, 0], [1, 1, 1], [4, 4, 2]])
    annotation = [Annotation("v", "q", None, 10.0, 2.0, None, ratings)]
    orders = [Prediction("v", "q", None, np.array(order)) for order in permutations(range(5))]
    hits = [brief([order], annotation)["HL-min-Good-Hit1"] for order in orders]
    assert np.mean(hits) == pytest.approx(100 * 3 / 5)


def test_constant_scores_give_the_share_of_positives():
    ratings = np.array([[4, 0], [0, 0], [0, 4], [4, 0]])
    annotation = [Annotation("v", "q", None, 8.0, 2.0, None, ratings)]
    found = brief([Prediction("v", "q", None, np.full(4, 0.5))], annotation)
    assert found["HL-min-Fair-mAP"] == pytest.approx(100 * (2 / 4 + 1 / 4) / 2)


@needs_shared
def test_known_predictions_score_what_was_measured_with_the_official_script():
    """True windows, the sum of ratings and the whole video on QVHighlights val, to the digits that are on record."""
    annotations = qvhighlights.read(SHARED / "data" / "qvhighlights" / "highlight_val_release.jsonl")
    truth = [
        Prediction(
            a.video_id, a.query_id, np.column_stack([a.windows_s, np.ones(len(a.windows_s))]), a.ratings_TR.sum(axis=1)
        )
        for a in annotations
    ]
    found = brief(truth, annotations)
    recorded = {"MR-full-mAP": 99.76, "MR-short-mAP": 79.8, "MR-middle-mAP": 89.8, "MR-long-mAP": 92.7}
    recorded |= {"HL-min-VeryGood-mAP": 60.8, "HL-min-VeryGood-Hit1": 95.7}
    assert {name: found[name] for name in recorded} == pytest.approx(recorded, abs=0.06)
    whole = [Prediction(a.video_id, a.query_id, [[0, a.duration_s, 1]]) for a in annotations]
    found = brief(whole, annotations)
    assert (found["MR-full-R1@0.5"], found["MR-full-mAP"]) == pytest.approx((9.0, 5.6), abs=0.05)
