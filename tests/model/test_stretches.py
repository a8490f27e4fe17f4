"""Curves of stretches: seamless where they overlap, and mixed with another curve by logits."""

import numpy as np

from visionaryvids.model.stretches import blend, mix


def test_overlapping_stretches_that_agree_are_one_curve():
    curve_T = np.linspace(0.1, 0.9, 30)
    looks = [(start, curve_T[start : start + 10].astype(np.float32)) for start in (0, 5, 10)]
    found_T = blend(np.zeros(30), looks)
    np.testing.assert_allclose(found_T[:20], curve_T[:20], atol=1e-6)
    assert not found_T[20:].any()


def test_a_mixed_curve_lies_between_both_and_keeps_what_both_say():
    rng = np.random.default_rng(1)
    first_T, second_T = rng.random(50), rng.random(50)
    mixed_T = mix(first_T, second_T, 0.5)
    assert (mixed_T >= np.minimum(first_T, second_T) - 1e-9).all()
    assert (mixed_T <= np.maximum(first_T, second_T) + 1e-9).all()
    np.testing.assert_allclose(mix(first_T, first_T, 0.3), first_T)
    np.testing.assert_allclose(mix(first_T, second_T, 0.0), first_T)
    assert np.isfinite(mix(np.array([0.0, 1.0]), np.array([1.0, 1.0]), 0.5)).all()
