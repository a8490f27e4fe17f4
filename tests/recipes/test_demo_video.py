"""The demo's video: real photographs that need no download, shown when the timetable says, the same every time."""

from dataclasses import replace
from importlib.metadata import files
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from visionaryvids.errors import ConfigError
from visionaryvids.recipes import demo_video
from visionaryvids.recipes.demo_video import ABSENT, RATE_HZ, SCENES, SOUND_HZ, View, compose, sound, timetable

CAT, COINS = (next(scene for scene in SCENES if scene.photograph == name) for name in ("chelsea.png", "coins.png"))
SLOW = {"first": View(0.45, 0.5, 1.0), "last": View(0.45, 0.5, 0.97)}
CUT = (replace(CAT, seconds=0.9, **SLOW), replace(COINS, seconds=0.5, **SLOW))
FADE = (replace(CAT, seconds=0.6, **SLOW), replace(COINS, seconds=0.6, fade_s=0.4, **SLOW))


def frames(path):
    """Every fourth pixel of every frame."""
    with av.open(str(path)) as container:
        seen = [frame.to_ndarray(format="rgb24")[::4, ::4] for frame in container.decode(video=0)]
    return np.stack(seen).astype(float)


def test_the_photographs_come_with_the_package():
    shipped = {file.name for file in files("scikit-image") or () if file.parts[:2] == ("skimage", "data")}
    assert {scene.photograph for scene in SCENES} <= shipped


def test_it_lasts_about_a_minute_and_asks_four_things_that_are_there():
    shown = timetable()
    assert 60 <= shown[-1].end_s <= 90
    assert all(6 <= scene.seconds <= 12 for scene in SCENES)
    assert all(a.end_s == b.start_s for a, b in pairwise(shown))
    assert sum(scene.sentence is not None for scene in SCENES) == 4
    assert ABSENT not in {scene.sentence for scene in SCENES}
    assert sum(scene.fade_s > 0 for scene in SCENES) == 1


def test_the_picture_changes_at_the_cut_and_moves_slowly_elsewhere(tmp_path):
    shown = compose(tmp_path / "cut.mp4", CUT)
    seen = frames(tmp_path / "cut.mp4")
    assert seen.shape == (35, 90, 160, 3)
    changes = np.abs(np.diff(seen, axis=0)).mean(axis=(1, 2, 3))
    cut = int(np.argmax(changes)) + 1
    assert cut == np.ceil(shown[1].start_s * RATE_HZ)
    assert np.delete(changes, cut - 1).max() < changes[cut - 1] / 4
    assert np.abs(seen[cut - 1] - seen[0]).mean() > 1  # it does move


def test_a_fade_has_its_middle_at_the_start_of_the_scene(tmp_path):
    shown = compose(tmp_path / "fade.mp4", FADE)
    assert shown[1].start_s == 0.6
    colour = frames(tmp_path / "fade.mp4").std(axis=3).mean(axis=(1, 2))  # the coins have none
    before, middle, after = colour[[8, 15, 21]]
    assert after < 2 < before
    assert middle == pytest.approx((before + after) / 2, rel=0.15)


def test_the_same_file_comes_out_every_time(tmp_path):
    first, second = tmp_path / "a.mp4", tmp_path / "b.mp4"
    compose(first, CUT)
    compose(second, CUT)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


def test_each_scene_has_a_sound_of_its_own_that_does_not_click():
    heard = [sound(scene) for scene in SCENES]
    for scene, samples in zip(SCENES, heard, strict=True):
        assert len(samples) == round(scene.seconds * SOUND_HZ)
        assert np.abs(samples[[0, -1]]).max() < 1e-3
        assert 0.05 < np.abs(samples).max() < 0.5
    tones = {np.abs(np.fft.rfft(samples[: 5 * SOUND_HZ])).argmax() for samples in heard}
    assert len(tones) == len(SCENES)


def test_sound_and_picture_last_equally_long(tmp_path):
    compose(tmp_path / "cut.mp4", CUT)
    with av.open(str(tmp_path / "cut.mp4")) as container:
        picture, heard = (float(stream.duration * stream.time_base) for stream in container.streams)
    assert picture == pytest.approx(1.4)
    assert heard == pytest.approx(1.4, abs=0.03)


def test_without_scikit_image_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(demo_video, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"visionaryvids\[demo\]"):
        compose(tmp_path / "demo.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_fails_leaves_nothing(monkeypatch, tmp_path):
    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo_video, "_picture", broken)
    with pytest.raises(KeyboardInterrupt):
        compose(tmp_path / "demo.mp4", CUT)
    assert list(Path(tmp_path).iterdir()) == []
