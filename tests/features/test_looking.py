"""Encoders that look: which frames, which pixels, which colours; and several side by side."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from visionaryvids.features import i3d_clips, slowfast
from visionaryvids.features.looking import Look, PictureEncoder, SideBySide, middle
from visionaryvids.features.pictures import MiddleSquare, Squashed


class Means(nn.Module):
    """Stands for a network: the mean of each colour, of all frames or of each."""

    def __init__(self, over=(2, 3, 4)):
        super().__init__()
        self.anything, self.over = nn.Parameter(torch.ones(1)), over

    def forward(self, x):
        assert x.shape[1] == 3
        return x.mean(self.over)


SQUARE = MiddleSquare(8, 6, Image.Resampling.BILINEAR)


def look(*offsets_s: float, side: int = 6) -> Look:
    return Look(offsets_s, SQUARE, side, (0.5,) * 3, (0.25,) * 3)


def frames(clips: int, per_clip: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (clips, per_clip, 6, 6, 3), np.uint8)


def test_colours_are_normalised():
    batch = frames(2, 3)
    rows = PictureEncoder(Means, look(0, 1, 2), 2).encode(batch)
    np.testing.assert_allclose(rows, (batch.mean((1, 2, 3)) / 255 - 0.5) / 0.25, atol=1e-6)


def test_one_frame_a_clip_is_a_picture_for_the_network():
    rows = PictureEncoder(lambda: Means((2, 3)), look(0.5), 2).encode(frames(2, 1))
    assert rows.shape == (2, 3)


def test_time_steps_of_the_network_are_averaged():
    several = PictureEncoder(lambda: Means((3, 4)), look(0, 1, 2), 2).encode(frames(2, 3))
    np.testing.assert_allclose(several, PictureEncoder(Means, look(0, 1, 2), 2).encode(frames(2, 3)), atol=1e-6)


def test_the_network_sees_the_middle():
    batch = frames(1, 2)
    rows = PictureEncoder(Means, look(0, 1, side=4), 1).encode(batch)
    np.testing.assert_allclose(rows, (batch[:, :, 1:5, 1:5].mean((1, 2, 3)) / 255 - 0.5) / 0.25, atol=1e-6)
    assert middle(torch.from_numpy(batch), 3).equal(torch.from_numpy(batch)[:, :, 1:4, 1:4])


def test_side_by_side_shares_frames():
    both = SideBySide(PictureEncoder(Means, look(0, 1), 4), PictureEncoder(lambda: Means((2, 3)), look(0.5), 2))
    assert (both.offsets_s, both.batch_clips) == ((0, 0.5, 1), 2)
    batch = frames(2, 3)
    first, second = PictureEncoder(Means, look(0, 1), 4), PictureEncoder(lambda: Means((2, 3)), look(0.5), 2)
    expected = np.concatenate([first.encode(batch[:, [0, 2]]), second.encode(batch[:, [1]])], axis=1)
    np.testing.assert_array_equal(both.encode(batch), expected)


def test_encoders_that_prepare_differently_do_not_share():
    other = Look((0.5,), Squashed(6, Image.Resampling.BILINEAR), 6, (0.5,) * 3, (0.25,) * 3)
    with pytest.raises(AssertionError, match="differently"):
        SideBySide(PictureEncoder(Means, look(0), 1), PictureEncoder(Means, other, 1))


def test_slowfast_looks_as_the_features_of_qvhighlights_did():
    frames = np.round(np.multiply(slowfast.look().offsets_s, 30)).astype(int).tolist()
    assert frames == [*range(0, 59, 2), 59, 59]


def test_i3d_looks_at_64_frames_and_the_flow_between_65():
    window = i3d_clips.whole_clip(3.2)
    assert window.look().offsets_s == pytest.approx(np.arange(64) * 0.05)
    flow = i3d_clips.FlowEncoder(lambda: pytest.fail("the network is not needed yet"), window)
    assert flow.offsets_s == pytest.approx(np.arange(65) * 0.05)
    assert flow.prepare(np.zeros((300, 400, 3), np.uint8)).shape == (256, 256, 3)


def test_a_frame_squashed_to_a_square_is_seen_whole():
    image = np.random.default_rng(0).integers(0, 256, (30, 50, 3), np.uint8)
    expected = np.asarray(Image.fromarray(image).resize((8, 8), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(Squashed(8, Image.Resampling.BICUBIC)(image), expected)
