"""Clips and sentences in one space: unit lengths, the expected class embedding, means of rows."""

import numpy as np
import torch
from torch.nn import functional as F

from tests.model.samples import QUERY, rows, small_matcher
from visionaryvids.model.alignment import (
    CLASS_SHARE,
    TEMPERATURE,
    Alignment,
    AlignmentSize,
    expected_class_embedding,
    mean_rows,
)


def unit_length(x):
    return torch.allclose(x.norm(dim=-1), torch.ones(x.shape[:-1]), atol=1e-5)


def test_clips_and_sentences_have_length_one():
    alignment = small_matcher().alignment
    clips = alignment.clips(torch.from_numpy(rows(11)))
    sentences = alignment.sentences(F.normalize(torch.from_numpy(rows(4, QUERY)), dim=1))
    for view in (*clips.views, sentences):
        assert unit_length(view)
    assert all(s.abs().max() < 1.0001 for s in clips.similarities(sentences))


def test_the_joint_view_is_the_sum_of_both():
    alignment = small_matcher().alignment
    video = torch.from_numpy(rows(5))
    found = alignment.clips(video)
    learned = video @ alignment.feature_map + alignment.feature_offset
    expected = expected_class_embedding(
        video @ alignment.classifier.T + alignment.classifier_bias, alignment.class_names
    )
    classes = (expected - alignment.class_center) @ alignment.class_map
    torch.testing.assert_close(found.best, F.normalize(learned + CLASS_SHARE * classes, dim=1))
    torch.testing.assert_close(found.views[2], F.normalize(classes, dim=1))


def slow_expectation(logits, names):
    weight = np.exp((logits - logits.max()) / TEMPERATURE)
    mean = sum(w * name for w, name in zip(weight / weight.sum(), names, strict=True))
    return mean / np.linalg.norm(mean)


def test_expected_class_embedding_is_the_mean_of_what_classes_mean():
    logits, names = 3 * rows(6, 80), rows(80, 8, seed=1)
    found = expected_class_embedding(torch.from_numpy(logits), torch.from_numpy(names))
    expected = np.stack([slow_expectation(row.astype(np.float64), names) for row in logits])
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_means_of_rows():
    video = torch.arange(8.0)[:, None].repeat(1, 2)
    assert mean_rows(video, 3)[:, 0].tolist() == [1.0, 4.0, 6.5]
    assert torch.equal(mean_rows(video, 1), video)
    assert mean_rows(video, 20)[:, 0].tolist() == [3.5]


def test_similarities_of_pooled_rows_are_means():
    alignment = small_matcher().alignment
    clips = alignment.clips(torch.from_numpy(rows(8)))
    asked = alignment.sentences(F.normalize(torch.from_numpy(rows(2, QUERY)), dim=1))
    for fine, coarse in zip(clips.similarities(asked), clips.pooled(3).similarities(asked), strict=True):
        torch.testing.assert_close(coarse.T, mean_rows(fine.T, 3))


def test_every_tensor_is_saved():
    size = AlignmentSize(features=5, classes=4, sentence=3)
    state = Alignment(size).state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == Alignment.shapes(size)


def test_standing_is_above_what_the_query_has_with_any_clip():
    """The same similarity says more of a sentence that is seldom alike to anything."""
    alignment = small_matcher().alignment
    generator = torch.Generator().manual_seed(3)
    clips = torch.nn.functional.normalize(torch.randn(500, alignment.size.sentence, generator=generator), dim=1)
    alignment.clip_mean.copy_(clips.mean(0))
    alignment.clip_covariance.copy_(clips.T.cov(correction=0))
    asked = clips[:4]
    similarity = torch.full((4,), 0.5)
    with_all = asked @ clips.T
    expected = (similarity - with_all.mean(1)) / with_all.std(1, correction=0)
    assert torch.allclose(alignment.standing(asked, similarity), expected, atol=1e-4)
