"""The four benchmarks: matching, empty and odd predictions, and agreement with the slow oracle."""

import numpy as np
import pytest

from tests.metrics import oracle
from tests.metrics.made import charades_pair, qvhighlights_split, tvsum_split
from visionaryvids.errors import AnnotationError
from visionaryvids.metrics.benchmarks import (
    score_charades,
    score_qvhighlights,
    score_tvsum,
    score_youtube,
    tvsum_correlations,
)
from visionaryvids.types import Annotation, Prediction


@pytest.mark.parametrize("k", [1, 5, 10, 100])
def test_tvsum_is_the_mean_of_the_oracle(k):
    predictions, annotations = tvsum_split(videos=3)
    expected = [
        oracle.tvsum_map(p.saliency_T.tolist(), a.ratings_TR.tolist(), k)
        for p, a in zip(predictions, annotations, strict=True)
    ]
    assert score_tvsum(predictions, annotations, k) == pytest.approx(np.mean(expected), abs=1e-12)


def test_youtube_is_the_mean_of_the_oracle():
    predictions, annotations = tvsum_split(videos=3, people=1, low=-1, high=1)
    expected = [
        oracle.trapezoid_ap([a.ratings_TR[i, 0] > 0 for i in oracle.by_score(p.saliency_T.tolist())])
        for p, a in zip(predictions, annotations, strict=True)
    ]
    assert score_youtube(predictions, annotations) == pytest.approx(np.mean(expected), abs=1e-12)


@pytest.mark.parametrize("compat", [False, True])
def test_qvhighlights_is_the_oracle(compat):
    predictions, annotations = qvhighlights_split(queries=30)
    listed = [p.windows_N3.tolist() for p in predictions]
    ranked = listed if compat else [sorted(rows, key=lambda row: -row[2]) for rows in listed]
    expected = oracle.qvhighlights_brief(
        ranked,
        [a.windows_s.tolist() for a in annotations],
        [p.saliency_T.tolist() for p in predictions],
        [a.ratings_TR.tolist() for a in annotations],
    )
    found = score_qvhighlights(predictions, annotations, compat)
    assert found["extra"]["unrounded"] == pytest.approx(expected, abs=1e-9)
    assert found["brief"] == {name: round(value, 2) for name, value in found["extra"]["unrounded"].items()}


def test_compat_takes_the_first_listed_window():
    truth = Annotation("v", "1", None, 150, 2.0, np.array([[0, 20]]))
    prediction = Prediction("v", "1", np.array([[50, 60, 0.1], [0, 20, 0.9]]))
    assert score_qvhighlights([prediction], [truth])["brief"]["MR-full-R1@0.5"] == 100
    assert score_qvhighlights([prediction], [truth], compat=True)["brief"]["MR-full-R1@0.5"] == 0


def test_what_cannot_be_measured_has_no_key():
    predictions, annotations = qvhighlights_split(queries=5)
    windows_only = [Prediction(p.video_id, p.query_id, p.windows_N3) for p in predictions]
    saliency_only = [Prediction(p.video_id, p.query_id, None, p.saliency_T) for p in predictions]
    unrated = [Annotation(a.video_id, a.query_id, a.query, a.duration_s, 2.0, a.windows_s) for a in annotations]
    both = score_qvhighlights(predictions, annotations)
    moments = {name for name in both["brief"] if name.startswith("MR")}
    assert set(score_qvhighlights(windows_only, annotations)["brief"]) == moments
    assert set(score_qvhighlights(predictions, unrated)["brief"]) == moments
    assert set(score_qvhighlights(saliency_only, annotations)["brief"]) == set(both["brief"]) - moments
    with pytest.raises(AnnotationError, match="nothing that can be measured"):
        score_qvhighlights(saliency_only, unrated)


def test_a_length_that_no_query_has_has_no_key():
    truth = Annotation("v", "1", None, 150, 2.0, np.array([[0, 20]]))
    scores = score_qvhighlights([Prediction("v", "1", np.array([[0, 20, 1.0]]))], [truth])
    assert {"full", "middle"} == scores.keys() - {"brief", "extra"}
    assert scores["brief"]["MR-middle-mAP"] == 100


def test_empty_answers_score_zero_and_are_counted():
    _, annotations = qvhighlights_split(queries=4)
    nothing = [Prediction(a.video_id, a.query_id, np.zeros((0, 3)), np.zeros(0)) for a in annotations]
    scores = score_qvhighlights(nothing, annotations)
    assert set(scores["brief"].values()) == {0.0}
    assert scores["extra"]["empty_windows"] == scores["extra"]["empty_saliency"] == 4
    no_score = [Prediction(a.video_id, a.query_id, None, np.zeros(0)) for a in annotations]
    assert score_tvsum(no_score, annotations) == score_youtube(no_score, annotations) == 0
    assert set(score_charades(nothing, annotations).values()) == {0.0}


def test_a_best_clip_beyond_the_ratings_is_no_hit():
    ratings = np.full((3, 3), 4.0)
    truth = Annotation("v", "1", None, 6, 2.0, None, ratings)
    scores = score_qvhighlights([Prediction("v", "1", None, np.array([0, 0, 0, 1.0]))], [truth])["brief"]
    assert scores["HL-min-VeryGood-Hit1"] == 0
    assert scores["HL-min-VeryGood-mAP"] == 100


def test_short_lists_are_filled_with_zero_as_the_official_script_does():
    ratings = np.array([[4.0] * 3, [0.0] * 3])
    truth = Annotation("v", "1", None, 4, 2.0, None, ratings)
    low = score_qvhighlights([Prediction("v", "1", None, np.array([-1.0]))], [truth])
    high = score_qvhighlights([Prediction("v", "1", None, np.array([1.0]))], [truth])
    assert low["brief"]["HL-min-Fair-mAP"] == 50
    assert high["brief"]["HL-min-Fair-mAP"] == 100
    assert low["extra"]["short_saliency"] == 1


@pytest.mark.parametrize("extra", [-3, 4])
def test_tvsum_lists_of_another_length(extra):
    predictions, annotations = tvsum_split(videos=1)
    scores = predictions[0].saliency_T
    scores = scores[:extra] if extra < 0 else np.append(scores, np.zeros(extra))
    other = [Prediction(predictions[0].video_id, predictions[0].query_id, None, scores)]
    expected = oracle.tvsum_map(scores.tolist(), annotations[0].ratings_TR.tolist(), 5)
    assert score_tvsum(other, annotations) == pytest.approx(expected, abs=1e-12)
    assert set(tvsum_correlations(other, annotations)) == {"kendall", "spearman"}


@pytest.mark.parametrize("kind", ["normal", "linear", "gaussian", None])
def test_charades_is_the_oracle(kind):
    predictions, annotations = charades_pair(queries=20)
    for k in (1, 5):
        for level in (0.5, 0.7):
            hits = []
            for p, a in zip(predictions, annotations, strict=True):
                rows = p.windows_N3.tolist()
                ranked = oracle.soft_nms(rows, kind) if kind else sorted(rows, key=lambda row: -row[2])
                hits.append(any(oracle.iou(row, a.windows_s[0]) >= level for row in ranked[:k]))
            assert score_charades(predictions, annotations, kind)[f"Rank{k}@{level}"] == pytest.approx(np.mean(hits))


def test_charades_refuses_negative_scores_under_soft_suppression():
    truth = [Annotation("v", "1", None, None, 1 / 6, np.array([[0, 1]]))]
    logits = [Prediction("v", "1", np.array([[0, 1, -2.0]]))]
    with pytest.raises(AnnotationError, match="negative score"):
        score_charades(logits, truth)
    assert score_charades(logits, truth, None)["Rank1@0.7"] == score_charades(logits, truth, "fast")["Rank1@0.7"] == 1


def test_predictions_and_annotations_must_belong_together():
    predictions, annotations = tvsum_split(videos=5)
    for bad, message in (
        (predictions[1:], r"no prediction for 1 query \(v0\)"),
        ([], r"no prediction for 5 queries \(v0, v1, v2, \.\.\.\)"),
        ([*predictions, Prediction("w", "w", None, np.zeros(3))], r"no annotation for 1 query \(w\)"),
        ([*predictions, predictions[0]], r"more than one prediction for 1 query \(v0\)"),
    ):
        with pytest.raises(AnnotationError, match=message):
            score_tvsum(bad, annotations)
    with pytest.raises(AnnotationError, match="more than one annotation"):
        score_tvsum(predictions, [*annotations, annotations[0]])
    with pytest.raises(AnnotationError, match="expected at least one"):
        score_tvsum([], [])


def test_missing_scores_and_labels_are_named():
    predictions, annotations = tvsum_split(videos=1)
    bare = [Prediction("v0", "v0")]
    unlabelled = [Annotation("v0", "v0", None, None, 2.0)]
    for call, message in (
        (lambda: score_tvsum(bare, annotations), "v0: no saliency in the prediction"),
        (lambda: score_youtube(predictions, unlabelled), "v0: no ratings in the annotation"),
        (lambda: score_charades(bare, unlabelled), "v0: no windows in the annotation"),
        (lambda: score_charades(bare, [Annotation("v0", "v0", None, 9, 1, np.array([[0, 1]]))]), "v0: no windows in"),
    ):
        with pytest.raises(AnnotationError, match=message):
            call()
