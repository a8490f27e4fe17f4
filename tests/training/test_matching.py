"""Training on made-up scenes: losses fall on an easy source, equal seeds give equal weights, shares are kept."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from tests.model.samples import rows, small_matcher
from visionaryvids.training.losses import LossWeights, compute_losses
from visionaryvids.training.matching import MatchingSettings, Source, _rate, train_matching
from visionaryvids.training.scenes import cut_scene, scene_batch


def easy(rng):
    """One stretch of the video is like the query, or none is."""
    length, start, size = int(rng.integers(20, 30)), int(rng.integers(0, 12)), int(rng.integers(4, 8))
    inside = np.zeros(length, np.float32)
    inside[start : start + size] = rng.random() < 0.7
    video = rows(length, seed=int(rng.integers(0, 99))) * 0.2 + np.where(
        inside[:, None], rows(1, seed=7), rows(1, seed=8)
    )
    windows = np.array([[start, start + size]], np.float64) if inside.any() else np.zeros((0, 2))
    views = np.stack([0.6 * inside + 0.1 * rng.standard_normal(length).astype(np.float32)] * 3)
    return cut_scene(rng, video, views, inside, windows)


def settings(**changes):
    return MatchingSettings(**{"steps": 30, "batch_size": 8, "warm_up": 3, "lr": 1e-2, **changes})


def trained(seed, *sources, **changes):
    network, seen, chosen = small_matcher().network, [], settings(seed=seed, **changes)
    train_matching(network, sources or [Source(easy, 1.0)], chosen, lambda *step: seen.append(step))
    return network, seen


def test_losses_are_finite_and_fall():
    network, seen = trained(1)
    assert [step for step, _ in seen] == list(range(1, 31))
    assert all(set(losses) == {"saliency", "presence", "quality", "edges"} for _, losses in seen)
    totals = [sum(losses.values()) for _, losses in seen]
    assert np.isfinite(totals).all()
    assert np.mean(totals[-5:]) < 0.6 * np.mean(totals[:5])
    assert np.mean([losses["presence"] for _, losses in seen[-5:]]) < 0.4
    assert not network.training


def test_the_same_seed_gives_the_same_weights():
    first, second, other = (trained(seed, steps=3)[0].state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_batches_of_each_source_come_by_share():
    made = []

    def noted(name):
        return lambda rng: made.append(name) or easy(rng)

    trained(1, Source(noted("rare"), 0.5), Source(noted("often"), 1.5), steps=60, batch_size=2)
    assert made[::2] == made[1::2]  # a batch is of one source
    assert 0.6 < np.mean([name == "often" for name in made]) < 0.9


def test_the_rate_rises_and_falls():
    rates = [_rate(step, settings(steps=100, warm_up=10)) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert np.argmax(rates) in (9, 10)
    assert 0 < rates[-1] < 0.01
    assert all(a > b for a, b in pairwise(rates[10:]))


def test_presence_is_learned_from_whether_there_is_any_moment():
    network, rng, views = small_matcher().network, np.random.default_rng(0), np.zeros((3, 20), np.float32)
    windows = np.array([[1, 4], [7, 12], [15, 19]], np.float64)
    scenes = [cut_scene(rng, rows(20), views, views[0], windows[:count]) for count in range(4)]
    with torch.no_grad():
        outputs = network(scene_batch(scenes))
    found = compute_losses(outputs, scene_batch(scenes), LossWeights(presence=2.0), network.config.compat)
    chance = outputs.presence_B.sigmoid()
    expected = -2 * torch.cat(((1 - chance[:1]).log(), chance[1:].log())).mean()
    assert found.presence.item() == pytest.approx(expected.item(), rel=1e-5)
