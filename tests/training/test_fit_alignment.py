"""The closed-form fit: a planted map is found, whitening cuts what captions never say, equal data give equal fits."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests.model.samples import rows
from visionaryvids.training.alignment import Classes, fit_alignment

D, E, C, RANK = 40, 16, 10, 5


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def planted(clips, seed, noise=0.05):
    """Clips whose caption is a linear function of what is seen, which a few numbers decide."""
    latent = rows(clips, RANK, seed)
    seen, said = latent @ rows(RANK, D, 98), unit(latent @ rows(RANK, E, 99) + 2 * unit(rows(1, E, 97)))
    features = [mean + noise * rows(6, D, 1000 * seed + index) + 3 for index, mean in enumerate(seen)]
    return features, said.astype(np.float32)


def classes():
    return Classes(rows(C, D, 1), rows(1, C, 2)[0], unit(rows(C, E, 3)).astype(np.float32))


@pytest.fixture(scope="module")
def fitted():
    return fit_alignment(*planted(80, seed=1), classes())


def test_a_planted_map_is_recovered(fitted):
    """Clips that the fit has never seen are nearest to their own caption."""
    features, captions = planted(20, seed=2)
    clips = torch.stack([fitted.clips(torch.from_numpy(each)).views[1].mean(0) for each in features])
    similarity = fitted.sentences(torch.from_numpy(captions)) @ F.normalize(clips, dim=1).T
    assert (similarity.argmax(1) == torch.arange(20)).float().mean() > 0.9
    assert similarity.diagonal().mean() > 0.8


def test_fitted_clips_have_mean_length_one(fitted):
    features, _ = planted(80, seed=1)
    mean = torch.from_numpy(np.stack([each.mean(0) for each in features]))
    assert (mean @ fitted.feature_map + fitted.feature_offset).norm(dim=1).mean().item() == pytest.approx(1, abs=1e-3)
    torch.testing.assert_close(fitted.feature_center, mean.mean(0), atol=1e-4, rtol=0)


def test_equal_data_give_equal_fits(fitted):
    again = fit_alignment(*planted(80, seed=1), classes())
    assert all(torch.equal(a, b) for a, b in zip(fitted.buffers(), again.buffers(), strict=True))


def test_directions_that_no_caption_has_are_cut(fitted):
    """Captions span `RANK` + 1 directions about their centre; the map keeps nothing else, and is symmetric."""
    _, captions = planted(80, seed=1)
    spanned = np.linalg.svd(captions - captions.mean(0), full_matrices=True)
    kept, cut = (torch.from_numpy(part) for part in (spanned[2][: RANK + 1], spanned[2][RANK + 1 :]))
    assert (cut @ fitted.sentence_map).abs().max() < 1e-4
    assert (kept @ fitted.sentence_map).norm(dim=1).min() > 0.1
    torch.testing.assert_close(fitted.sentence_map, fitted.sentence_map.T, atol=1e-6, rtol=0)


def test_whitening_evens_directions_out_in_part(fitted):
    _, captions = planted(80, seed=1)
    centred = F.normalize(torch.from_numpy(captions) - fitted.sentence_center, dim=1)
    before, after = (torch.linalg.svdvals(x)[: RANK + 1] for x in (centred, centred @ fitted.sentence_map))
    assert 1 < after[0] / after[-1] < before[0] / before[-1]


def test_the_classifier_is_taken_as_it_is(fitted):
    known = classes()
    np.testing.assert_array_equal(fitted.classifier, known.weight_CD)
    np.testing.assert_array_equal(fitted.classifier_bias, known.bias_C)
    np.testing.assert_array_equal(fitted.class_names, known.names_CE)


def test_inputs_may_be_read_only_and_stay_as_they_are():
    (features, captions), known = planted(30, seed=1), classes()
    for array in (*features, captions, known.weight_CD, known.bias_C, known.names_CE):
        array.flags.writeable = False
    fit_alignment(features, captions, known)
