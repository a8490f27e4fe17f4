"""Sound on the clip grid: levels that a person can check, and independence of how the stream is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visionaryvids.features.logmel import BANDS, WIDTH, LogMel, mel_bands

RATE = 16000
LISTEN = LogMel()


def sine(hertz: float, seconds: float, peak: float = 1.0) -> np.ndarray:
    return (peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def test_silence_is_the_zero_row():
    rows = LISTEN.encode([np.zeros(3 * RATE, np.float32)], 3)
    assert rows.shape == (3, WIDTH)
    assert not rows.any()


def test_full_scale_is_one_and_each_tenth_of_amplitude_a_quarter_less():
    """20 dB are a quarter of the 80 dB between silence and full scale."""
    for power, level in ((1, 1.0), (0.1, 0.75), (0.01, 0.5), (1e-4, 0.0)):
        (row,) = LISTEN.encode([sine(1000, 1, power)], 1)
        assert row[-1] == pytest.approx(level, abs=1e-3)
        assert row[:BANDS].max() == pytest.approx(level, abs=0.02)


def test_a_tone_is_loudest_in_its_own_band_and_steady():
    tops = mel_bands(RATE).argmax(axis=0) * RATE / 512
    for hertz in (300, 1000, 4000):
        (row,) = LISTEN.encode([sine(hertz, 1)], 1)
        assert abs(tops[row[:BANDS].argmax()] - hertz) < 0.1 * hertz
        assert row[BANDS + row[:BANDS].argmax()] < 0.01


def test_clicks_spread_and_vary():
    click = np.zeros(RATE, np.float32)
    click[::4000] = 1
    (row,) = LISTEN.encode([click], 1)
    assert row[BANDS : 2 * BANDS].min() > 0.05


def test_sound_that_ends_early_is_silence_from_there():
    rows = LISTEN.encode([sine(500, 2.5)], 5)
    assert rows[:3, -1] == pytest.approx([1, 1, 1], abs=1e-3)
    assert not rows[3:].any()


def test_sound_after_the_last_clip_is_left_out():
    np.testing.assert_array_equal(LISTEN.encode([sine(500, 4)], 2), LISTEN.encode([sine(500, 2)], 2))


def test_a_rest_shorter_than_a_window_is_silence():
    assert not LISTEN.encode([sine(500, 0.02)], 1).any()
    assert not LISTEN.encode([], 1).any()


@settings(max_examples=20)
@given(st.lists(st.integers(0, 30000), max_size=5), st.integers(0, 2**32 - 1))
def test_blocks_may_be_cut_anywhere(lengths, seed):
    sound = np.random.default_rng(seed).uniform(-1, 1, sum(lengths)).astype(np.float32)
    blocks = np.split(sound, np.cumsum(lengths)[:-1]) if lengths else []
    np.testing.assert_array_equal(LISTEN.encode(blocks, 8), LISTEN.encode([sound], 8))


def test_a_clip_is_as_long_as_asked():
    (row,) = LogMel(2.0).encode([sine(500, 2)], 1)
    assert row[-1] == pytest.approx(1, abs=1e-3)
