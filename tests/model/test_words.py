"""The alignment of text tracks: silence is like nothing, neighbours are weighed, and a head survives its file."""

import numpy as np
import torch
from torch.nn import functional as F

from tests.model.samples import CHANNELS, rows, sentence, small_matcher
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.model.answer import answer
from visionaryvids.model.matcher import Matcher
from visionaryvids.model.matcher_file import load_matcher, save_matcher
from visionaryvids.model.words import REACHES, WordAlignment, neighbourhood
from visionaryvids.types import Features

WIDTH = 24
TRACK = FeatureSpec("track", 1, 2.0, WIDTH, None, WIDTH, {})


def alignment() -> WordAlignment:
    words = WordAlignment(WIDTH)
    for index, value in enumerate(words.buffers()):
        value.copy_(torch.from_numpy(rows(value.numel(), 1, index)).reshape(value.shape) / 10)
    return words.eval()


def test_where_nothing_is_said_nothing_is_alike_and_the_rest_has_unit_length():
    said_TE = torch.from_numpy(rows(30, WIDTH))
    said_TE[10:15] = 0
    aligned = alignment().clips(said_TE)
    asked_QE = alignment().sentences(torch.from_numpy(rows(3, WIDTH, 4)))
    near_QT = aligned.similarities(asked_QE)[0]
    assert not near_QT[:, 10:15].any()
    lengths_T = aligned.best.norm(dim=1)
    torch.testing.assert_close(lengths_T[:10], torch.ones(10))
    torch.testing.assert_close(asked_QE.norm(dim=1), torch.ones(3))


def test_similarities_in_a_neighbourhood_are_weighted_means_of_similarities():
    """Written out row by row, with weights that fall to 1/e at the reach, and only real rows counted."""
    aligned = alignment().clips(torch.from_numpy(rows(20, WIDTH)))
    asked_QE = F.normalize(torch.from_numpy(rows(2, WIDTH, 9)), dim=1)
    near_QT, *others = aligned.similarities(asked_QE)
    for reach, found_QT in zip(REACHES, others, strict=True):
        for t in range(20):
            gap_T = (torch.arange(20) - t).abs()
            weight_T = torch.where(gap_T <= int(4 * reach), (-gap_T / reach).exp(), 0)
            expected_Q = (near_QT * weight_T).sum(1) / weight_T.sum()
            torch.testing.assert_close(found_QT[:, t], expected_Q, atol=1e-5, rtol=0)


def test_what_does_not_change_is_its_own_neighbourhood():
    same_TE = torch.ones(9, WIDTH)
    torch.testing.assert_close(neighbourhood(same_TE, 4.0), same_TE)


def test_a_head_for_words_survives_its_file(tmp_path):
    matcher = Matcher(TRACK, alignment(), small_matcher().network.config)
    matcher.network = small_matcher().network
    assert matcher.network.config.video_dim == CHANNELS
    save_matcher(tmp_path / "words.safetensors", matcher.eval(), {"seed": 1})
    answers = []
    for head in (matcher, load_matcher(tmp_path / "words.safetensors")):
        footage = head.watch(Features(2.0, rows(40, WIDTH), None))
        asked_1E = head.ask([sentence(1, WIDTH)])
        answers += answer(head, footage, asked_1E, ["q"], clip_s=2.0, duration_s=80.0, top=3)
    assert answers[0].moments == answers[1].moments
    assert answers[0].present == answers[1].present
    np.testing.assert_array_equal(answers[0].saliency_T, answers[1].saliency_T)
