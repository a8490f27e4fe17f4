"""Synthetic folders: the same for the same seed, small, and with a signal that can be learnt."""

import numpy as np
import pytest

from visionaryvids.data import charades, qvhighlights, synthetic, tvsum, youtube
from visionaryvids.errors import ConfigError

from .damage import sound


def contents(root):
    values = {}
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        loaded = np.load(path) if path.suffix in {".npy", ".npz"} else path.read_text()
        arrays = dict(loaded) if path.suffix == ".npz" else {"": loaded}
        values.update({f"{path.relative_to(root)}:{k}": np.asarray(v).tolist() for k, v in arrays.items()})
    return values


@pytest.mark.parametrize("dataset", ["tvsum", "youtube", "qvhighlights", "charades"])
def test_same_seed_same_values(tmp_path, dataset):
    write = getattr(synthetic, f"write_{dataset}")
    first, again = (contents(sound(dataset, tmp_path / name)) for name in "ab")
    assert first == again
    write(tmp_path / "c", seed=1, width=8)
    assert contents(tmp_path / "c") != first


def test_sizes_are_the_released_ones_and_the_folder_is_small(tmp_path):
    synthetic.write_tvsum(tmp_path, domain="VU")
    example = tvsum.load(tmp_path, tvsum.split("VU", tmp_path).test)[0]
    assert example.features.video_TD is not None
    assert example.features.audio_TD is not None
    assert example.query is not None
    widths = [a.shape[1] for a in (example.features.video_TD, example.features.audio_TD, example.query.tokens_LD)]
    assert widths == [2048, 2048, 512]
    assert 40 <= example.features.num_clips <= 60
    assert sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file()) < 3e6


@pytest.mark.parametrize("module", [tvsum, youtube], ids=["tvsum", "youtube"])
def test_a_linear_fit_on_training_videos_finds_the_test_highlights(tmp_path, module):
    name = module.__name__.rsplit(".")[-1]
    domain = {"tvsum": "BK", "youtube": "parkour"}[name]
    getattr(synthetic, f"write_{name}")(tmp_path, domain=domain, width=32)
    split = module.split(domain, tmp_path)

    def stack(videos):
        examples = module.load(tmp_path, videos)
        return np.vstack([e.features.video_TD for e in examples]), np.hstack([e.saliency_T for e in examples])

    (x, y), (x_test, y_test) = stack(split.train), stack(split.test)
    weights = np.linalg.solve(x.T @ x + 10 * np.eye(x.shape[1]), x.T @ (y - y.mean()))
    assert np.corrcoef(x_test @ weights, y_test)[0, 1] > 0.6


def test_qvhighlights_clips_match_their_query(tmp_path):
    synthetic.write_qvhighlights(tmp_path)
    examples = qvhighlights.find_layout(tmp_path).load("train")
    assert len(examples) == 24
    for annotation in examples.annotations:
        assert annotation.windows_s is not None
        assert annotation.ratings_TR is not None
        inside = np.zeros(75, bool)
        for start, end in annotation.windows_s / 2:
            inside[int(start) : int(end)] = True
        np.testing.assert_array_equal(annotation.ratings_TR.any(axis=1), inside)


def test_charades_clips_match_their_query(tmp_path):
    """The vector of the query's last word is a direction apart in the features of its moment, after a linear fit."""
    synthetic.write_charades(tmp_path, videos=(10, 1))
    (examples,) = charades.find_layout(tmp_path).load("train")
    assert len(examples) == 20
    topics = {}
    for example in examples:
        (start, end), clips = example.annotation.windows_s[0], example.features.num_clips
        centres = (np.arange(clips) + 0.5) / 6
        inside = (start <= centres) & (centres < end)
        assert 0 < inside.sum() < clips
        topics.setdefault(example.query.text.split()[-1], []).append(example.features.video_TD[inside].mean(0))
        assert example.query.tokens_LD.any(axis=1).all()
    same = [a @ b for rows in topics.values() for i, a in enumerate(rows) for b in rows[:i]]
    others = [a[0] @ b[0] for t, a in topics.items() for u, b in topics.items() if t < u]
    assert np.mean(same) > np.mean(others) + 0.4


def test_unknown_domain(tmp_path):
    with pytest.raises(ConfigError, match=r"unknown name 'dogs'.*\n  -> Did you mean dog"):
        synthetic.write_youtube(tmp_path, domain="dogs")
