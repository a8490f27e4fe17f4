"""Loading TVSum and YouTube Highlights from folders: values, order, only what was asked for, nothing mutated."""

import logging
import shutil

import numpy as np
import pytest

from visionaryvids.annotations import splits
from visionaryvids.data import tvsum, youtube
from visionaryvids.errors import AnnotationError, ConfigError, FeatureError

from .damage import WIDTH, edit_json, sound


@pytest.fixture(scope="module")
def tv(tmp_path_factory):
    return sound("tvsum", tmp_path_factory.mktemp("tvsum"))


@pytest.fixture(scope="module")
def yt(tmp_path_factory):
    return sound("youtube", tmp_path_factory.mktemp("youtube"))


def test_tvsum_example_is_made_of_its_files(tv):
    video = "EE-bNr36nyA"
    (example,) = tvsum.load(tv, [video])
    rgb, opt = (np.load(tv / "video_features" / f"{video}_{part}.npy") for part in ("rgb", "opt"))
    np.testing.assert_array_equal(example.features.video_TD, np.hstack([rgb, opt]))
    np.testing.assert_array_equal(example.features.audio_TD, np.load(tv / "audio_features" / f"{video}.npy"))
    assert example.query is not None
    assert example.query.text == example.annotation.query
    np.testing.assert_array_equal(example.query.tokens_LD, np.load(tv / "query_features" / f"{video}.npz")["token"])
    assert example.annotation.ratings_TR is not None
    assert example.saliency_T is not None
    np.testing.assert_allclose(example.saliency_T, (example.annotation.ratings_TR.sum(1) - 20) / 80, atol=1e-6)


def test_tvsum_target_is_zero_to_one():
    np.testing.assert_array_equal(tvsum.target(np.array([[1] * 20, [5] * 20, [3] * 20], np.float32)), [0, 1, 0.5])


def test_youtube_has_no_query_and_zero_one_targets(yt):
    for example in youtube.load(yt, splits.YOUTUBE["parkour"].test):
        assert example.query is None
        assert example.annotation.ratings_TR is not None
        np.testing.assert_array_equal(example.saliency_T, example.annotation.ratings_TR[:, 0] > 0)


def test_alone_and_together_are_the_same(tv):
    together = tvsum.load(tv)
    assert len(together) == 5
    for example in together:
        (alone,) = tvsum.load(tv, [example.annotation.video_id])
        np.testing.assert_array_equal(alone.features.video_TD, example.features.video_TD)
        np.testing.assert_array_equal(alone.saliency_T, example.saliency_T)


def test_order_is_the_one_asked_for(tv):
    names = splits.TVSUM["BK"].train[::-1]
    assert tuple(e.annotation.video_id for e in tvsum.load(tv, iter(names))) == names


def test_arrays_cannot_be_changed_by_accident(tv):
    (example,) = tvsum.load(tv, ["Se3oxnaPsz0"])
    assert example.features.video_TD is not None
    with pytest.raises(ValueError, match="read-only"):
        example.features.video_TD[0] = 0


def test_only_what_is_asked_for_is_opened(tv, tmp_path):
    root = shutil.copytree(tv, tmp_path / "tv")
    keep = splits.TVSUM["BK"].test
    for path in root.rglob("*.np?"):
        if path.name.removesuffix("_rgb.npy").removesuffix("_opt.npy").split(".")[0] not in keep:
            path.unlink()
    shutil.rmtree(root / "query_features")
    assert len(tvsum.load(root, keep, use_query=False)) == 1
    with pytest.raises(FeatureError, match=r"query_features: no such folder.*\n  -> put it there"):
        tvsum.load(root, keep)


def test_unknown_video_is_refused(tv):
    with pytest.raises(AnnotationError, match=r"tvsum_anno\.json: no video '\.\./x'; expected one of its 5 videos"):
        tvsum.load(tv, ["../x"])


def test_modalities_are_cut_to_the_shortest(tv, tmp_path, caplog):
    root = shutil.copytree(tv, tmp_path / "tv")
    path = root / "audio_features" / "Se3oxnaPsz0.npy"
    audio = np.load(path)
    np.save(path, audio[:-1])
    with caplog.at_level(logging.WARNING, "visionaryvids"):
        (example,) = tvsum.load(root, ["Se3oxnaPsz0"])
    assert example.features.num_clips == len(audio) - 1
    assert example.saliency_T is not None
    assert len(example.saliency_T) == len(audio) - 1
    assert f"audio {len(audio) - 1}, labels {len(audio)} clips: cut to {len(audio) - 1}" in caplog.text


def test_a_width_unlike_its_neighbours_is_refused(tv, tmp_path):
    root = shutil.copytree(tv, tmp_path / "tv")
    np.save(root / "audio_features" / "Se3oxnaPsz0.npy", np.zeros((12, 3)))
    with pytest.raises(FeatureError, match=rf"Se3oxnaPsz0\.npy: 3 columns; expected {2 * WIDTH} columns"):
        tvsum.load(root)


def test_split_leaves_absent_videos_out_and_says_how_many(yt, tmp_path, caplog):
    gone = [*splits.YOUTUBE["parkour"].train[:2], splits.YOUTUBE["parkour"].test[0]]
    root = shutil.copytree(yt, tmp_path / "yt")
    edit_json(root / "youtube_anno.json", lambda videos: {k: v for k, v in videos.items() if k not in gone})
    with caplog.at_level(logging.WARNING, "visionaryvids"):
        split = youtube.split("parkour", root)
        youtube.split("parkour", root)
    assert (split.train, split.test) == (splits.YOUTUBE["parkour"].train[2:], splits.YOUTUBE["parkour"].test[1:])
    assert len(caplog.messages) == 1
    assert "parkour: 2 of 21 training and 1 of 11 test videos of the published split are not here" in caplog.text


def test_split_and_domains_of_a_whole_folder(tv, caplog):
    assert tvsum.split("BK", tv) == splits.TVSUM["BK"]
    assert tvsum.domains(tv) == {"BK": (*splits.TVSUM["BK"].train, *splits.TVSUM["BK"].test)}
    assert not caplog.messages


def test_split_of_an_unknown_or_empty_domain(tv):
    with pytest.raises(ConfigError, match="unknown name 'BJ'; expected one of BK, BT"):
        tvsum.split("BJ", tv)
    with pytest.raises(AnnotationError, match="0 training and 0 test videos of domain 'VT'"):
        tvsum.split("VT", tv)
