"""Scenes: moments and levels of a cut stretch, and batches that say what is real."""

import numpy as np
import pytest
import torch

from tests.model.samples import CHANNELS, rows
from visionaryvids.model.matcher import STRETCH
from visionaryvids.training.scenes import Scene, cut_scene, scene_batch


def video(num_rows, seed=0):
    random = np.random.default_rng(seed)
    views = random.uniform(-1, 1, (3, num_rows)).astype(np.float32)
    return rows(num_rows, seed=seed), views, np.arange(num_rows, dtype=np.float32) / num_rows


def cut(num_rows, *windows, seed=0):
    return cut_scene(np.random.default_rng(seed), *video(num_rows), np.array(windows, np.float64).reshape(-1, 2))


def first_row(scene, num_rows):
    return round(float(scene.saliency_T[0]) * num_rows)


def test_a_short_video_is_one_scene():
    scene = cut(40, (3, 9), (20, 40))
    np.testing.assert_array_equal(scene.rows_TD, video(40)[0])
    np.testing.assert_array_equal(scene.views_VT, video(40)[1])
    np.testing.assert_array_equal(scene.windows_N2, [[3, 9], [20, 40]])


def test_a_long_video_is_cut_anywhere_and_moments_with_it():
    firsts = set()
    for seed in range(60):
        scene = cut(400, (100, 130), (200, 300), seed=seed)
        first = first_row(scene, 400)
        firsts.add(first)
        assert len(scene.rows_TD) == len(scene.saliency_T) == scene.views_VT.shape[1] == STRETCH
        np.testing.assert_array_equal(scene.rows_TD, video(400)[0][first : first + STRETCH])
        spans = [(max(a, first) - first, min(b, first + STRETCH) - first) for a, b in ((100, 130), (200, 300))]
        assert scene.windows_N2.tolist() == [[a, b] for a, b in spans if b - a >= 2]
    assert min(firsts) < 40
    assert max(firsts) > 400 - STRETCH - 40


def test_levels_are_those_of_the_whole_video():
    views = video(400)[1]
    for seed in range(3):
        levels = cut(400, (1, 5), seed=seed).levels_V3
        np.testing.assert_allclose(levels[:, 0], views.mean(1), atol=1e-6)
        np.testing.assert_allclose(levels[:, 1], views.std(1) + 0.02, atol=1e-6)
        np.testing.assert_array_equal(levels[:, 2], views.max(1))


def test_nothing_there_is_no_window():
    assert cut(40).windows_N2.shape == (0, 2)


def test_slivers_of_moments_are_none():
    assert cut(40, (3, 4.5), (10, 12), (38.5, 60)).windows_N2.tolist() == [[10, 12]]


def test_a_batch_pads_and_says_so():
    batch = scene_batch([cut(40, (3, 9), (20, 40)), cut(25), cut(30, (0, 30))])
    assert batch.video_BTD.shape == (3, 40, CHANNELS)
    assert batch.mask_BT.sum(1).tolist() == [40, 25, 30]
    assert batch.padded
    assert batch.window_mask_BN.tolist() == [[True, True], [False, False], [True, False]]
    assert batch.windows_BN2[0].tolist() == [[3, 9], [20, 40]]
    assert not batch.video_BTD[~batch.mask_BT].any()
    assert not batch.saliency_BT[~batch.mask_BT].any()
    assert not batch.proposals_BN2[~batch.proposal_mask_BN].any()
    for row, length in enumerate((40, 25, 30)):
        proposed = batch.proposals_BN2[row][batch.proposal_mask_BN[row]]
        assert proposed.min() == 0
        assert proposed.max() == length  # of the scene's own rows


def test_a_batch_of_one_length_has_no_padding():
    assert not scene_batch([cut(20), cut(20)]).padded


@pytest.mark.parametrize("lengths", [(12, 30), (5, 5)])
def test_company_changes_nothing(lengths):
    scenes = [cut(length, (1, 4)) for length in lengths]
    together = scene_batch(scenes)
    for row, scene in enumerate(scenes):
        alone = scene_batch([scene])
        found, expected = together.video_BTD[row, : len(scene.rows_TD)], alone.video_BTD[0]
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)
        assert torch.equal(together.proposals_BN2[row][together.proposal_mask_BN[row]], alone.proposals_BN2[0])


def test_a_batch_is_not_tied_to_its_scenes():
    scene = cut(9, (1, 4))
    before = Scene(*(getattr(scene, name).copy() for name in Scene.__slots__))
    scene_batch([scene]).video_BTD.zero_()
    for name in Scene.__slots__:
        np.testing.assert_array_equal(getattr(scene, name), getattr(before, name))
