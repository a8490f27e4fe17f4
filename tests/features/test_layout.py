"""What `extract` writes for a data set is what its readers load."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from visionaryvids.data import charades, qvhighlights, tvsum
from visionaryvids.data.synthetic import write_charades, write_qvhighlights, write_tvsum
from visionaryvids.features import presets
from visionaryvids.features.extract import Extracted
from visionaryvids.features.folder import write_features
from visionaryvids.types import Features


def write(root: Path, video_id: str, clips: int, preset) -> Features:
    """As `extract` does; whole numbers below 2048 survive being rounded to float16."""
    encoders, rng = preset(), np.random.default_rng(0)
    spec = encoders.spec
    video, audio = (
        None if width is None else rng.integers(1, 2048, (clips, width)) for width in (spec.video_dim, spec.audio_dim)
    )
    features = Features(spec.clip_s, video, audio)
    write_features(root, Path(f"{video_id}.mp4"), Extracted(features, clips * spec.clip_s, ()), encoders)
    return features


def test_tvsum(tmp_path):
    write_tvsum(tmp_path, width=24, clips=(12, 16))
    anno = json.loads((tmp_path / "tvsum_anno.json").read_text())
    video_id = next(iter(anno))
    for folder in ("video_features", "audio_features"):
        shutil.rmtree(tmp_path / folder)
    features = write(tmp_path, video_id, len(anno[video_id]["anno"]), presets.tvsum)
    (example,) = tvsum.load(tmp_path, [video_id])
    np.testing.assert_array_equal(example.features.video_TD, features.video_TD)
    np.testing.assert_array_equal(example.features.audio_TD, features.audio_TD)
    assert example.features.clip_s == features.clip_s


def test_qvhighlights(tmp_path):
    write_qvhighlights(tmp_path, videos=(2, 2), width=16)
    for folder in ("slowfast_features", "clip_features", "pann_features"):
        shutil.rmtree(tmp_path / folder)
    annotation = qvhighlights.read(tmp_path / "highlight_val_release.jsonl")[0]
    features = write(tmp_path, annotation.video_id, 75, presets.qvhighlights)
    example = qvhighlights.find_layout(tmp_path).load("val", [annotation.query_id])[0]
    np.testing.assert_array_equal(example.features.video_TD, features.video_TD)
    np.testing.assert_array_equal(example.features.audio_TD, features.audio_TD)


@pytest.mark.parametrize("preset", [presets.charades, presets.charades_flow])
def test_charades(preset, tmp_path):
    write_charades(tmp_path, width=16)
    for folder in ("rgb_features", "audio_features"):
        shutil.rmtree(tmp_path / folder)
    annotation = charades.read(tmp_path / "charades_sta_test.txt")[0]
    features = write(tmp_path, annotation.video_id, 40, preset)
    layout = charades.find_layout(tmp_path)
    assert (layout.audio_folder.name == "opt_features") == (preset is presets.charades_flow)
    stored = np.load(layout.video_folder / f"{annotation.video_id}.npy")
    np.testing.assert_array_equal(stored, features.video_TD[:, :4096])
    second = np.load(layout.audio_folder / f"{annotation.video_id}.npy")
    expected = features.audio_TD if features.audio_TD is not None else features.video_TD[:, 4096:]
    np.testing.assert_array_equal(second, expected)
