"""The matcher: stretches that cover a video at every scale, looks that do not depend on company, what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.model.samples import AUDIO, CHANNELS, QUERY, VIDEO, rows, sentence, shots, small_matcher
from visionaryvids.model.calibration import Calibration
from visionaryvids.model.heads import PresenceHead
from visionaryvids.model.matcher import SCALE_STEP, STRETCH, compare, stretch_starts
from visionaryvids.model.proposals import propose
from visionaryvids.model.relations import Level, relate
from visionaryvids.model.stretches import STRIDE
from visionaryvids.types import Features

MADE_UP = Level(torch.zeros(1, 1), torch.ones(1, 1), torch.ones(1, 1))


def watched(clips, matcher=None, seed=0):
    return (matcher or small_matcher()).watch(Features(1.0, rows(clips, seed=seed), None))


def compared(matcher, footage, *queries, scale=0):
    return list(compare(footage, matcher.ask(queries)))[scale]


@pytest.mark.parametrize("clips", [1, 2, STRETCH - 1, STRETCH, STRETCH + 1, 1000])
def test_scales_end_with_the_whole_video_as_one_stretch(clips):
    footage = watched(clips)
    assert footage.num_clips == clips
    assert [scale.clips for scale in footage.scales] == [SCALE_STEP**i for i in range(len(footage.scales))]
    for scale in footage.scales:
        assert scale.num_rows == -(-clips // scale.clips)
        assert scale.starts_S.tolist() == stretch_starts(scale.num_rows)
        assert len(scale.relations.mask_BT) == len(scale.starts_S)
    assert [len(scale.starts_S) == 1 for scale in footage.scales] == [False] * (len(footage.scales) - 1) + [True]


def test_an_hour_of_relations_takes_little_memory():
    relations = [scale.relations for scale in watched(3600).scales]
    held = sum(getattr(each, name).nbytes for each in relations for name in type(each).__slots__)
    assert held < 10e6


def test_a_coarser_row_is_the_mean_of_finer_ones():
    matcher, clips = small_matcher(), STRETCH + 30
    footage = watched(clips, matcher)
    fine, coarse = (scale.aligned.best for scale in footage.scales)
    torch.testing.assert_close(coarse[1], fine[3:6].mean(0))


def test_a_coarser_similarity_is_that_of_the_coarser_row():
    matcher = small_matcher()
    footage, asked = watched(9 * STRETCH - 5, matcher), matcher.ask([sentence(1), sentence(2)])
    for scale, comparison in zip(footage.scales, compare(footage, asked), strict=True):
        assert comparison.similarities[0].shape == (2, scale.num_rows)
        for found, expected in zip(comparison.similarities, scale.aligned.similarities(asked), strict=True):
            torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("sound", [None, rows(200, AUDIO)], ids=["silent", "with sound"])
def test_what_is_interesting_is_known_before_any_query(sound):
    matcher, video = small_matcher(), rows(200)
    footage = matcher.watch(Features(1.0, video, sound))
    np.testing.assert_array_equal(footage.interest_T, matcher.interest(video, sound))
    assert np.ptp(footage.interest_T) > 0.1


def test_a_sentence_is_asked_for_alone_or_among_others():
    matcher = small_matcher()
    asked = matcher.ask([sentence(1), sentence(2)])
    assert asked.shape == (2, QUERY)
    torch.testing.assert_close(asked[1], matcher.ask([sentence(2)])[0])
    assert matcher.ask([]).shape == (0, QUERY)


def test_looking_at_pairs_is_looking_at_one_after_the_other():
    matcher = small_matcher()
    footage = matcher.watch(Features(1.0, shots(400), None))
    comparison = compared(matcher, footage, sentence(1), sentence(3), sentence(2))
    pairs = torch.tensor([[0, 0], [1, 3], [2, 1], [0, 2], [1, 0]])
    together = matcher.look(comparison, *pairs.T)
    for row, pair in enumerate(pairs):
        alone = matcher.look(comparison, *pair[:, None])
        real_N = together.proposal_mask_BN[row]
        assert alone.proposal_mask_BN.all()
        for name in ("saliency_BT", "presence_B", "quality_BN", "edges_BN2"):
            found = getattr(together, name)[row]
            found = found[real_N] if name in ("quality_BN", "edges_BN2") else found
            torch.testing.assert_close(found, getattr(alone, name)[0], atol=1e-4, rtol=1e-4)
    assert not together.proposal_mask_BN.all()  # or nothing was shown of padding


def test_a_look_sees_the_stretch_that_it_is_pointed_at():
    """Changing what lies outside a stretch changes nothing there but through the levels of the whole video."""
    matcher, video = small_matcher(), rows(400)
    changed = np.concatenate([video[:300], rows(100, seed=9)])
    looks = []
    for each in (video, changed):
        comparison = compared(matcher, matcher.watch(Features(1.0, each, None)), sentence(1))
        comparison = replace(comparison, levels=(MADE_UP,) * 3)
        looks.append(matcher.look(comparison, torch.tensor([0, 0]), torch.tensor([0, 3])).saliency_BT)
    torch.testing.assert_close(looks[0][0], looks[1][0], atol=1e-5, rtol=1e-5)
    assert (looks[0][1] - looks[1][1]).abs().max() > 1e-3


def test_the_networks_input_is_that_of_the_stretch():
    matcher, video = small_matcher(), rows(400)
    matcher.network = torch.nn.Identity()
    comparison = compared(matcher, matcher.watch(Features(1.0, video, None)), sentence(1), sentence(2))
    batch = matcher.look(comparison, torch.tensor([1, 0]), torch.tensor([0, 3]))
    block = torch.from_numpy(video[225:375]) - matcher.alignment.feature_center
    relations = relate(block[None], torch.ones(1, STRETCH, dtype=torch.bool))
    quiet = relations.quiet_BTC.size(-1)
    torch.testing.assert_close(batch.video_BTD[1, :, :quiet], relations.quiet_BTC[0], atol=1e-4, rtol=0)
    torch.testing.assert_close(batch.video_BTD[1, :, quiet], 4 * comparison.similarities[0][0, 225:375])
    assert batch.video_BTD.size(-1) == CHANNELS
    assert not batch.padded
    similarity = comparison.similarities[0][0, 225:375]
    proposed = propose(relations.quiet_BTC[0, :, :2].T.numpy(), similarity.numpy())
    np.testing.assert_array_equal(batch.proposals_BN2[1][batch.proposal_mask_BN[1]], proposed)


def test_features_without_pictures_are_refused():
    with pytest.raises(ValueError, match="no video features"):
        small_matcher().watch(Features(1.0, None, rows(4)))


def test_inputs_are_left_as_they_are():
    matcher, video, query = small_matcher(), rows(30), sentence(1)
    features = Features(1.0, video, None)
    comparison = compared(matcher, matcher.watch(features), query)
    before = [s.clone() for s in comparison.similarities]
    matcher.look(comparison, torch.tensor([0]), torch.tensor([0]))
    assert np.array_equal(features.video_TD, rows(30))
    assert all(torch.equal(a, b) for a, b in zip(before, comparison.similarities, strict=True))


def test_the_network_sees_relations_and_not_features():
    """Turning the feature space changes nothing once the alignment is turned along."""
    matcher, turned = small_matcher(), small_matcher()
    turn = torch.linalg.qr(torch.from_numpy(rows(VIDEO, seed=7)).double())[0].float()
    for name in ("feature_map", "classifier", "feature_center"):
        value = getattr(turned.alignment, name)
        value.copy_(turn.T @ value if name == "feature_map" else value @ turn)
    found = []
    for each, video in ((matcher, rows(40)), (turned, rows(40) @ turn.numpy())):
        comparison = compared(each, each.watch(Features(1.0, video, None)), sentence(3))
        found.append(each.look(comparison, torch.tensor([0]), torch.tensor([0])).saliency_BT)
    torch.testing.assert_close(found[0], found[1], atol=1e-3, rtol=1e-3)
    assert matcher.network.config.video_dim == CHANNELS


def test_calibration_lines():
    fresh = Calibration()
    assert Calibration.apply_to(torch.tensor(0.0), fresh.coarse) == 0.5
    assert Calibration.apply_to(torch.tensor(2.0), torch.tensor([0.5, -1.0])) == 0.5
    assert Calibration.apply_to(torch.tensor(1.0), fresh.moment) == torch.tensor(1.0).sigmoid()


def test_presence_weighs_the_network_the_standing_and_the_length():
    fitted, logits, standings = Calibration(), torch.tensor([2.0, -1.0]), torch.tensor([1.0, 4.0])
    torch.testing.assert_close(fitted.present(logits, standings, 100), logits.sigmoid())
    fitted.presence.copy_(torch.tensor([0.5, 2.0, -0.25, 0.3]))
    expected = 0.5 * logits + 2 * standings - 0.25 * np.log(100) + 0.3
    torch.testing.assert_close(fitted.present(logits, standings, 100), expected.sigmoid())


def test_padded_clips_do_not_count_for_presence():
    torch.manual_seed(0)
    head, decoded = PresenceHead(8), torch.randn(1, 9, 8)
    mask = torch.arange(9)[None] < 6
    with torch.no_grad():
        padded = head(decoded.masked_fill(~mask[..., None], 50.0), mask)
        torch.testing.assert_close(padded, head(decoded[:, :6], mask[:, :6]))


def test_stretches_overlap_by_half():
    assert stretch_starts(STRETCH + 3 * STRIDE) == [0, STRIDE, 2 * STRIDE, 3 * STRIDE]
    assert stretch_starts(STRETCH + 10) == [0, 10]
    assert stretch_starts(1) == [0]
