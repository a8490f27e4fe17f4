"""Fitting interest: a planted direction comes back, and ratings count by how they stand within their video."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.model.samples import AUDIO, example, shots
from visionaryvids.model.interest import CHANNELS, interest_channels
from visionaryvids.training.interest import RIDGE, fit_interest
from visionaryvids.types import Features

PLANTED = np.random.default_rng(0).standard_normal(2 * CHANNELS).astype(np.float32)


def rated(seed, clips=150, noise=1.0, sound=True):
    """A video whose ratings follow the planted direction, on a scale and from a level of its own."""
    random = np.random.default_rng(seed)
    features = Features(2.0, shots(clips, seed=seed), shots(clips, AUDIO, seed + 500) if sound else None)
    followed_T = interest_channels(features.video_TD, features.audio_TD) @ PLANTED
    rating_T = followed_T + noise * followed_T.std() * random.standard_normal(clips)
    rating_T = random.uniform(0.01, 9) * rating_T + random.uniform(-3, 3)
    return replace(example(clips), features=features, saliency_T=rating_T.astype(np.float32))


@pytest.fixture(scope="module")
def videos():
    return [rated(seed) for seed in range(60)]


def test_a_planted_direction_comes_back(videos):
    weights = fit_interest(videos)
    assert weights.shape == (2 * CHANNELS,)
    assert weights.dtype == torch.float32
    alike = []
    for seed in range(100, 110):
        unseen = rated(seed).features
        channels = interest_channels(unseen.video_TD, unseen.audio_TD)
        alike.append(np.corrcoef(channels @ weights.numpy(), channels @ PLANTED)[0, 1])
    assert min(alike) > 0.95


def test_the_weights_are_the_best_of_a_ridge_regression(videos):
    """Where the penalised error is least, it has no slope."""
    weights = fit_interest(videos).double().numpy()
    channels = np.concatenate([interest_channels(v.features.video_TD, v.features.audio_TD) for v in videos])
    ratings = np.concatenate([(v.saliency_T - v.saliency_T.mean()) / (v.saliency_T.std() + 1e-3) for v in videos])
    pull = channels.T.astype(np.float64) @ (ratings - channels @ weights)
    np.testing.assert_allclose(pull, RIDGE * weights, atol=1e-2)
    assert np.abs(pull).max() > 1


def test_scale_and_level_of_a_videos_ratings_do_not_matter(videos):
    rescaled = [replace(video, saliency_T=4 * video.saliency_T + 2) for video in videos[:9]]
    torch.testing.assert_close(fit_interest(rescaled), fit_interest(videos[:9]), atol=2e-3, rtol=0)


def test_videos_without_sound_or_without_opinions_are_fitted_too(videos):
    same_T = np.full_like(videos[0].saliency_T, 0.5)
    odd = [rated(1, sound=False), rated(2, clips=1), replace(videos[0], saliency_T=same_T)]
    assert torch.isfinite(fit_interest([*videos[:3], *odd])).all()
    silent = fit_interest([rated(seed, sound=False) for seed in range(5)])
    assert not silent[CHANNELS:].any()
    assert silent[:CHANNELS].abs().max() > 0


def test_nothing_of_an_example_is_changed(videos):
    before = videos[0].features.video_TD.copy(), videos[0].saliency_T.copy()
    fit_interest(videos[:2])
    np.testing.assert_array_equal(videos[0].features.video_TD, before[0])
    np.testing.assert_array_equal(videos[0].saliency_T, before[1])
