"""The four benchmarks, each as one function from predictions and annotations to its published numbers.

Conventions:
    Predictions are paired with annotations by query id; a missing, unknown or repeated one is an `AnnotationError`.
    An empty prediction scores 0. How ties, short lists and windows out of order are handled: see `highlights`,
    `moments`, `qvhighlights` and `intervals.suppress`.

Metrics:
    `score_tvsum`         top-k mAP, 0..1, mean over videos           (UMT prints it rounded to 5 digits)
    `score_youtube`       mAP, 0..1, mean over videos                 (likewise)
    `score_charades`      Rank1 and Rank5 at IoU 0.5 and 0.7, 0..1, after non-maximum suppression
    `score_qvhighlights`  the official suite in percent, see `qvhighlights`
    `tvsum_correlations`  Kendall's tau-b and Spearman's rho with each person, mean over people, then over videos

References:
    UMT: Liu et al., CVPR 2022; TencentARC/UMT, `datasets/{tvsum,youtube,charades}.py`. UMT computes in float32 and we
    in float64, so a window whose IoU lies within 1e-7 of a threshold may fall on the other side.
    QVHighlights: Lei et al., NeurIPS 2021; jayleicn/moment_detr, `standalone_eval/eval.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.errors import AnnotationError
from visionaryvids.intervals import Nms, suppress
from visionaryvids.metrics.highlights import tvsum_ap, youtube_ap
from visionaryvids.metrics.matching import Pair, match
from visionaryvids.metrics.moments import best_iou, recall_at
from visionaryvids.metrics.padding import pad
from visionaryvids.metrics.qvhighlights import score_qvhighlights
from visionaryvids.metrics.ranking import kendall_tau, spearman_rho
from visionaryvids.types import Annotation, Prediction

__all__ = ["score_charades", "score_qvhighlights", "score_tvsum", "score_youtube", "tvsum_correlations"]

CHARADES_RANKS = (1, 5)
CHARADES_THRESHOLDS = (0.5, 0.7)


def score_tvsum(predictions: Sequence[Prediction], annotations: Sequence[Annotation], k: int = 5) -> float:
    """TVSum's top-k mAP, in [0, 1], not rounded.

    Args:
        predictions: one for each annotation, with `saliency_T`; scores beyond the ratings are cut, and clips without a
            score are not ranked.
        annotations: with `ratings_TR` (20 people).
        k: how many of the best ranked clips count.

    Raises:
        AnnotationError: ids do not match, or scores or ratings are missing.
    """
    return _mean_over_videos(predictions, annotations, lambda scores, ratings: tvsum_ap(scores, ratings, k))


def score_youtube(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> float:
    """YouTube Highlights' mAP, in [0, 1], not rounded: a clip is positive if its rating is above 0.

    Raises:
        AnnotationError: ids do not match, or scores or ratings are missing.
    """
    return _mean_over_videos(predictions, annotations, youtube_ap)


def _mean_over_videos(
    predictions: Sequence[Prediction],
    annotations: Sequence[Annotation],
    measure: Callable[[NDArray[Any], NDArray[Any]], float],
) -> float:
    pairs = match(predictions, annotations)
    return float(np.mean([measure(*_scores_and_ratings(pair)) for pair in pairs]))


def _scores_and_ratings(pair: Pair) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    prediction, annotation = pair
    if annotation.ratings_TR is None or not annotation.ratings_TR.size:
        raise AnnotationError(annotation.query_id, "no ratings in the annotation", "a rating of each clip", _SPLIT)
    if prediction.saliency_T is None:
        raise AnnotationError(prediction.query_id, "no saliency in the prediction", "a score for each clip", _SALIENCY)
    return prediction.saliency_T, annotation.ratings_TR


_SPLIT = "measure on a split whose labels are released"
_SALIENCY = "write pred_saliency_scores on every line"
_WINDOWS = "write pred_relevant_windows on every line; an empty list says that nothing matches"


def tvsum_correlations(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> dict[str, float]:
    """Rank correlations of the scores with the people: keys `kendall` (tau-b) and `spearman` (rho), in [−1, 1].

    The correlation with each person is computed for each video; the mean is over people, then over videos. Scores and
    ratings are compared on the clips that both have. Unlike top-5 mAP, it looks at the whole video, and a random
    prediction has 0.

    Raises:
        AnnotationError: ids do not match, or scores or ratings are missing.
    """
    found = []
    for pair in match(predictions, annotations):
        scores, ratings = _scores_and_ratings(pair)
        length = min(len(scores), len(ratings))
        found.append([f(scores[:length], ratings[:length]).mean() for f in (kendall_tau, spearman_rho)])
    kendall, spearman = np.mean(found, axis=0)
    return {"kendall": float(kendall), "spearman": float(spearman)}


def score_charades(
    predictions: Sequence[Prediction], annotations: Sequence[Annotation], nms: Nms | None = "gaussian"
) -> dict[str, float]:
    """Charades-STA's recall: `Rank1@0.5`, `Rank1@0.7`, `Rank5@0.5`, `Rank5@0.7`, shares in [0, 1].

    Args:
        predictions: one for each annotation, with `windows_N3`; a prediction without windows finds nothing.
        annotations: with `windows_s`; where there are several, any of them counts.
        nms: suppression before the ranking; UMT uses `gaussian`. None ranks by score alone. `fast` trusts the listed
            order, as UMT does: list the best window first.

    Raises:
        AnnotationError: ids do not match, labels are missing, or suppression meets a negative score.
    """
    pairs = match(predictions, annotations)
    truth, truth_valid = pad([_truth(annotation) for _, annotation in pairs])
    windows, valid = pad([_windows(prediction) for prediction, _ in pairs])
    _refuse_negative(pairs, nms)
    ranked, left = _ranked(windows, valid, nms)
    overlap = best_iou(ranked, truth, truth_valid) * left
    return {
        f"Rank{k}@{threshold}": float(recall_at(k, overlap, (threshold,))[0])
        for k in CHARADES_RANKS
        for threshold in CHARADES_THRESHOLDS
    }


def _truth(annotation: Annotation) -> NDArray[np.float64]:
    if annotation.windows_s is None or not len(annotation.windows_s):
        raise AnnotationError(annotation.query_id, "no windows in the annotation", "a true moment", _SPLIT)
    return annotation.windows_s


def _windows(prediction: Prediction) -> NDArray[np.float64]:
    if prediction.windows_N3 is None:
        raise AnnotationError(prediction.query_id, "no windows in the prediction", "windows with scores", _WINDOWS)
    return prediction.windows_N3


def _refuse_negative(pairs: Sequence[Pair], nms: Nms | None) -> None:
    """Suppression multiplies scores by factors below 1, which would raise a negative one."""
    for prediction, _ in pairs if nms not in (None, "fast") else ():
        if (_windows(prediction)[:, 2] < 0).any():
            remedy = "write probabilities (a sigmoid of the logits), or use no suppression"
            raise AnnotationError(
                prediction.query_id, f"a negative score under {nms} suppression", "scores ≥ 0", remedy
            )


def _ranked(
    windows: NDArray[np.float64], valid: NDArray[np.bool_], nms: Nms | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The best windows of each query, best first, and which of them exist."""
    top = max(CHARADES_RANKS)
    if nms is None:
        scores = np.where(valid, windows[..., 2], -np.inf)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :top]
        left = np.take_along_axis(valid, order, axis=1)
    else:
        order, _ = suppress(windows, nms, top, valid_BN=valid)
        left = order >= 0
    return np.take_along_axis(windows, np.maximum(order, 0)[..., None], axis=1), left
