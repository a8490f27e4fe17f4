"""The recipe of the `text-track` head: what teaches, calibrates and judges are apart, and scenes fit together."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.model.samples import rows, sentence
from tests.shared import SHARED, needs_shared
from visionaryvids.features.text_track import SPEC
from visionaryvids.model.matcher import STRETCH
from visionaryvids.model.text_track import WEIGHTS
from visionaryvids.recipes.text_track import recipe
from visionaryvids.recipes.text_track.card import card
from visionaryvids.recipes.text_track.material import Asked, Material, fit_words, load, saliency
from visionaryvids.recipes.text_track.scenes import Videos, joined, with_silences
from visionaryvids.training.matching import MatchingSettings
from visionaryvids.types import Annotation

RESULT = Path(__file__).parents[2] / "results" / "text-track" / "text-track.json"


def asked(index: int, clips: int = 40) -> Asked:
    """A video of noise that says in its clips 10 to 20 what its query asks."""
    query = sentence(index, SPEC.video_dim)
    rows_TE = rows(clips, SPEC.video_dim, index)
    rows_TE[10:20] = query.tokens_LD.mean(0) + 0.1 * rows_TE[10:20]
    rows_TE /= np.linalg.norm(rows_TE, axis=1, keepdims=True)
    ratings = np.zeros((clips, 3), np.float32)
    ratings[10:20] = 4
    windows_s = np.array([[20.0, 40.0]])
    annotation = Annotation(f"v{index}_0_80", str(index), query.text, float(2 * clips), 2.0, windows_s, ratings)
    return Asked(annotation, query, rows_TE, windows_s / 2, saliency(annotation, clips))


MADE = Material(*(tuple(asked(index) for index in part) for part in (range(16), range(16, 24), range(24, 36))))


def test_scenes_fit_together_whatever_is_drawn():
    source = Videos(MADE.train, fit_words(MADE, SPEC.video_dim))
    scenes = [source(np.random.default_rng(seed)) for seed in range(60)]
    for scene in scenes:
        assert len(scene.rows_TD) == scene.views_VT.shape[1] == len(scene.saliency_T) <= STRETCH
        for start, end in scene.windows_N2.astype(int).tolist():
            assert (scene.saliency_T[start:end] == 1).all()
        assert scene.saliency_T.any() == (len(scene.windows_N2) > 0)
    assert {len(scene.windows_N2) for scene in scenes} == {0, 1}
    assert len({len(scene.rows_TD) for scene in scenes}) == 3


def test_a_moment_moves_with_its_video_when_others_come_before_it():
    videos = MADE.train[:3]
    rows_TE, saliency_T, windows_N2 = joined(videos, 2)
    np.testing.assert_array_equal(rows_TE[80:], videos[2].rows_TE)
    np.testing.assert_array_equal(windows_N2, [[90, 100]])
    assert saliency_T.nonzero()[0].tolist() == list(range(90, 100))


def test_silences_take_words_away_and_change_none():
    before_TE = MADE.train[0].rows_TE
    after_TE = with_silences(np.random.default_rng(1), before_TE)
    silent_T = ~after_TE.any(axis=1)
    assert 0 < silent_T.sum() < len(after_TE)
    np.testing.assert_array_equal(after_TE[~silent_T], before_TE[~silent_T])


def test_a_head_is_made_from_start_to_end(tmp_path, monkeypatch):
    """On videos that say what is asked: it beats chance by far after a few steps, and its card says what JSON says."""
    monkeypatch.setattr(recipe, "load", lambda _: MADE)
    settings = MatchingSettings(steps=40, batch_size=8, warm_up=5)
    result = recipe.make(tmp_path, tmp_path, settings, seeds=(1,))
    assert result["test"]["head"]["R1@0.5"]["mean"] > result["test"]["random"]["R1@0.5"] + 30
    assert json.loads((tmp_path / "text-track.json").read_text())["test"] == json.loads(json.dumps(result["test"]))
    assert (tmp_path / "text-track.md").read_text() == card(result)
    assert (tmp_path / "text-track.safetensors").is_file()


@needs_shared
def test_parts_share_no_recording():
    material = load(SHARED / "data" / "qvhighlights")
    assert len(material.train) + len(material.calibrate) == 1269
    assert len(material.test) == 281
    parts = [{each.annotation.video_id.rsplit("_", 2)[0] for each in part}
             for part in (material.train, material.calibrate, material.test)]  # fmt: skip
    assert sum(map(len, parts)) == len(set.union(*parts))


@pytest.mark.skipif(not RESULT.is_file(), reason="no head is shipped yet")
def test_the_card_that_is_shipped_says_what_was_measured():
    assert WEIGHTS.with_suffix(".md").read_text() == card(json.loads(RESULT.read_text()))
    assert WEIGHTS.stat().st_size < 12e6
