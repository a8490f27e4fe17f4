"""What stands beside every score: random, the best of n random predictions, and the ceiling.

Conventions:
    A random prediction scores every clip at random; where moments are asked for, it lists ten windows whose two ends
    are uniform in the video, with random scores. Best of n is the mean of the best of n independent random predictions
    **of the whole split**: what choosing among n predictions on the labels of the test split finds by luck. Units are
    those of the score: 0..1 for TVSum, YouTube and Charades, percent for QVHighlights.

Metrics:
    random: exact for TVSum and YouTube (closed form), elsewhere the mean of a few draws over all queries.
    best of n: from the distribution of the draws for TVSum and YouTube; for the splits with hundreds of queries a score
        is a mean over so many that it is normal, and its deviation comes from the draws. Rank correlations are normal
        too, with a deviation in closed form.
    ceiling: TVSum by search, rank correlations by a bound that is a little above the best (`ceilings`); YouTube the
        share of videos that have a positive (ranking those first gives 1); moments by the true windows as
        prediction (for a length: those of that length; ten windows at most); HD mAP and HIT@1 by the shares of (query,
        person) pairs and of queries that have a positive at all, since the others score 0 by definition: no ranking
        exceeds that, and people who disagree keep every ranking below it.
    whole video: one window from start to end, for moments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visionaryvids.errors import AnnotationError
from visionaryvids.intervals import Nms
from visionaryvids.metrics import chance
from visionaryvids.metrics.benchmarks import score_charades, score_qvhighlights
from visionaryvids.metrics.ceilings import MAX_K, best_top_k, kendall_bound, spearman_bound
from visionaryvids.metrics.highlights import SALIENCY_LEVELS, above_median
from visionaryvids.metrics.moments import MAX_WINDOWS
from visionaryvids.metrics.qvhighlights import LENGTHS
from visionaryvids.types import Annotation, Prediction


@dataclass(frozen=True, slots=True)
class Baseline:
    """What one metric is without a model, in the metric's own unit.

    Attributes:
        random: mean of a random prediction.
        best_of_n: mean of the best of `n` random predictions.
        n: how many predictions the best is chosen from.
        ceiling: what no prediction exceeds (TVSum: the best that a search finds); NaN where it is not known.
        whole_video: one window from start to end; None where no moments are asked for.
    """

    random: float
    best_of_n: float
    n: int
    ceiling: float
    whole_video: float | None = None


def in_percent(baseline: Baseline) -> Baseline:
    """The same baseline, shares (0..1) made percent."""
    whole = baseline.whole_video
    return replace(
        baseline,
        random=100 * baseline.random,
        best_of_n=100 * baseline.best_of_n,
        ceiling=100 * baseline.ceiling,
        whole_video=None if whole is None else 100 * whole,
    )


def tvsum_baseline(
    annotations: Sequence[Annotation],
    n: int = 500,
    k: int = 5,
    seed: int = 0,
    draws: int = 20_000,
    ceiling: bool = True,
) -> dict[str, Baseline]:
    """The baseline of `score_tvsum`, under the key `mAP@k`.

    The ceiling is searched if `ceiling` says so (0.1 s a video, 0.5 s for `k` = 15) and `k` is at most 16; otherwise it
    is NaN.
    """
    labels = [above_median(ratings) for ratings in _ratings(annotations)]
    best = [best_top_k(each, k, seed)[0] if ceiling and k <= MAX_K else np.nan for each in labels]
    return {f"mAP@{k}": _ranking_baseline(labels, k, n, seed, draws, float(np.mean(best)))}


def correlation_baseline(annotations: Sequence[Annotation], n: int = 500) -> dict[str, Baseline]:
    """The baseline of `tvsum_correlations`, under the keys `kendall` and `spearman`, in [−1, 1].

    Raises:
        AnnotationError: a rating is missing.
    """
    ratings = _ratings(annotations)
    return {
        "kendall": _correlation(ratings, n, chance.kendall_deviation, kendall_bound),
        "spearman": _correlation(ratings, n, chance.spearman_deviation, spearman_bound),
    }


def _correlation(
    ratings: Sequence[NDArray[np.float32]], n: int, deviation: Callable[..., float], bound: Callable[..., float]
) -> Baseline:
    """The baseline of a correlation, mean over videos; the videos' random orders are independent."""
    spread = float(np.linalg.norm([deviation(rows) for rows in ratings])) / len(ratings)
    ceiling = float(np.mean([bound(rows) for rows in ratings]))
    return Baseline(0.0, min(chance.expected_best_of_normal(0.0, spread, n), ceiling), n, ceiling)


def youtube_baseline(
    annotations: Sequence[Annotation], n: int = 500, seed: int = 0, draws: int = 4_000
) -> dict[str, Baseline]:
    """The baseline of `score_youtube`, under the key `mAP`."""
    labels = [ratings > 0 for ratings in _ratings(annotations)]
    ceiling = float(np.mean([each.any(axis=0).mean() for each in labels]))
    return {"mAP": _ranking_baseline(labels, None, n, seed, draws, ceiling)}


def _ratings(annotations: Sequence[Annotation]) -> list[NDArray[np.float32]]:
    ratings = [annotation.ratings_TR for annotation in annotations]
    if not ratings or any(rows is None or not rows.size for rows in ratings):
        raise AnnotationError(
            "annotations", "no ratings", "a rating of each clip of each video", "choose a rated split"
        )
    return [rows for rows in ratings if rows is not None]


def _ranking_baseline(
    labels: Sequence[NDArray[np.bool_]], k: int | None, n: int, seed: int, draws: int, ceiling: float
) -> Baseline:
    random = float(np.mean([chance.expected_top_k_ap_of_people(each, k) for each in labels]))
    if n == 1:  # the best of one is the one: nothing to draw
        return Baseline(random, random, n, ceiling)
    rng = np.random.default_rng(seed)
    means = sum(chance.random_top_k_aps(each, k, draws, rng) for each in labels) / len(labels)
    return Baseline(random, chance.expected_best(means, n), n, ceiling)


def charades_baseline(
    annotations: Sequence[Annotation], n: int = 500, nms: Nms | None = "gaussian", seed: int = 0, draws: int = 20
) -> dict[str, Baseline]:
    """The baseline of `score_charades`, under its keys.

    Charades-STA does not say how long a video is: where `duration_s` is None, the latest end of any moment of that
    video stands in for it, which makes random windows a little better than they would be.
    """
    durations = _durations(annotations)

    def score(predictions: Sequence[Prediction]) -> dict[str, float]:
        return score_charades(predictions, annotations, nms)

    drawn = _draw(score, annotations, durations, seed, draws)
    whole = score(_whole_videos(annotations, durations))
    ceiling = score(_true_windows(annotations, 0, np.inf))
    return {name: _normal_baseline(values, n, ceiling[name], whole[name]) for name, values in drawn.items()}


def qvhighlights_baseline(
    annotations: Sequence[Annotation], n: int = 500, seed: int = 0, draws: int = 20
) -> dict[str, Baseline]:
    """The baseline of `score_qvhighlights`, in percent, under the keys of `brief` that these labels allow."""
    durations = _durations(annotations)

    def score(predictions: Sequence[Prediction]) -> dict[str, float]:
        return score_qvhighlights(predictions, annotations)["extra"]["unrounded"]

    drawn = _draw(score, annotations, durations, seed, draws)
    ceiling = _highlight_ceilings(annotations)
    whole: dict[str, float] = {}
    if any(annotation.windows_s is not None for annotation in annotations):
        whole = score(_whole_videos(annotations, durations))
        ceiling |= _moment_ceilings(annotations, score)
    return {name: _normal_baseline(values, n, ceiling[name], whole.get(name)) for name, values in drawn.items()}


Score = Callable[[Sequence[Prediction]], dict[str, float]]


def _normal_baseline(values: Sequence[float], n: int, ceiling: float, whole_video: float | None) -> Baseline:
    mean, deviation = chance.mean_and_deviation(values)
    best = min(chance.expected_best_of_normal(mean, deviation, n), ceiling)
    return Baseline(mean, best, n, ceiling, whole_video)


def _draw(
    score: Score, annotations: Sequence[Annotation], durations: NDArray[np.float64], seed: int, draws: int
) -> dict[str, list[float]]:
    """Each metric's values over `draws` random predictions of the whole split."""
    rng = np.random.default_rng(seed)
    drawn = [score(_random(annotations, durations, rng)) for _ in range(draws)]
    return {name: [values[name] for values in drawn] for name in drawn[0]}


def _random(
    annotations: Sequence[Annotation], durations: NDArray[np.float64], rng: np.random.Generator
) -> list[Prediction]:
    ends = np.sort(rng.random((len(annotations), MAX_WINDOWS, 2)), axis=2) * durations[:, None, None]
    scores = -np.sort(-rng.random((len(annotations), MAX_WINDOWS, 1)), axis=1)
    windows = np.concatenate([ends, scores], axis=2)
    return [
        Prediction(a.video_id, a.query_id, rows, rng.random(0 if a.ratings_TR is None else len(a.ratings_TR)))
        for a, rows in zip(annotations, windows, strict=True)
    ]


def _whole_videos(annotations: Sequence[Annotation], durations: NDArray[np.float64]) -> list[Prediction]:
    return [
        Prediction(a.video_id, a.query_id, np.array([[0.0, end, 1.0]]))
        for a, end in zip(annotations, durations, strict=True)
    ]


def _true_windows(annotations: Sequence[Annotation], low_s: float, high_s: float) -> list[Prediction]:
    """The true windows of more than `low_s` and at most `high_s` seconds as prediction."""
    predictions = []
    for annotation in annotations:
        windows = np.zeros((0, 2)) if annotation.windows_s is None else annotation.windows_s
        length = windows[:, 1] - windows[:, 0]
        chosen = windows[(low_s < length) & (length <= high_s)]
        rows = np.concatenate([chosen, np.ones((len(chosen), 1))], axis=1)
        predictions.append(Prediction(annotation.video_id, annotation.query_id, rows))
    return predictions


def _durations(annotations: Sequence[Annotation]) -> NDArray[np.float64]:
    """Seconds of each annotation's video; where none is told, the latest end of a moment of that video."""
    latest: dict[str, float] = {}
    for a in annotations:
        if a.windows_s is not None and len(a.windows_s):
            latest[a.video_id] = max(latest.get(a.video_id, 0.0), float(a.windows_s[:, 1].max()))
    return np.array([latest.get(a.video_id, 0.0) if a.duration_s is None else a.duration_s for a in annotations])


def _moment_ceilings(annotations: Sequence[Annotation], score: Score) -> dict[str, float]:
    """Each moment metric's value for the true windows; for a length, for the true windows of that length alone."""
    best = score(_true_windows(annotations, -1.0, np.inf))
    for name, (low, high) in LENGTHS.items():
        key = f"MR-{name}-mAP"
        if key in best:
            best |= {key: score(_true_windows(annotations, low, high))[key]}
    return best


def _highlight_ceilings(annotations: Sequence[Annotation]) -> dict[str, float]:
    """Percent of (query, person) pairs, and of queries, that have a positive clip at each level."""
    highest = [a.ratings_TR.max(axis=0, initial=0) for a in annotations if a.ratings_TR is not None]
    ceilings: dict[str, float] = {}
    for name, least in SALIENCY_LEVELS.items() if highest else ():
        reached = np.stack(highest) >= least
        ceilings[f"HL-min-{name}-mAP"] = 100 * float(reached.mean())
        ceilings[f"HL-min-{name}-Hit1"] = 100 * float(reached.any(axis=1).mean())
    return ceilings


def mean_of(baselines: Sequence[Baseline]) -> Baseline:
    """The mean of baselines of one metric over several splits, such as the ten domains of TVSum."""
    random, best, ceiling = np.mean([(b.random, b.best_of_n, b.ceiling) for b in baselines], axis=0).tolist()
    return replace(baselines[0], random=random, best_of_n=best, ceiling=ceiling)
