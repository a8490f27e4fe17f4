"""From looks to answers: moments across seams are one, edges cut, nothing repeats, and hours of video fit in memory."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from tests.model.samples import rows, sentence, small_matcher
from visionaryvids.intervals import windows_from_clips
from visionaryvids.model.alignment import Aligned, Alignment, AlignmentSize
from visionaryvids.model.answer import (
    CANDIDATES,
    MAX_LOOKS,
    _candidates,
    _pairs,
    answer,
    whole_moments,
)
from visionaryvids.model.calibration import Calibration
from visionaryvids.model.matcher import STRETCH, Footage, Matcher, compare, scales_of
from visionaryvids.model.moments import highlights, merged, merged_all
from visionaryvids.model.network import Outputs
from visionaryvids.model.stretches import STRIDE, blend
from visionaryvids.types import Features, Moment

TOPICS = F.normalize(torch.from_numpy(rows(3, 16, seed=2)), dim=1)
"""What a made video may show: 0 is everywhere, 1 and 2 where a test says so."""


class RuleMatcher(Matcher):
    """Its network is a rule: clips whose similarity is above a half match, each run of them is a moment, and the whole
    stretch is hardly one."""

    def __init__(self) -> None:
        torch.nn.Module.__init__(self)
        self.alignment = Alignment(AlignmentSize(4, 2, TOPICS.size(1)))
        self.calibration = Calibration()

    def look(self, comparison, query_P, stretch_P):
        scale, width = comparison.scale, comparison.scale.relations.mask_BT.size(1)
        rows_PW = scale.starts_S[stretch_P][:, None] + torch.arange(width)
        inside_PW = comparison.similarities[0][query_P[:, None], rows_PW] > 0.5
        runs = [torch.from_numpy(windows_from_clips(inside_W, 1.0)) for inside_W in inside_PW]
        edges_PN2 = pad_sequence([torch.cat((torch.tensor([[0.0, width]]), run)) for run in runs], batch_first=True)
        mask_PN = torch.arange(edges_PN2.size(1)) < torch.tensor([[1 + len(run)] for run in runs])
        quality_PN = torch.where(mask_PN, 4.0, 9.0)  # padding says what it likes
        quality_PN[:, 0] = -6.0
        return Outputs(
            scale.relations.mask_BT[stretch_P],
            inside_PW * 8.0 - 4.0,
            presence_B=torch.where(inside_PW.any(1), 5.0, -5.0),
            quality_BN=quality_PN,
            edges_BN2=edges_PN2,
            proposal_mask_BN=mask_PN,
        )


def made_video(num_clips, *spans):
    """Footage that shows topic 0, and topic 1 + i in the i-th span of clips."""
    topic = torch.zeros(num_clips, dtype=torch.long)
    for index, (start, end) in enumerate(spans):
        topic[start:end] = 1 + index
    view = TOPICS[topic]
    return Footage(tuple(scales_of(Aligned((view, view, view)), view)), np.linspace(0.2, 0.9, num_clips))


def ask(footage, *topics, duration_s=None, top=5):
    queries = [f"topic {topic}" for topic in topics]
    return about(footage, queries, TOPICS[list(topics)], duration_s, top)


def about(footage, queries, asked, duration_s=None, top=5):
    duration_s = float(footage.num_clips) if duration_s is None else duration_s
    return answer(RuleMatcher(), footage, asked, queries, clip_s=1.0, duration_s=duration_s, top=top)


@pytest.mark.parametrize("num_clips", [1, 2, STRETCH - 1, STRETCH, STRETCH + 1, 2 * STRETCH, 700])
def test_videos_of_any_length_are_answered(num_clips):
    [there, absent] = ask(made_video(num_clips, (num_clips - 1, num_clips)), 1, 2)
    assert there.moments[0].start_s == num_clips - 1
    assert there.moments[0].end_s == num_clips
    assert there.present > 0.9
    assert absent.present < 0.1
    assert len(there.saliency_T) == num_clips
    assert there.saliency_T.argmax() == num_clips - 1


@pytest.mark.parametrize("start", [STRIDE - 8, STRETCH - 8, 2 * STRETCH - 30, 3])
@pytest.mark.parametrize("length", [16, 40, 73])
def test_a_moment_across_a_seam_is_one_moment(start, length):
    [found] = ask(made_video(700, (start, start + length)), 1)
    likely = [moment for moment in found.moments if moment.score > 0.5]
    assert likely == [Moment(start, start + length, pytest.approx(likely[0].score))]
    inside = found.saliency_T > 0.5
    assert np.flatnonzero(inside).tolist() == list(range(start, start + length))


@pytest.mark.parametrize(("start", "end"), [(0, 700), (100, 500), (400, 700), (301, 420)])
def test_a_long_moment_is_found_at_a_coarser_scale(start, end):
    [found] = ask(made_video(700, (start, end)), 1)
    best = found.moments[0]
    assert best.score > 0.9
    assert abs(best.start_s - start) <= 9
    assert abs(best.end_s - end) <= 9
    assert all(moment.score < 0.5 for moment in found.moments[1:])


def test_each_query_has_its_own_moments():
    footage = made_video(500, (20, 40), (200, 230))
    first, second = ask(footage, 1, 2)
    assert [moment.start_s for moment in first.moments if moment.score > 0.5] == [20]
    assert [moment.start_s for moment in second.moments if moment.score > 0.5] == [200]


def test_at_most_top_moments():
    footage = made_video(300, (20, 40))
    [every] = ask(footage, 1, top=99)
    assert len(every.moments) > 1
    for top in (0, 1):
        assert ask(footage, 1, top=top)[0].moments == every.moments[:top]


def test_the_network_looks_at_the_most_similar_stretches_only():
    footage = made_video(3000, (1500, 1510))
    comparison = next(compare(footage, TOPICS[[1]]))
    looked = footage.scales[0].starts_S[_pairs(comparison)[:, 1]]
    assert len(looked) == MAX_LOOKS < len(footage.scales[0].starts_S)
    assert sum(bool(start <= 1500 and start + STRETCH >= 1510) for start in looked) == 2


def test_candidates_are_the_best_of_what_is_proposed():
    """Padding has the highest logits here; it is none of the candidates, and takes no place of one."""
    random = np.random.default_rng(0)
    quality_PN = torch.from_numpy(random.standard_normal((3, 2 * CANDIDATES)).astype(np.float32))
    edges_PN2 = torch.from_numpy(random.random((3, 2 * CANDIDATES, 2)).astype(np.float32))
    counts = [CANDIDATES + 5, CANDIDATES - 7, 0]
    mask_PN = torch.arange(2 * CANDIDATES) < torch.tensor(counts)[:, None]
    quality_PN[~mask_PN] += 99
    outputs = Outputs(mask_PN, quality_BN=quality_PN, edges_BN2=edges_PN2, proposal_mask_BN=mask_PN)
    for pair, (found, count) in enumerate(zip(_candidates(outputs), counts, strict=True)):
        order = quality_PN[pair, :count].argsort(descending=True)[:CANDIDATES]
        np.testing.assert_array_equal(found[:, 2], quality_PN[pair, order])
        np.testing.assert_array_equal(found[:, :2], edges_PN2[pair, order])


def test_moments_that_the_videos_end_makes_alike_are_one():
    """Two moments overlap by 0.37; what the video has of them, by 0.54: its last clip lasts half a second."""
    both = np.array([[8.5, 9.5, 0.9], [8.95, 10.0, 0.8]])
    assert merged(both, clip_s=1.0, duration_s=10.0, top=9) == (Moment(8.5, 9.5, 0.9), Moment(8.95, 10.0, 0.8))
    assert merged(both, clip_s=1.0, duration_s=9.5, top=9) == (Moment(8.5, 9.5, 0.9),)


def test_edges_that_have_changed_places_are_no_moment_and_take_no_place_of_one():
    moments = np.array([[6.0, 4.0, 0.9], [3.0, 3.0, 0.8], [3.0, 7.0, 0.3], [9.0, 12.0, 0.2]])
    assert merged(moments, clip_s=2.0, duration_s=40.0, top=1) == (Moment(6.0, 14.0, 0.3),)


def test_the_moments_of_many_queries_are_those_of_each():
    """Different numbers of them, one query with none."""
    random = np.random.default_rng(0)
    queries = [np.sort(random.uniform(0, [50, 50, 1], (count, 3)), axis=1)[:, [1, 2, 0]] for count in (30, 0, 7)]
    together = merged_all(queries, clip_s=2.0, duration_s=90.0, top=5)
    assert together == [merged(moments, clip_s=2.0, duration_s=90.0, top=5) for moments in queries]
    assert list(map(len, together)) == [5, 0, len(together[2])]


def test_one_stretch_that_has_it_is_enough():
    """The rule's logit is 5 where a stretch has it, and -5 elsewhere."""
    there, absent = ask(made_video(700, (300, 310)), 1, 2)
    assert there.present == pytest.approx(1 / (1 + np.exp(-5)))
    assert absent.present == pytest.approx(1 / (1 + np.exp(5)))


def test_cut_moments_are_dropped_at_inner_edges_only():
    cut_left, cut_right, whole = (0.0, 10.0, 1.0), (120.0, 150.0, 2.0), (5.0, 20.0, 3.0)
    moments = np.array([cut_left, cut_right, whole])
    inner = whole_moments(moments, start=75, length=150, num_rows=400, clips_a_row=1)
    np.testing.assert_array_equal(inner, [[80, 95, 3]])
    first = whole_moments(moments, start=0, length=150, num_rows=400, clips_a_row=1)
    np.testing.assert_array_equal(first, [[0, 10, 1], [5, 20, 3]])
    last = whole_moments(moments, start=250, length=150, num_rows=400, clips_a_row=1)
    np.testing.assert_array_equal(last, [[370, 400, 2], [255, 270, 3]])
    only = whole_moments(moments, start=0, length=150, num_rows=150, clips_a_row=1)
    np.testing.assert_array_equal(only, moments)


def test_coarse_scales_tell_of_long_moments_only():
    moments = np.array([[10.0, 20.0, 1.0], [10.0, 40.0, 2.0]])
    found = whole_moments(moments, start=0, length=150, num_rows=150, clips_a_row=9)
    np.testing.assert_array_equal(found, [[90, 360, 2]])


def test_a_look_counts_most_in_its_middle():
    low, high = np.zeros(5, np.float32), np.ones(5, np.float32)
    found = blend(np.full(9, 0.25), [(0, low), (3, high)])
    np.testing.assert_allclose(found, [0, 0, 0, 1 / 3, 2 / 3, 1, 1, 1, 0.25])


def test_highlights_are_the_runs_that_stand_out():
    curve = np.full(20, 0.2)
    curve[3:6], curve[10], curve[18:] = (0.8, 0.9, 0.8), 1.0, 0.95
    found = highlights(curve, clip_s=2.0, duration_s=39.0, top=2)
    assert found == (Moment(20.0, 22.0, 1.0), Moment(36.0, 39.0, 0.95))
    assert len(highlights(curve, 2.0, 39.0, top=9)) == 3
    assert highlights(np.full(4, 0.5), 1.0, 4.0, top=3) == (Moment(0.0, 4.0, 0.5),)


def test_without_a_query_the_video_always_has_something():
    matcher = small_matcher()
    footage = matcher.watch(Features(1.0, rows(200), None))
    asked = matcher.ask([sentence(1)])
    interesting, asked_for = answer(matcher, footage, asked, [None, "q"], clip_s=1.0, duration_s=200.0, top=3)
    assert interesting.present == 1.0
    assert interesting.moments
    assert 0 < asked_for.present < 1


@pytest.mark.parametrize("places", [(None, 1, 2), (1, None, 2), (2, None, None, 1), (None,), ()])
def test_none_among_sentences_is_answered_with_the_videos_interest(places):
    footage = made_video(400, (20, 40), (200, 230))
    queries = [None if topic is None else f"topic {topic}" for topic in places]
    answers = about(footage, queries, TOPICS[[topic for topic in places if topic is not None]])
    assert [found.query for found in answers] == queries
    for topic, found in zip(places, answers, strict=True):
        if topic is None:
            np.testing.assert_array_equal(found.saliency_T, footage.interest_T)
            assert found.present == 1.0
            assert found.moments == highlights(footage.interest_T, 1.0, 400.0, top=5)
        else:
            assert found.moments[0].start_s == (20, 200)[topic - 1]
            assert found.present > 0.9


HOURS = """
import resource, sys
import numpy as np
from tests.model.samples import LITTLE, rows, sentence, small_matcher
from dataclasses import replace
from visionaryvids.model.answer import answer
from visionaryvids.types import Features

matcher, clips = small_matcher(spec=replace(LITTLE, video_dim=1280, query_dim=384)), 3 * 3600
features = Features(1.0, rows(clips, 1280), None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
footage = matcher.watch(features)
queries = [sentence(seed, 384) for seed in range(4)]
found = answer(matcher, footage, matcher.ask(queries), [q.text for q in queries],
               clip_s=1.0, duration_s=float(clips), top=5)
assert all(len(each.moments) == 5 for each in found)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.slow
def test_three_hours_are_answered_in_bounded_memory():
    done = subprocess.run([sys.executable, "-c", HOURS], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 90  # MiB beside the features, which take 53: no copy of them, but relations
