"""Relations of clips against slow loops; cuts where they are; padding, scale and company change nothing."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests.model.samples import rows
from visionaryvids.model.relations import (
    CUT_NOVELTY,
    CUT_SOFTNESS,
    EDGE_CLIPS,
    NOVELTY_CLIPS,
    level_of,
    query_channels,
    relate,
    same_shot,
)

EXTENTS = slice(len(NOVELTY_CLIPS), len(NOVELTY_CLIPS) + 3 * len(CUT_NOVELTY))


def whole(*videos):
    """Videos of equal length as a block without padding, in double precision."""
    block = torch.from_numpy(np.stack(videos)).double()
    return relate(block, torch.ones(block.shape[:2], dtype=torch.bool))


def two_shots(first=12, second=9, noise=0.05):
    video = rows(first + second) * noise
    video[:first] += rows(1, seed=8)
    video[first:] += rows(1, seed=9)
    return video


def slow_novelty(video, width):
    directions = video / np.linalg.norm(video, axis=1, keepdims=True)
    found = [1.0]
    for now in range(1, len(video)):
        before, after = directions[max(0, now - width) : now].mean(0), directions[now : now + width].mean(0)
        found.append(1 - before @ after / np.linalg.norm(before) / np.linalg.norm(after))
    return np.array(found)


def slow_shots(video, cut):
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    near, wide = (slow_novelty(video, width) for width in NOVELTY_CLIPS[:2])
    no_cut = sigmoid((cut - near) / CUT_SOFTNESS) * sigmoid((cut - wide) / CUT_SOFTNESS)
    shots = np.ones((len(video), len(video)))
    for a in range(len(video)):
        for b in range(len(video)):
            for now in range(min(a, b) + 1, max(a, b) + 1):
                shots[a, b] *= max(no_cut[now], 1e-4)
    return shots


@pytest.mark.parametrize("clips", [1, 2, 5, 23])
def test_novelty_shots_and_extent_are_those_of_slow_loops(clips):
    video = (rows(clips) + rows(1, seed=5)).astype(np.float64)
    relations = whole(video)
    for channel, width in enumerate(NOVELTY_CLIPS):
        np.testing.assert_allclose(relations.quiet_BTC[0, :, channel], slow_novelty(video, width), atol=1e-6)
    for index, cut in enumerate(CUT_NOVELTY):
        shots = slow_shots(video, cut)
        np.testing.assert_allclose(same_shot(relations.depth_BKT)[0, index], shots, atol=1e-6)
        left, right = np.tril(shots, -1).sum(1), np.triu(shots, 1).sum(1)
        expected = np.stack([left / EDGE_CLIPS, right / EDGE_CLIPS, np.log1p(left + right) / 2], axis=1)
        start = EXTENTS.start + 3 * index
        np.testing.assert_allclose(relations.quiet_BTC[0, :, start : start + 3], expected, atol=1e-6)


def test_single_precision_is_good_enough_for_a_long_static_stretch():
    """Novelty is a difference of large cumulative sums; what is lost is small against the softness of a cut."""
    video = torch.from_numpy(0.3 * rows(150) + rows(1, seed=3))[None]
    mask = torch.ones(1, 150, dtype=torch.bool)
    error = relate(video, mask).quiet_BTC - relate(video.double(), mask).quiet_BTC
    assert error.abs().max() < CUT_SOFTNESS / 4


def test_a_cut_is_where_it_is():
    relations = whole(two_shots(first=12))
    for channel in range(len(NOVELTY_CLIPS)):
        assert relations.quiet_BTC[0, 1:, channel].argmax() + 1 == 12
    shots = same_shot(relations.depth_BKT)[0, 0] > 0.5
    assert shots[:12, :12].all()
    assert shots[12:, 12:].all()
    assert not shots[:12, 12:].any()
    assert not shots[12:, :12].any()


def test_what_does_not_change_is_one_shot():
    relations = whole(np.repeat(rows(1), 30, axis=0))
    assert (same_shot(relations.depth_BKT) > 0.9).all()
    assert relations.quiet_BTC[0, 1:, : len(NOVELTY_CLIPS)].abs().max() < 1e-6


def test_only_directions_count():
    video = two_shots()
    scaled = video * np.random.default_rng(0).uniform(0.1, 9, (len(video), 1))
    torch.testing.assert_close(whole(scaled).quiet_BTC, whole(video.astype(np.float64)).quiet_BTC, atol=1e-6, rtol=0)


def test_lookalikes_are_found_anywhere():
    video = two_shots(8, 8)
    video[14:] = video[:2]  # the first shot's pictures come again at the end
    alike = whole(video).lookalikes_BTT[0]
    torch.testing.assert_close(alike.sum(1), torch.ones(16, dtype=torch.float64))
    assert alike[14, [*range(8), 14, 15]].sum() > 0.97


@pytest.mark.parametrize(("clips", "extra"), [(1, 4), (3, 1), (20, 30)])
def test_padding_and_company_change_nothing(clips, extra):
    video, other = torch.from_numpy(rows(clips))[None], torch.from_numpy(rows(clips + extra, seed=1))[None]
    mask = torch.arange(clips + extra) < torch.tensor([[clips], [clips + extra]])
    alone = relate(video, mask[:1, :clips])
    both = relate(torch.cat((F.pad(video, (0, 0, 0, extra), value=3.0), other)), mask)
    torch.testing.assert_close(both.quiet_BTC[0, :clips], alone.quiet_BTC[0], atol=1e-5, rtol=0)
    torch.testing.assert_close(both.depth_BKT[0, :, :clips], alone.depth_BKT[0], atol=1e-4, rtol=1e-5)
    torch.testing.assert_close(both.extent_BKT[0, :, :clips], alone.extent_BKT[0], atol=1e-4, rtol=1e-5)
    torch.testing.assert_close(both.lookalikes_BTT[0, :clips, :clips], alone.lookalikes_BTT[0], atol=1e-5, rtol=0)
    similarity = torch.rand(2, clips + extra)
    alone_asked = asked(alone, similarity[:1, :clips])
    both_asked = asked(both, similarity)
    torch.testing.assert_close(both_asked[0, :clips], alone_asked[0], atol=1e-4, rtol=0)
    assert not both_asked[0, clips:].any()
    assert not both.quiet_BTC[0, clips:].any()


def asked(relations, similarity):
    level = level_of(similarity, relations.mask_BT)
    return query_channels(relations, [similarity] * 3, [level] * 3)


def test_levels_are_of_the_real_clips_only():
    similarity = torch.tensor([[0.1, 0.5, 0.3, 9.0]])
    level = level_of(similarity, torch.tensor([[True, True, True, False]]))
    assert level.mean.item() == pytest.approx(0.3)
    assert level.spread.item() == pytest.approx(np.std([0.1, 0.5, 0.3]) + 0.02, abs=1e-6)
    assert level.highest.item() == pytest.approx(0.5)


def test_query_channels_follow_the_shot():
    """One clip of the second shot is like the query: the shot's mean says so of all its clips, and of no others."""
    relations = whole(two_shots(12, 8))
    similarity = torch.zeros(1, 20, dtype=torch.float64)
    similarity[0, 15] = 0.8
    channels = asked(relations, similarity)[0]
    over_shot = channels[:, 6]  # after the similarity's own three and the three pooled ones
    torch.testing.assert_close(over_shot[12:], torch.full((8,), 4 * 0.8 / 8, dtype=torch.float64), atol=0.02, rtol=0)
    assert over_shot[:12].abs().max() < 0.01


def test_smoothing_does_not_fade_at_the_ends():
    relations = whole(rows(9))
    smooth = asked(relations, torch.full((1, 9), 0.5, dtype=torch.float64))[0, :, 3]
    torch.testing.assert_close(smooth, torch.full_like(smooth, 4 * 0.5))


def test_rows_picks_stretches():
    relations = whole(two_shots(), rows(21, seed=4))
    picked = relations.rows(torch.tensor([1, 1, 0]))
    assert torch.equal(picked.quiet_BTC, relations.quiet_BTC[[1, 1, 0]])
    assert torch.equal(picked.depth_BKT[2], relations.depth_BKT[0])


def test_queries_of_one_stretch_share_its_weights():
    """Queries that name their stretch get what each of them gets beside a copy of it."""
    relations, stretch = whole(two_shots(), rows(21, seed=4)), torch.tensor([1, 0, 1])
    similarities = [torch.rand(3, 21, dtype=torch.float64) for _ in range(3)]
    levels = [level_of(similarity, torch.ones(3, 21, dtype=torch.bool)) for similarity in similarities]
    copied = query_channels(relations.rows(stretch), similarities, levels)
    torch.testing.assert_close(query_channels(relations, similarities, levels, stretch), copied)
