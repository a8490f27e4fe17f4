"""Interest without a query: scores of any video in [0, 1], without seams, whatever the encoder's scale."""

import numpy as np
import pytest
import torch

from tests.model.samples import AUDIO, rows, shots
from visionaryvids.model import interest
from visionaryvids.model.interest import CHANNELS, STRETCH, Interest, interest_channels


def weighted(seed=0):
    """Random weights."""
    made = Interest()
    made.weights.copy_(torch.randn(2 * CHANNELS, generator=torch.Generator().manual_seed(seed)))
    return made


@pytest.mark.parametrize("sound", [False, True], ids=["silent", "with sound"])
@pytest.mark.parametrize("clips", [1, 2, 3, 40, STRETCH - 1, STRETCH, STRETCH + 1, 226, 700])
def test_scores_are_between_0_and_1(clips, sound):
    found = weighted()(shots(clips), shots(clips, AUDIO, 5) if sound else None)
    assert found.shape == (clips,)
    assert found.dtype == np.float64
    assert found.min() >= 0
    assert found.max() <= 1
    assert clips < 3 or np.ptp(found) > 0.1


def test_the_videos_mean_is_one_half():
    assert weighted()(rows(1), None).tolist() == [0.5]
    raw = np.log(1 / weighted()(shots(200), None) - 1)
    assert abs(raw.mean()) < 1e-9


def test_a_video_that_never_changes_has_finite_scores():
    for still in (np.ones((30, 4), np.float32), np.zeros((30, 4), np.float32)):
        assert np.isfinite(weighted()(still, still)).all()
        assert np.abs(interest_channels(still, still)).max() < 10


def test_channels_are_in_spreads_around_the_mean():
    channels = interest_channels(shots(100), shots(100, AUDIO, 5))
    assert channels.shape == (100, 2 * CHANNELS)
    np.testing.assert_allclose(channels.mean(0), 0, atol=1e-4)
    spread = channels.std(0)
    assert ((spread > 0.9) & (spread < 1.001)).all()


def test_missing_sound_counts_for_nothing():
    silent = interest_channels(shots(60), None)
    np.testing.assert_array_equal(silent[:, :CHANNELS], interest_channels(shots(60), rows(60, AUDIO))[:, :CHANNELS])
    assert not silent[:, CHANNELS:].any()
    deaf = weighted()
    deaf.weights[CHANNELS:] = 0
    np.testing.assert_array_equal(deaf(shots(60), rows(60, AUDIO)), deaf(shots(60), None))


def test_sound_is_heard():
    assert not np.allclose(
        weighted()(shots(60), rows(60, AUDIO, 1)), weighted()(shots(60), rows(60, AUDIO, 2)), atol=0.1
    )


@pytest.mark.parametrize("scale", [1e-3, 0.5, 300.0])
@pytest.mark.parametrize("clips", [40, 200])
def test_the_scale_of_features_does_not_matter(clips, scale):
    video, sound = shots(clips), shots(clips, AUDIO, 5)
    scaled = weighted()(video * np.float32(scale), sound * np.float32(2 * scale))
    np.testing.assert_allclose(scaled, weighted()(video, sound), atol=2e-3)


def test_the_same_video_has_the_same_scores_and_is_left_as_it_was():
    video, sound = shots(200), shots(200, AUDIO, 5)
    for given in (video, sound):
        given.setflags(write=False)
    np.testing.assert_array_equal(weighted()(video, sound), weighted()(video, sound))
    np.testing.assert_array_equal(video, shots(200))


@pytest.fixture
def levels(monkeypatch):
    """Every stretch has one value in all its channels: the next one of a list that a test sets."""
    values = []

    def one_level(video_TD, _):
        return np.full((len(video_TD), 2 * CHANNELS), values.pop(0), np.float32)

    monkeypatch.setattr(interest, "interest_channels", one_level)
    return values


def only_the_first_channel():
    made = Interest()
    made.weights[0] = 1.0
    return made


@pytest.mark.parametrize("clips", [STRETCH + 1, 226, 700])
def test_where_all_stretches_agree_there_are_no_seams(levels, clips):
    levels += [0.7] * 20
    np.testing.assert_allclose(only_the_first_channel()(rows(clips), None), 0.5, atol=1e-6)


def test_where_stretches_disagree_the_change_is_gradual(levels):
    levels += [0, 1] * 10
    found = only_the_first_channel()(rows(700), None)
    assert np.ptp(found) > 0.5
    assert np.abs(np.diff(found)).max() < 0.03  # a seam would be half of all
