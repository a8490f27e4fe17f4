"""Your own data: examples from annotations and features, the split, and what is refused."""

import json
import logging

import numpy as np
import pytest

from tests.data.own import edit_line, write_own
from tests.model.umt import quick
from visionaryvids.annotations.custom import read
from visionaryvids.data import custom, custom_split
from visionaryvids.data.arrays import read_array
from visionaryvids.data.prepare import prepared_widths
from visionaryvids.errors import AnnotationError, ConfigError, FeatureError


@pytest.fixture
def own(tmp_path):
    return write_own(tmp_path)


def every(splits):
    return {e.annotation.video_id: e for examples in splits.values() for e in examples}


def test_examples_hold_rows_words_and_labels_on_one_grid(own):
    path, features = own
    examples = every(custom.load(path, features))
    assert sorted(examples) == [f"v{n}" for n in range(6)]
    first = examples["v0"]
    np.testing.assert_array_equal(first.features.video_TD, read_array(features / "video_features" / "v0.npy"))
    np.testing.assert_array_equal(first.features.audio_TD, read_array(features / "audio_features" / "v0.npy"))
    assert first.query.text == "a dog runs"
    assert first.query.tokens_LD.shape[1] == 384
    np.testing.assert_array_equal(first.saliency_T, [0] * 6 + [0.75] * 4 + [0] * 10)
    assert first.annotation.duration_s == 20.0
    assert examples["v5"].annotation.windows_s.shape == (0, 2)


def test_a_silent_video_among_others_hears_zeros(own):
    examples = every(custom.load(*own))
    assert not examples["v1"].features.audio_TD.any()
    assert examples["v1"].features.audio_TD.shape == (21, 129)


def test_where_all_are_silent_there_is_no_sound(own):
    path, features = own
    for file in (features / "audio_features").iterdir():
        file.unlink()
    assert all(e.features.audio_TD is None for e in every(custom.load(path, features)).values())


@pytest.mark.parametrize("name", ["qvhighlights", "tvsum", "charades", "charades_flow"])
def test_rows_of_any_set_come_as_its_networks_want_them(tmp_path, monkeypatch, name):
    monkeypatch.setattr(custom, "encoder_set", quick)
    path, features = write_own(tmp_path, videos=3, encoders=quick(name))
    example = every(custom.load(path, features))["v2"]
    widths = [
        None if rows is None else rows.shape[1] for rows in (example.features.video_TD, example.features.audio_TD)
    ]
    assert tuple(widths) == prepared_widths(quick(name).spec)
    if name.startswith("charades"):
        np.testing.assert_allclose(np.linalg.norm(example.features.video_TD, axis=1), 1, rtol=1e-5)


def test_the_split_goes_by_video_is_said_once_and_stays(own, caplog):
    with caplog.at_level(logging.WARNING):
        first, again = (custom.load(*own) for _ in range(2))
    videos = {name: {a.video_id for a in part.annotations} for name, part in first.items()}
    assert videos == {name: {a.video_id for a in part.annotations} for name, part in again.items()}
    assert not videos["train"] & videos["test"]
    [record] = caplog.records
    assert "no field 'split': 5 videos are for learning and 1 for testing" in record.message


def test_further_videos_move_no_other_one():
    few, many = ({f"v{n}" for n in range(count)} for count in (40, 400))
    before, after = custom_split._by_hash(few), custom_split._by_hash(many)
    assert all(after[name] == split for name, split in before.items())
    assert 40 < sum(split == "test" for split in after.values()) < 120
    assert sorted(custom_split._by_hash({"a", "b"}).values()) == ["test", "train"]


def test_the_file_s_own_split_holds(own):
    path, features = own
    for number, split in enumerate(["train", "train", "val", "val", "test", "test"], start=1):
        edit_line(path, number, split=split)
    splits = custom.load(path, features)
    assert {name: [a.video_id for a in part.annotations] for name, part in splits.items()} == {
        "train": ["v0", "v1"],
        "val": ["v2", "v3"],
        "test": ["v4", "v5"],
    }
    assert custom_split.judged_on(custom_split.split_of(path, read(path))) == "val"


def test_one_video_cannot_be_split(tmp_path):
    with pytest.raises(AnnotationError, match="annotate a second video"):
        custom.load(*write_own(tmp_path, videos=1))


def test_features_that_do_not_say_what_made_them_are_refused(own):
    path, features = own
    (features / "encoders.json").unlink()
    with pytest.raises(FeatureError, match="visionaryvids extract"):
        custom.load(path, features)
    with pytest.raises(FeatureError, match="no such folder"):
        custom.load(path, features / "nowhere")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 0}, "features with version 0; expected version 1"),
        ({"clip_s": 2.0}, "features with clip_s 2.0; expected clip_s 1.0"),
        ({"settings": {}}, "extract them again with encoder lite"),
        ({"name": "heavy"}, "unknown name 'heavy'"),
    ],
)
def test_features_of_other_encoders_are_refused(own, change, message):
    path, features = own
    about = json.loads((features / "encoders.json").read_text())
    (features / "encoders.json").write_text(json.dumps({**about, "spec": about["spec"] | change}))
    with pytest.raises(ConfigError, match=message):
        custom.load(path, features)


def test_rows_of_another_width_are_refused(own):
    path, features = own
    np.save(features / "video_features" / "v0.npy", np.zeros((20, 7), np.float16))
    with pytest.raises(FeatureError, match="7 columns"):
        every(custom.load(path, features))
