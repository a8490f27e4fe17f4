"""Loading QVHighlights and Charades-STA: values, targets, laziness, word vectors."""

import json
import pickle

import numpy as np
import pytest

from visionaryvids.data import charades, glove, qvhighlights
from visionaryvids.errors import AnnotationError, FeatureError

from .damage import WIDTH, edit_json, edit_line, sound


@pytest.fixture
def qvh(tmp_path):
    return sound("qvhighlights", tmp_path)


def test_qvhighlights_example_is_made_of_its_files(qvh):
    example = qvhighlights.find_layout(qvh).load("val", ["5"])[0]
    video = example.annotation.video_id
    parts = [np.load(qvh / folder / f"{video}.npz")["features"] for folder in ("slowfast_features", "clip_features")]
    np.testing.assert_array_equal(example.features.video_TD, np.hstack(parts))
    np.testing.assert_array_equal(example.features.audio_TD, np.load(qvh / "pann_features" / f"{video}.npy"))
    assert example.query is not None
    assert example.query.tokens_LD.shape == (5, WIDTH)
    record = json.loads((qvh / "highlight_val_release.jsonl").read_text().splitlines()[1])
    expected = np.zeros(12)
    expected[record["relevant_clip_ids"]] = np.sum(record["saliency_scores"], axis=1) / 12
    np.testing.assert_allclose(example.saliency_T, expected, atol=1e-6)


def test_qvhighlights_without_labels_and_audio(qvh):
    def strip(record):
        for key in ("relevant_windows", "relevant_clip_ids", "saliency_scores"):
            del record[key]

    edit_line(qvh / "highlight_val_release.jsonl", 1, strip)
    examples = qvhighlights.load(
        qvh / "highlight_val_release.jsonl",
        video_folders=[qvh / "clip_features"],
        audio_folder=None,
        query_folder=qvh / "clip_text_features",
    )
    assert examples[0].saliency_T is None
    assert examples[0].annotation.windows_s is None
    assert examples[0].features.audio_TD is None
    assert examples[1].saliency_T is not None


def test_qvhighlights_reads_only_when_asked(qvh):
    examples = qvhighlights.find_layout(qvh).load("train")
    (qvh / "clip_features" / f"{examples.annotations[1].video_id}.npz").unlink()
    assert len(examples) == 3
    assert examples[0].features.num_clips == 12
    with pytest.raises(FeatureError, match=r"synthetic-0002\.npy: no such file"):
        examples[1]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_odd_width_is_blamed_whatever_is_read_first(qvh, order):
    """It is the file unlike the first of the list, not the one unlike the first that was read."""
    odd = qvh / "pann_features" / "synthetic-0002.npy"
    np.save(odd, np.load(odd)[:, :3])
    examples = qvhighlights.find_layout(qvh).load("train")
    blamed = []
    for index in order:
        try:
            examples[index]
        except FeatureError as error:
            blamed.append(error.problem)
    assert [(p.where, p.found) for p in blamed] == [(str(odd), "3 columns")]


def test_qvhighlights_same_whatever_was_read_before(qvh):
    examples = qvhighlights.find_layout(qvh).load("val")
    first = examples[2]
    list(examples)
    again = pickle.loads(pickle.dumps(examples))[2]
    for other in (examples[2], again):
        np.testing.assert_array_equal(other.features.video_TD, first.features.video_TD)
        np.testing.assert_array_equal(other.saliency_T, first.saliency_T)


def test_qvhighlights_unknown_query_and_split(qvh):
    layout = qvhighlights.find_layout(qvh)
    with pytest.raises(AnnotationError, match="no qid 99"):
        layout.load("val", ["4", "99"])
    with pytest.raises(AnnotationError, match="no file of 'test'; expected one of train, val"):
        layout.load("test")


def test_find_layout_says_what_is_missing(tmp_path):
    with pytest.raises(AnnotationError, match="no annotation file; expected highlight_val_release"):
        qvhighlights.find_layout(tmp_path)
    (tmp_path / "highlight_val_release.jsonl").touch()
    with pytest.raises(FeatureError, match="no video features; expected slowfast_features and clip_features"):
        qvhighlights.find_layout(tmp_path)
    (tmp_path / "caption_features").mkdir()
    with pytest.raises(FeatureError, match="no query features; expected a folder clip_text_features or query_features"):
        qvhighlights.find_layout(tmp_path)
    (tmp_path / "query_features").mkdir()
    layout = qvhighlights.find_layout(tmp_path)
    assert [p.name for p in layout.video_folders] == ["caption_features"]
    assert layout.audio_folder is None


def test_read_split(qvh):
    split = qvhighlights.read_split(qvh)
    assert (split.train, split.test) == (("4", "5", "6"), ("7",))
    edit_json(qvh / "split.json", lambda s: s.update(val=[4]))
    with pytest.raises(AnnotationError, match="qid 4 is in both lists"):
        qvhighlights.read_split(qvh)
    (qvh / "split.json").write_text("[1]")
    with pytest.raises(AnnotationError, match="no lists 'train' and 'val'"):
        qvhighlights.read_split(qvh)


VECTORS = {"a": np.array([1, 0], np.float32), "door": np.array([0, 2], np.float32), "'s": np.ones(2, np.float32)}


def test_read_glove_takes_only_the_words_needed(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text("the 0.1 0.2\ndoor -1 2e-1\nbroken x y\n")
    vectors = glove.read_glove(path, {"door", "absent"})
    assert list(vectors) == ["door"]
    np.testing.assert_array_equal(vectors["door"], np.array([-1, 0.2], np.float32))
    with pytest.raises(FeatureError, match=r"glove\.txt:3: 'x y"):
        glove.read_glove(path, {"broken"})
    with pytest.raises(FeatureError, match="none of 1 words"):
        glove.read_glove(path, {"absent"})
    with pytest.raises(
        FeatureError, match=r"no such file; expected one of glove\.6B\.300d\.txt, .*\n  -> put it there"
    ):
        glove.read_glove(tmp_path / "no.txt", {"door"})
    with pytest.raises(FeatureError, match="cannot be read"):
        glove.read_glove(tmp_path, {"door"})
    path.write_text("the 0.1 0.2\ndoor 1\n")
    with pytest.raises(FeatureError, match=r"vectors of \[1, 2\] numbers"):
        glove.read_glove(path, {"the", "door"})
    named = path.rename(tmp_path / "glove.6B.300d.txt")
    with pytest.raises(FeatureError, match=r"vectors of \[2\] numbers; expected 300 numbers a word, as its name says"):
        glove.read_glove(named, {"the"})


@pytest.fixture
def sta(tmp_path):
    (tmp_path / "charades_sta_test.txt").write_text("AB 0.5 1.0##A person's door.\nAB 0 1##a door.\n")
    for folder, width in (("rgb_features", 4), ("audio_features", 2)):
        (tmp_path / folder).mkdir()
        np.save(tmp_path / folder / "AB.npy", np.random.default_rng(0).normal(size=(9, width)).astype(np.float16) * 9)
    return tmp_path


def load_charades(root, **more):
    return charades.load(
        root / "charades_sta_test.txt",
        video_folder=root / "rgb_features",
        audio_folder=root / "audio_features",
        query_vectors=VECTORS,
        **more,
    )


def test_charades_features_have_length_one(sta):
    example = load_charades(sta)[0]
    raw = np.load(sta / "rgb_features" / "AB.npy").astype(np.float32)
    assert example.features.video_TD is not None
    assert example.features.audio_TD is not None
    np.testing.assert_allclose(np.linalg.norm(example.features.video_TD, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(example.features.audio_TD, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(example.features.video_TD[3], raw[3] / np.linalg.norm(raw[3]), atol=1e-6)
    assert example.saliency_T is None


def test_charades_query_and_vocabulary(sta):
    example = pickle.loads(pickle.dumps(load_charades(sta)))[0]
    assert example.query is not None
    np.testing.assert_array_equal(example.query.tokens_LD, [[1, 0], [0, 0], [1, 1], [0, 2]])
    compat = load_charades(sta, compat=True)[0].query
    assert compat is not None
    np.testing.assert_array_equal(compat.tokens_LD, [[1, 0], [0, 0], [0, 2]])
    assert charades.vocabulary(sta / "charades_sta_test.txt") == {"a", "person", "'s", "door"}


def test_unit_rows_leaves_zero_rows_and_its_argument_alone():
    rows = np.array([[3, 4], [0, 0]], np.float32)
    np.testing.assert_allclose(charades.unit_rows(rows), [[0.6, 0.8], [0, 0]])
    np.testing.assert_array_equal(rows, [[3, 4], [0, 0]])
    assert charades.unit_rows(None) is None


def test_find_layout_of_charades(tmp_path):
    with pytest.raises(AnnotationError, match="no annotation file; expected charades_sta_train"):
        charades.find_layout(tmp_path)
    (tmp_path / "charades_sta_test.txt").write_text("AB 0 1##a door.\n")
    with pytest.raises(FeatureError, match="no video features; expected a folder rgb_features"):
        charades.find_layout(tmp_path)
    (tmp_path / "rgb_features").mkdir()
    layout = charades.find_layout(tmp_path)
    assert (layout.audio_folder, layout.glove.name) == (None, "glove.6B.300d.txt")
    for name, audio in (("opt_features", "opt_features"), ("audio_features", "audio_features")):
        (tmp_path / name).mkdir()
        assert charades.find_layout(tmp_path).audio_folder == tmp_path / audio
    with pytest.raises(AnnotationError, match="no file of 'train'; expected one of test"):
        layout.load("train", "test")
    with pytest.raises(FeatureError, match=r"glove\.6B\.300d\.txt: no such file"):
        layout.load("test")
