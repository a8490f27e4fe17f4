"""Optical flow: motion that is known, an independent solver of the same problem, and motion in a real video."""

import numpy as np
import pytest
import torch
from PIL import Image

from tests.shared import SHARED, needs_shared
from visionaryvids.features.flow import grey, tv_l1
from visionaryvids.features.i3d_clips import quantised
from visionaryvids.media.video import frames_at


def scene(side: int = 256) -> np.ndarray:
    """Smooth patches of all sizes."""
    rng = np.random.default_rng(0)
    layers = [Image.fromarray(rng.uniform(0, 255, (n, n)).astype(np.float32)) for n in (8, 20, 50)]
    return np.mean([np.asarray(layer.resize((side, side), Image.Resampling.BICUBIC)) for layer in layers], axis=0)


def as_batch(*images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.stack(images).astype(np.float32))


@pytest.mark.parametrize(("right", "down"), [(0, 0), (1, 0), (0, -2), (5, 3), (-12, 9)])
def test_a_shift_is_found(right, down):
    whole = scene()
    before, after = whole[16:240, 16:240], whole[16 - down : 240 - down, 16 - right : 240 - right]
    (flow,) = tv_l1(as_batch(before), as_batch(after))
    inside = flow[:, 40:-40, 40:-40]
    error = (inside - torch.tensor([right, down])[:, None, None]).square().sum(0).sqrt()
    assert float(error.median()) < 0.1
    assert float(error.mean()) < 0.25


def test_a_still_picture_has_no_motion():
    assert float(tv_l1(as_batch(scene()), as_batch(scene())).abs().max()) < 1e-4
    assert not tv_l1(torch.zeros(1, 64, 64), torch.full((1, 64, 64), 9.0)).any()  # a light goes on


def test_a_pair_does_not_depend_on_its_neighbours():
    images = as_batch(*(np.roll(scene(64), shift, axis=1) for shift in (0, 1, 3, 2)))
    together = tv_l1(images[:-1], images[1:])
    alone = torch.cat([tv_l1(images[i : i + 1], images[i + 1 : i + 2]) for i in range(3)])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-4)


def test_brightness_is_the_usual_sum():
    colours = torch.tensor([[[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]]], dtype=torch.uint8)
    torch.testing.assert_close(grey(colours).flatten(), torch.tensor([76.245, 149.685, 29.07, 255.0]))


def test_motion_is_cut_at_twenty_pixels_and_rounded_to_steps():
    found = quantised(torch.tensor([0.0, 20.0, 50.0, -20.0, -99.0, 1.0, 0.05]))
    expected = torch.tensor([128, 256, 256, 0, 0, 134, 128]) * 2 / 255 - 1  # 127.5 + 128 rounds to 256, 0.5 to 0
    torch.testing.assert_close(found, expected)


@needs_shared
def test_what_a_warp_leaves_is_no_more_than_an_independent_solver_leaves():
    solver = pytest.importorskip("skimage.registration").optical_flow_tvl1
    before, after = (
        grey(torch.from_numpy(frame.image_HW3[60:252, 120:312].copy()[None]))
        for frame in frames_at(SHARED / "videos" / "women_long_jump.mp4", [10.0, 10.08])
    )
    ours = tv_l1(before, after)
    theirs = torch.from_numpy(solver(before[0].numpy() / 255, after[0].numpy() / 255)[None, ::-1].copy()).float()
    assert left_over(before, after, ours) < 0.5 * float((before - after).abs().mean())
    assert left_over(before, after, ours) < 1.2 * left_over(before, after, theirs)


def left_over(before: torch.Tensor, after: torch.Tensor, flow: torch.Tensor) -> float:
    """Mean change of brightness after going back along the flow, away from the edges."""
    side = after.shape[-1]
    points = torch.stack(torch.meshgrid(torch.arange(side), torch.arange(side), indexing="xy"), -1)
    grid = 2 * (points + flow.permute(0, 2, 3, 1)) / (side - 1) - 1
    back = torch.nn.functional.grid_sample(after[:, None], grid, padding_mode="border", align_corners=True)[:, 0]
    return float((back - before).abs()[:, 16:-16, 16:-16].mean())
