"""`demo`: found against truth, page and clips. The localizer is a made one; the video is a short one."""

import json
import re
from dataclasses import replace
from functools import partial

import av
import numpy as np
import pytest

from tests.cli.fake import FakeLocalizer
from tests.cli.run import here
from tests.media.make import write_video
from visionaryvids.recipes import demo, demo_video
from visionaryvids.types import Answer, Findings, Moment

SCENES = demo_video.SCENES


@pytest.fixture
def short(monkeypatch):
    """A video of two scenes; the made localizer finds everything but "absent" at 10 to 20 s."""
    scenes = (replace(SCENES[0], seconds=8.5), replace(SCENES[1], seconds=9.5))
    for name, value in (("RATE_HZ", 2), ("WIDTH", 128), ("HEIGHT", 72)):
        monkeypatch.setattr(demo_video, name, value)
    monkeypatch.setattr(demo_video, "compose", partial(demo_video.compose, scenes=scenes))
    monkeypatch.setattr(demo, "ABSENT", "absent")
    monkeypatch.setattr("visionaryvids.localize.Localizer", FakeLocalizer, raising=False)


def test_it_compares_what_was_found_with_the_truth_and_leaves_a_page_and_clips(capsys, short, tmp_path):
    ran = here(capsys, "demo", "--out", tmp_path)
    assert ran.status == 0, ran.err
    rows = [re.split(" {2,}", line) for line in ran.out.splitlines()]
    assert ["a cat looks at the camera", "yes (97 %)", "8.5 to 18.0", "10.0 to 20.0", "0.70"] in rows
    assert ["absent", "no (5 %)", "nowhere", "nowhere", "-"] in rows
    assert "2 of 2 right, by this rule:" in ran.out
    clip = "01_00m10s_a_cat_looks_at_the_camera.mp4"
    assert [path.name for path in (tmp_path / "clips").iterdir()] == [clip]
    with av.open(str(tmp_path / "clips" / clip)) as container:
        assert container.duration / 1e6 == pytest.approx(8.0, abs=0.6)
    assert "a cat looks at the camera" in (tmp_path / "page.html").read_text()
    assert json.loads((tmp_path / "findings.json").read_text())["schema"] == "visionaryvids/find/1"
    for name in ("page.html", f"clips/{clip}"):
        assert str(tmp_path / name) in ran.out


@pytest.mark.parametrize(
    ("present", "in_the_video", "found", "right"),
    [(0.7, "yes (70 %)", "2.0 to 4.0", 0), (0.5, "perhaps (50 %)", "not sure", 1), (0.2, "no (20 %)", "nowhere", 1)],
)
def test_what_is_absent_may_be_doubted_but_not_claimed(present, in_the_video, found, right):
    """A doubt counts as right, and is called one: neither "found" nor "nowhere"."""
    answer = Answer("a piano", present, (Moment(2.0, 4.0, 0.4),), np.zeros(9))
    table = demo.comparison(Findings("v.mp4", 9.0, 1.0, "made", (answer,)), [demo.Question("a piano", None)])
    assert table.rows == (("a piano", in_the_video, "nowhere", found, None),)
    assert table.notes == (f"{right} of 1 right, by this rule:", *demo.RULE)
    assert "not claimed (below 65 %)" in demo.RULE[1]


def test_a_doubt_about_what_is_shown_is_wrong():
    answer = Answer("a cat", 0.5, (Moment(2.0, 4.0, 0.4),), np.zeros(9))
    table = demo.comparison(Findings("v.mp4", 9.0, 1.0, "made", (answer,)), [demo.Question("a cat", (2.0, 4.0))])
    assert table.rows == (("a cat", "perhaps (50 %)", "2.0 to 4.0", "not sure", 1.0),)
    assert table.notes[0].startswith("0 of 1 right")


def test_a_second_demo_replaces_the_files_of_the_first_and_no_others(capsys, short, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for _ in range(2):
        assert here(capsys, "demo", "--out", tmp_path, "-q").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "clips", "demo.mp4", "findings.json", "mine.txt", "page.html",
    ]  # fmt: skip


def test_a_video_of_the_users_own(capsys, short, tmp_path):
    video = write_video(tmp_path / "mine.mp4", 30, rate=1)
    ran = here(capsys, "demo", "--video", video, "a dog", "absent", "--out", tmp_path / "out")
    assert ran.status == 0, ran.err
    assert '"a dog": in this video (97 %)' in ran.out
    assert '"absent": probably not in this video' in ran.out
    assert len(list((tmp_path / "out" / "clips").iterdir())) == 1
    assert not (tmp_path / "out" / "demo.mp4").exists()


@pytest.mark.parametrize("words", [("a dog",), ("--video", "mine.mp4")])
def test_a_sentence_without_a_video_or_a_video_without_a_sentence(capsys, words, tmp_path):
    ran = here(capsys, "demo", *words, "--out", tmp_path)
    assert ran.status == 2
    assert "both --video and sentences, or neither" in ran.err


def test_without_scikit_image_it_says_what_to_install(capsys, monkeypatch, short, tmp_path):
    monkeypatch.setattr(demo_video, "find_spec", lambda _: None)
    ran = here(capsys, "demo", "--out", tmp_path)
    assert ran.status == 2
    assert "pip install 'visionaryvids[demo]'" in ran.err


@pytest.mark.slow
def test_the_real_demo_is_right_about_all_five_sentences(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    ran = here(capsys, "demo", "--out", tmp_path / "demo")
    assert ran.status == 0, ran.err
    assert "5 of 5 right" in ran.out
    assert len(list((tmp_path / "demo" / "clips").iterdir())) == 4
