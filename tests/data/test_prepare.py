"""Rows of a video are prepared as the readers of the data sets do it."""

import numpy as np
import pytest

from visionaryvids.data.prepare import prepared, prepared_widths, stretch_clips
from visionaryvids.features import presets
from visionaryvids.types import Features


def rows(width, seed=0):
    return np.random.default_rng(seed).standard_normal((3, width)).astype(np.float32)


def test_only_charades_is_normalised():
    plain = Features(2.0, rows(6), rows(5, 1))
    for name in ("qvhighlights", "tvsum", "youtube", "lite"):
        assert prepared(plain, name) is plain
    unit = prepared(plain, "charades")
    for before, after in ((plain.video_TD, unit.video_TD), (plain.audio_TD, unit.audio_TD)):
        np.testing.assert_allclose(after, before / np.linalg.norm(before, axis=1, keepdims=True), rtol=1e-6)
    assert prepared(Features(2.0, rows(6), None), "charades").audio_TD is None


def test_flow_takes_the_place_of_sound_and_has_a_length_of_its_own():
    both = rows(5120)
    found = prepared(Features(1 / 6, both, None), "charades_flow")
    assert (found.video_TD.shape, found.audio_TD.shape) == ((3, 4096), (3, 1024))
    np.testing.assert_allclose(np.linalg.norm(found.video_TD, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found.audio_TD, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(found.audio_TD[0] * np.linalg.norm(both[0, 4096:]), both[0, 4096:], rtol=1e-5)


@pytest.mark.parametrize(
    ("preset", "widths", "stretch"),
    [
        (presets.qvhighlights, (2816, 2048), 75),
        (presets.tvsum, (2048, 2048), 75),
        (presets.youtube, (2048, 2048), 90),
        (presets.charades, (4096, 2048), 360),
        (presets.charades_flow, (4096, 1024), 360),
    ],
)
def test_widths_and_stretches(preset, widths, stretch):
    spec = preset().spec
    assert prepared_widths(spec) == widths
    assert stretch_clips(spec.name, spec.clip_s) == stretch
