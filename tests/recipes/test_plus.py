"""`visionaryvids-plus`: descriptors are what they say, test videos play no part in learning, the committee runs."""

import json
from dataclasses import replace

import numpy as np

from tests.cli.run import here
from visionaryvids.recipes.heldout.descriptors import Describer, centrality, place, smoothed
from visionaryvids.recipes.heldout.plus import linear_scores, standardised
from visionaryvids.types import Features


def test_a_moving_mean_is_of_the_clips_that_are_there():
    rows = np.random.default_rng(1).random((11, 3)).astype(np.float32)
    by_hand = [rows[max(0, t - 2) : t + 3].mean(0) for t in range(11)]
    np.testing.assert_allclose(smoothed(rows, 5), by_hand, atol=1e-6)
    assert smoothed(rows[:2], 5).shape == (2, 3)


def test_places_run_from_one_end_to_the_other():
    found = place(21)
    np.testing.assert_allclose(found[[0, 10, 20], 0], [0, 0.5, 1])
    np.testing.assert_array_equal(found[:, 2], found[::-1, 3])
    assert np.isfinite(place(1)).all()


def test_an_odd_clip_is_the_least_central():
    rows = np.ones((9, 4), np.float32) + 0.01 * np.random.default_rng(1).random((9, 4)).astype(np.float32)
    rows[4] = [1, -1, 1, -1]
    found = centrality(rows)
    assert found[:, 0].argmin() == 4
    assert set(found[:, 2].argsort()[-2:].tolist()) == {4, 5}
    assert np.isfinite(centrality(rows[:1])).all()


def test_descriptors_standardise_the_training_videos_and_need_no_sound(domain):
    train, test = domain.train, domain.test
    for given in (train, tuple(silent(example) for example in train)):
        describe = Describer.of(given)
        rows = np.concatenate([describe(example).features.video_TD for example in given])
        np.testing.assert_allclose(rows.mean(0), 0, atol=1e-3)
        assert describe(given[0]).features.audio_TD is None
    assert Describer.of(train)(test[0]).features.num_clips == test[0].features.num_clips


def test_the_linear_member_reads_no_label_of_who_is_tested(domain):
    train, test = domain.train, domain.test
    describe = Describer.of(train)
    learned, asked = [describe(e) for e in train], [describe(e) for e in test]
    [found] = linear_scores(learned, asked)
    [blind] = linear_scores(learned, [replace(e, saliency_T=np.zeros_like(e.saliency_T)) for e in asked])
    np.testing.assert_array_equal(found, blind)
    assert np.corrcoef(found, np.asarray(test[0].saliency_T))[0, 1] > 0.2


def test_scores_that_are_all_alike_stay_so():
    assert not standardised(np.full(5, 3.0)).any()
    found = standardised(np.arange(5.0))
    np.testing.assert_allclose([found.mean(), found.std()], [0, 1], atol=1e-12)


def test_the_committee_is_tried_like_any_method(capsys, tvsum_root, tmp_path):
    told = ("--preset", "visionaryvids-plus", "--data", tvsum_root, "--out", tmp_path, "--domains", "BK", "--epochs", 1)
    ran = here(capsys, "reproduce", "table3", "--protocol", "heldout", "--pooled", "--published", *told, "--seeds", 1)
    assert ran.status == 0, ran.err
    result = json.loads((tmp_path / "tvsum-pooled-test-list-visionaryvids-plus" / "result.json").read_text())
    assert result["videos"] == {"BK": 1}
    assert here(capsys, "reproduce", "table3", *told).status == 2


def silent(example):
    return replace(example, features=Features(example.features.clip_s, example.features.video_TD, None))
