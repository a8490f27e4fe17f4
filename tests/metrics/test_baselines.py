"""Chance and ceilings: closed forms against enumeration, search against exhaustion."""

import time
from itertools import permutations, product

import numpy as np
import pytest

from tests.metrics.made import charades_pair, qvhighlights_split, tvsum_split
from visionaryvids.errors import AnnotationError
from visionaryvids.metrics import chance
from visionaryvids.metrics.baselines import (
    Baseline,
    charades_baseline,
    correlation_baseline,
    in_percent,
    mean_of,
    qvhighlights_baseline,
    tvsum_baseline,
    youtube_baseline,
)
from visionaryvids.metrics.benchmarks import tvsum_correlations
from visionaryvids.metrics.ceilings import best_top_k, kendall_bound, spearman_bound
from visionaryvids.metrics.ranking import kendall_tau, spearman_rho, trapezoid_ap
from visionaryvids.recipes.catalog import find_recipe
from visionaryvids.types import Annotation, Prediction


@pytest.mark.parametrize(("length", "k"), [(n, k) for n in range(1, 7) for k in (1, 2, 5, None)])
def test_expected_ap_is_the_mean_over_all_orders(length, k):
    for positives in range(length + 1):
        labels = np.arange(length) < positives
        orders = np.array(list(permutations(range(length))))
        mean = trapezoid_ap(labels[orders][:, :k, None]).mean()
        assert chance.expected_top_k_ap(positives, length, k) == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("k", [3, 100, None])
def test_draws_have_the_expected_mean(k):
    rng = np.random.default_rng(0)
    labels = rng.random((20, 5)) < 0.4
    drawn = chance.random_top_k_aps(labels, k, 5_000, rng)
    assert len(drawn) == 5_000
    assert drawn.mean() == pytest.approx(
        chance.expected_top_k_ap_of_people(labels, k), abs=4 * drawn.std() / 5_000**0.5
    )


@pytest.mark.parametrize("n", [1, 2, 3])
def test_expected_best_is_the_mean_over_all_choices(n):
    values = [0.1, 0.5, 0.5, 0.9]
    assert chance.expected_best(values, n) == pytest.approx(np.mean([max(c) for c in product(values, repeat=n)]))


def test_expected_best_of_normal_draws():
    assert chance.expected_best_of_normal(2, 3, 1) == pytest.approx(2, abs=1e-6)
    assert chance.expected_best_of_normal(0, 1, 2) == pytest.approx(np.pi**-0.5, abs=1e-4)
    assert chance.expected_best_of_normal(0, 1, 500) == pytest.approx(3.0367, abs=1e-3)
    assert chance.expected_best_of_normal(5, 0, 500) == 5


@pytest.mark.parametrize("seed", range(6))
def test_ceiling_is_the_maximum_over_all_rankings(seed):
    labels = np.random.default_rng(seed).random((8, 7)) < 0.35
    k = 1 + seed % 4
    orders = np.array(list(permutations(range(8), k)))
    best = trapezoid_ap(labels[orders]).mean(axis=1).max()
    value, order = best_top_k(labels, k)
    assert value == pytest.approx(best, abs=1e-6)
    assert trapezoid_ap(labels[order]).mean() == pytest.approx(value, abs=1e-6)
    assert len(set(order.tolist())) == k


def test_ceiling_of_short_videos_and_wrong_k():
    assert best_top_k(np.array([[True], [False]]), 5)[0] == pytest.approx(1)
    assert best_top_k(np.zeros((3, 2), bool), 5)[0] == 0
    with pytest.raises(ValueError, match="expected 1 to 16"):
        best_top_k(np.zeros((3, 2), bool), 17)


def test_tvsum_and_youtube_baselines_are_in_order():
    _, annotations = tvsum_split(videos=2)
    ((name, tvsum),) = tvsum_baseline(annotations, n=100, draws=2_000).items()
    (youtube,) = youtube_baseline(tvsum_split(videos=2, people=1, low=-1, high=1)[1], n=100, draws=2_000).values()
    assert name == "mAP@5"
    for baseline in (tvsum, youtube):
        assert 0 < baseline.random < baseline.best_of_n < baseline.ceiling + 0.05 <= 1.05
        assert baseline.n == 100
    assert np.isnan(tvsum_baseline(annotations, k=20, draws=10)["mAP@20"].ceiling)
    assert mean_of([tvsum, tvsum]) == tvsum
    with pytest.raises(AnnotationError, match="no ratings"):
        youtube_baseline([Annotation("v", "v", None, None, 2.0)])


def test_best_of_n_does_not_jump_with_the_seed():
    _, annotations = tvsum_split(videos=3)
    found = [tvsum_baseline(annotations, 500, seed=seed, ceiling=False)["mAP@5"].best_of_n for seed in range(3)]
    assert np.ptp(found) < 0.02


def test_qvhighlights_baseline_covers_the_brief_numbers():
    _, annotations = qvhighlights_split(queries=60)
    found = qvhighlights_baseline(annotations, n=50, draws=5)
    for name, baseline in found.items():
        assert baseline.random <= baseline.best_of_n <= baseline.ceiling <= 100, name
        assert (baseline.whole_video is None) == name.startswith("HL")
    assert found["MR-full-R1@0.7"].ceiling == 100
    shares = [np.mean((a.ratings_TR >= 4).any(axis=1)) for a in annotations]
    assert found["HL-min-VeryGood-Hit1"].random == pytest.approx(100 * np.mean(shares), abs=6)


def test_charades_baseline_covers_its_metrics():
    _, annotations = charades_pair(queries=50)
    found = charades_baseline(annotations, n=50, draws=5)
    assert list(found) == ["Rank1@0.5", "Rank1@0.7", "Rank5@0.5", "Rank5@0.7"]
    assert all(b.ceiling == 1 and 0 < b.random <= b.best_of_n <= 1 for b in found.values())


def random_ratings(clips, people=4, seed=0):
    """Ratings of 1 to 3 with ties, and one person who rated every clip alike."""
    ratings = np.random.default_rng(seed).integers(1, 4, (clips, people))
    ratings[:, 0] = 2
    return ratings


CORRELATIONS = [(kendall_tau, chance.kendall_deviation, kendall_bound)]
CORRELATIONS += [(spearman_rho, chance.spearman_deviation, spearman_bound)]


@pytest.mark.parametrize(("measure", "deviation", "bound"), CORRELATIONS)
@pytest.mark.parametrize("seed", range(4))
def test_the_deviation_of_a_correlation_is_that_of_all_orders(measure, deviation, bound, seed):
    ratings = random_ratings(2 + seed, seed=seed)
    values = [measure(order, ratings).mean() for order in permutations(range(2 + seed))]
    assert np.mean(values) == pytest.approx(0, abs=1e-12)
    assert deviation(ratings) == pytest.approx(np.std(values), abs=1e-7)


@pytest.mark.parametrize(("measure", "deviation", "bound"), CORRELATIONS)
@pytest.mark.parametrize("seed", range(4))
def test_no_order_exceeds_the_bound_of_a_correlation(measure, deviation, bound, seed):
    """Not even one with ties, nor that of the mean rating, which is not the best."""
    ratings = random_ratings(5, seed=seed)
    values = [measure(scores, ratings).mean() for scores in product(range(5), repeat=5)]
    values.append(measure(ratings.mean(axis=1), ratings).mean())
    assert max(values) <= bound(ratings) + 1e-9
    assert bound(ratings) <= max(values) + 0.15
    assert bound(ratings[:, :1]) == 0  # one person without an opinion


def test_correlation_baseline_is_what_draws_find():
    _, annotations = tvsum_split(videos=2)
    rng, found = np.random.default_rng(0), []
    for _ in range(3_000):
        guesses = [Prediction(a.video_id, a.query_id, None, rng.random(len(a.ratings_TR))) for a in annotations]
        found.append(tvsum_correlations(guesses, annotations))
    for name, baseline in correlation_baseline(annotations, n=20).items():
        values = [each[name] for each in found]
        assert baseline.random == 0
        assert baseline.best_of_n == pytest.approx(chance.expected_best(values, 20), abs=0.004)
        assert baseline.best_of_n < baseline.ceiling < 1
        assert baseline.n == 20


def test_in_percent():
    assert in_percent(Baseline(0.1, 0.2, 7, 0.5, 0.25)) == Baseline(10, 20, 7, 50, 25)
    assert in_percent(Baseline(0.1, 0.2, 7, 0.5)).whole_video is None


def test_every_metric_of_the_tvsum_recipe_has_chance_beside_it():
    """And it takes seconds for a video of ten minutes, however many epochs were looked at."""
    rng = np.random.default_rng(0)
    annotation = Annotation("v", "v", "a title", 640.0, 2.0, None, rng.integers(1, 6, (320, 20)))
    recipe = find_recipe("tvsum", "BK")
    start = time.process_time()
    baselines = recipe.baselines([annotation], 1500)
    assert time.process_time() - start < 8  # 2 to 3 on an idle core
    scores = recipe.score([Prediction("v", "v", None, rng.random(320))], [annotation])
    assert baselines.keys() == scores.keys()
    for name, baseline in baselines.items():
        assert -1e-9 <= baseline.random < baseline.best_of_n < baseline.ceiling < 100, name
        assert baseline.n == 1500
