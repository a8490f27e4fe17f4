"""Captioned clips: what is in the folder comes back, and what is wrong with it is named; no pickle is ever run."""

import json
import pickle

import numpy as np
import pytest

from tests.shared import SHARED, needs_shared
from visionaryvids.data.captioned import load
from visionaryvids.errors import AnnotationError, FeatureError, InputError

ROWS = np.arange(12, dtype=np.float32).reshape(6, 2)
CLIPS = [{"id": "a", "caption": "a dog"}, {"id": "b", "caption": "a cat"}]


def write(folder, clips=CLIPS, **arrays):
    (folder / "clips.json").write_text(json.dumps(clips))
    np.savez(folder / "features.npz", **{"features": ROWS, "offsets": np.array([0, 2, 6]), **arrays})
    return folder


def test_clips_come_back_in_order(tmp_path):
    first, second = load(write(tmp_path))
    assert (first.clip_id, first.caption) == ("a", "a dog")
    np.testing.assert_array_equal(first.rows_TD, ROWS[:2])
    np.testing.assert_array_equal(second.rows_TD, ROWS[2:])
    assert first.rows_TD.dtype == np.float32
    assert not first.rows_TD.flags.writeable


@pytest.mark.parametrize(
    "arrays",
    [
        {"offsets": np.array([0, 2])},
        {"offsets": np.array([0, 2, 5])},
        {"offsets": np.array([1, 2, 6])},
        {"offsets": np.array([0, 0, 6])},
        {"offsets": np.array([0, 9, 6])},
        {"offsets": np.array([0, np.nan, 6])},
        {"offsets": np.array(["0", "2", "6"])},
        {"offsets": np.array([[0, 2, 6]])},
        {"offsets": np.array(6)},
        {"features": ROWS[0]},
        {"features": np.where(ROWS == 3, np.nan, ROWS)},
        {"features": np.where(ROWS == 3, np.inf, ROWS)},
        {"features": ROWS.astype(str)},
    ],
)
def test_arrays_that_do_not_fit_are_a_feature_error(tmp_path, arrays):
    with pytest.raises(FeatureError, match=r"features\.npz"):
        load(write(tmp_path, **arrays))


@pytest.mark.parametrize(
    "clips",
    [[], {}, 3, None, "text", ["a", "b"], [{"id": "a"}], [{"id": "a", "caption": 3}], [{"id": "", "caption": "x"}]],
)
def test_what_is_no_list_of_captions_is_an_annotation_error(tmp_path, clips):
    with pytest.raises(AnnotationError, match=r"clips\.json"):
        load(write(tmp_path, clips))


def test_missing_files_are_named(tmp_path):
    with pytest.raises(InputError, match=r"clips\.json"):
        load(tmp_path)
    write(tmp_path)
    (tmp_path / "features.npz").unlink()
    with pytest.raises(FeatureError, match=r"features\.npz"):
        load(tmp_path)


def test_a_missing_array_is_named(tmp_path):
    write(tmp_path)
    np.savez(tmp_path / "features.npz", features=ROWS)
    with pytest.raises(FeatureError, match="offsets"):
        load(tmp_path)


class Trap:
    def __reduce__(self):
        return pytest.fail, ("a pickle was run",)


def test_pickles_are_refused_and_never_run(tmp_path):
    write(tmp_path, offsets=np.array([Trap(), Trap(), Trap()], object))
    with pytest.raises(FeatureError):
        load(tmp_path)
    (tmp_path / "features.npz").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(FeatureError):
        load(tmp_path)


def test_damaged_archives_are_a_feature_error(tmp_path):
    whole, random = write(tmp_path).joinpath("features.npz").read_bytes(), np.random.default_rng(0)
    for size in range(0, len(whole), 40):
        (tmp_path / "features.npz").write_bytes(whole[:size])
        with pytest.raises(FeatureError):
            load(tmp_path)
    for _ in range(150):
        content = bytearray(whole)
        for place in random.integers(0, len(content), 3):
            content[place] = random.integers(0, 256)
        (tmp_path / "features.npz").write_bytes(content)
        try:
            load(tmp_path)  # what no checksum covers may change
        except FeatureError:
            continue


@needs_shared
def test_the_real_folder():
    clips = load(SHARED / "data" / "clips1k")
    assert len(clips) == 812
    assert {clip.rows_TD.shape[1] for clip in clips} == {1280}
    assert min(len(clip.rows_TD) for clip in clips) >= 9
    assert len({clip.clip_id for clip in clips}) == 812
