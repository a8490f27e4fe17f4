"""QVHighlights' whole evaluation suite: moments by length, R1, highlights at three levels, HIT@1.

Conventions:
    Percent, rounded to two digits, under the official keys. Windows of (0, 10], (10, 30] and (30, 150] seconds are
    short, middle and long; a length keeps the queries that have a true window of it and those windows only, but **all**
    predicted windows, so that even a perfect prediction does not reach 100 there.
    An empty list of windows or of scores is measured and scores 0 (the official script stops with an error).
    Windows are ranked by score before R1 looks at the first and mAP at the first ten. With `compat` both take them as
    listed, as the official script does: a list in another order than that of its scores loses R1. On a list that is in
    the order of its scores, as every released submission is, both give the same numbers.
    Whatever cannot be measured has no key: moments where no prediction has windows or no annotation has any (test
    split), highlights where there are no scores or ratings, a length that no query has. Queries without true windows
    are left out of the moment measures and counted under `extra`.

Metrics:
    `brief`, `full`, `long`, `middle`, `short` (`MR-mAP` and `MR-R1` at IoU 0.5 ... 0.95), `HL-min-Fair`, `HL-min-Good`,
    `HL-min-VeryGood` (`HL-mAP`, `HL-Hit1`): official. `extra` is ours: mIoU of the best ranked window, R5, counts, and
    the brief numbers without rounding.

References:
    Lei et al., NeurIPS 2021; jayleicn/moment_detr, `standalone_eval/eval.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.errors import AnnotationError
from visionaryvids.intervals import iou
from visionaryvids.metrics.highlights import saliency_scores
from visionaryvids.metrics.matching import Pair, match
from visionaryvids.metrics.moments import IOU_THRESHOLDS, MAX_WINDOWS, best_iou, by_score, recall_at, window_ap
from visionaryvids.metrics.padding import pad
from visionaryvids.types import Annotation, Prediction

LENGTHS: dict[str, tuple[float, float]] = {"short": (0, 10), "middle": (10, 30), "long": (30, 150)}
"""For each length of a moment: more than the first number of seconds, at most the second."""

_NO_WINDOWS = np.zeros((0, 3))


def score_qvhighlights(
    predictions: Sequence[Prediction], annotations: Sequence[Annotation], compat: bool = False
) -> dict[str, dict[str, Any]]:
    """The official suite under its own keys, in percent with two digits, and ours under `extra`.

    Args:
        predictions: one for each annotation; windows, saliency or both.
        annotations: with windows, ratings or both.
        compat: take windows in the listed order, as the official script does, instead of the order of their scores.

    Raises:
        AnnotationError: ids do not match, or there is nothing that can be measured.
    """
    pairs = match(predictions, annotations)
    moments, about_moments = _moments(pairs, compat)
    highlights, about_highlights = _highlights(pairs)
    measured = {**moments, **highlights}
    if not measured:
        raise AnnotationError("predictions", "nothing that can be measured", "windows or saliency that have labels", "")
    brief = {**_moment_brief(moments), **_highlight_brief(highlights)}
    extra = {"queries": len(pairs), **about_moments, **about_highlights, "unrounded": brief}
    return {"brief": _rounded(brief), **_rounded(dict(sorted(measured.items()))), "extra": extra}


def _moments(pairs: Sequence[Pair], compat: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Moment measures for each length that has queries, and our own about them."""
    asked = [(p, a.windows_s) for p, a in pairs if a.windows_s is not None and len(a.windows_s)]
    if not asked or all(p.windows_N3 is None for p, _ in asked):
        return {}, {}
    listed = [_NO_WINDOWS if p.windows_N3 is None else p.windows_N3 for p, _ in asked]
    ranked = listed if compat else [by_score(windows) for windows in listed]
    windows, _ = pad([rows[:MAX_WINDOWS] for rows in ranked])
    truth, valid = pad([rows for _, rows in asked])
    length = truth[..., 1] - truth[..., 0]
    ranges = {name: valid & (low < length) & (length <= high) for name, (low, high) in LENGTHS.items()}
    overlap = iou(windows, truth)
    measured = {
        name: _moment_scores(overlap[some], windows[some], truth[some], mask[some])
        for name, mask in {"full": valid, **ranges}.items()
        if (some := mask.any(axis=1)).any()
    }
    return measured, _about_moments(pairs, listed, best_iou(windows[:, :5], truth, valid), ranges)


def _moment_scores(
    overlap: NDArray[np.float64], windows: NDArray[np.float64], truth: NDArray[np.float64], valid: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    """Percent for each IoU threshold: mAP with its average, and R1."""
    ap = 100 * window_ap(overlap, valid).mean(axis=0)
    r1 = 100 * recall_at(1, best_iou(windows[:, :1], truth, valid), IOU_THRESHOLDS)
    names = [str(threshold) for threshold in IOU_THRESHOLDS]
    return {
        "MR-mAP": {**dict(zip(names, ap.tolist(), strict=True)), "average": float(ap.mean())},
        "MR-R1": dict(zip(names, r1.tolist(), strict=True)),
    }


def _about_moments(
    pairs: Sequence[Pair],
    listed: Sequence[NDArray[np.float64]],
    overlap_B5: NDArray[np.float64],
    ranges: Mapping[str, NDArray[np.bool_]],
) -> dict[str, Any]:
    recall5 = 100 * recall_at(5, overlap_B5, (0.5, 0.7))
    return {
        "mIoU": 100 * float(overlap_B5[:, :1].max(axis=1, initial=0.0).mean()),
        "MR-full-R5@0.5": float(recall5[0]),
        "MR-full-R5@0.7": float(recall5[1]),
        "queries_by_length": {name: int(mask.any(axis=1).sum()) for name, mask in ranges.items()},
        "queries_without_true_windows": len(pairs) - len(listed),
        "empty_windows": sum(not len(rows) for rows in listed),
    }


def _highlights(pairs: Sequence[Pair]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Highlight measures at each level, and our own about them."""
    rated = [(p, a.ratings_TR) for p, a in pairs if a.ratings_TR is not None]
    if not rated or all(p.saliency_T is None for p, _ in rated):
        return {}, {}
    ratings = [rows for _, rows in rated]
    if len({rows.shape[1] for rows in ratings}) > 1:
        raise AnnotationError("annotations", "ratings by different numbers of people", "as many for each query", "")
    scores = [np.zeros(0) if p.saliency_T is None else p.saliency_T for p, _ in rated]
    measured = {
        f"HL-min-{name}": {"HL-mAP": 100 * float(ap.mean()), "HL-Hit1": 100 * float(hit.mean())}
        for name, (ap, hit) in saliency_scores(scores, ratings).items()
    }
    short = sum(0 < len(row) < len(rating) for row, rating in zip(scores, ratings, strict=True))
    return measured, {"empty_saliency": sum(not len(row) for row in scores), "short_saliency": short}


def _moment_brief(moments: Mapping[str, Any]) -> dict[str, float]:
    if not moments:
        return {}
    full = moments["full"]
    brief = {f"MR-{name}-mAP": scores["MR-mAP"]["average"] for name, scores in moments.items()}
    brief |= {f"MR-full-mAP@{threshold}": full["MR-mAP"][threshold] for threshold in ("0.5", "0.75")}
    brief |= {f"MR-full-R1@{threshold}": full["MR-R1"][threshold] for threshold in ("0.5", "0.7")}
    return dict(sorted(brief.items()))


def _highlight_brief(highlights: Mapping[str, Any]) -> dict[str, float]:
    return {
        f"{level}-{name.removeprefix('HL-')}": value
        for level, scores in highlights.items()
        for name, value in scores.items()
    }


def _rounded(tree: dict[str, Any]) -> dict[str, Any]:
    """The same tree with every number at two digits, rounded as printing does."""
    return {key: _rounded(value) if isinstance(value, dict) else round(value, 2) for key, value in tree.items()}
