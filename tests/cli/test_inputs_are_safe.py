"""What is read is never written over; what the system refuses, and what no sentence is, is bad input, not a fault."""

import json

import pytest

from tests.cli.run import here
from tests.data.own import edit_line, write_own
from tests.media.make import write_video
from visionaryvids.localize import Localizer


@pytest.fixture
def video(tmp_path, monkeypatch):
    """A video, a link to it, and a cache for it."""
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    write_video(tmp_path / "v.mp4", 30, rate=5)
    (tmp_path / "link.mp4").symlink_to("v.mp4")
    return tmp_path / "v.mp4"


@pytest.mark.parametrize(
    ("command", "option"), [(("highlights",), "--reel"), (("highlights",), "--page"), (("find", "a dog"), "--page")]
)
def test_a_video_is_not_replaced_by_what_was_found_in_it(capsys, video, command, option):
    before, (name, *query) = video.read_bytes(), command
    for target in (video, video.with_name("link.mp4")):
        ran = here(capsys, name, video, *query, option, target)
        assert ran.status == 2
        assert f"{option}: {target}, which is read from" in ran.err
    assert video.read_bytes() == before


@pytest.mark.parametrize("option", ["--save", "--table"])
def test_annotations_are_not_replaced_by_answers(capsys, tmp_path, option):
    path, features = write_own(tmp_path)
    renamed = path.rename(tmp_path / "mine.csv")
    before = renamed.read_text()
    ran = here(capsys, "evaluate", "custom", "--annotations", renamed, "--features", features, option, renamed)
    assert (ran.status, "which is read from" in ran.err) == (2, True)
    assert renamed.read_text() == before


def test_exported_subtitles_leave_those_beside_the_video_alone(capsys, video, monkeypatch):
    monkeypatch.chdir(video.parent)
    (video.parent / "v.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nmine\n")
    (video.parent / "found.json").write_text(here(capsys, "find", "v.mp4", "a dog", "--json").out)
    for out, name in ((".", "v.moments.srt"), ("other", "other/v.srt")):
        ran = here(capsys, "export", "found.json", "--out", out, "--format", "srt")
        assert (ran.status, ran.out) == (0, f"{name}\n")
    assert "mine" in (video.parent / "v.srt").read_text()


def test_what_the_video_probably_does_not_show_is_exported_with_a_word(capsys, video):
    found = json.loads(here(capsys, "find", video, "a dog", "--json").out)
    found["results"][0]["present"] = 0.1
    path = video.with_name("found.json")
    path.write_text(json.dumps(found) + "\n")
    ran = here(capsys, "export", path, "--out", video.parent / "out", "--format", "csv")
    assert ran.status == 0
    assert "'a dog' is probably not in this video (10 %); exported all the same" in ran.err


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_times_outside_of_a_video_are_refused_before_anything_is_measured(capsys, tmp_path, command):
    path, features = write_own(tmp_path)
    edit_line(path, 1, windows=[[0, 99999]])
    out = ("--out", tmp_path / "run") if command == "train" else ()
    ran = here(capsys, command, "custom", "--annotations", path, "--features", features, *out)
    assert ran.status == 2
    assert f"{path}:1: a moment until 99999 s" in ran.err
    assert "seconds, not frames?" in ran.err


def test_bytes_that_are_no_letters_are_no_query(capsys, video):
    ran = here(capsys, "find", video, "caf\udce9")
    assert (ran.status, "which is not UTF-8" in ran.err) == (2, True)


def test_what_the_system_refuses_is_said_without_a_traceback(capsys):
    ran = here(capsys, "find", "y" * 300 + ".mp4", "a dog")
    assert ran.status == 2
    assert "File name too long\n  -> check the path" in ran.err
    assert "Traceback" not in ran.err


def test_a_sentence_alone_is_one_query(video, tmp_path):
    localizer = Localizer.load(cache=tmp_path / "cache")
    found = localizer.search(localizer.encode(str(video)), "a dog")
    assert [answer.query for answer in found.answers] == ["a dog"]
