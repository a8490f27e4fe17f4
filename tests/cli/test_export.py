"""`visionaryvids export`: which files there are, that their own readers read them, and how it refuses."""

import csv
import io
import json
import os

import av
import opentimelineio as otio
import pysrt
import pytest
import webvtt
from PIL import Image

from tests.cli.run import apart, here, stdin_of
from tests.media.make import Tone, write_video
from visionaryvids.report.findings_json import read_findings, to_lines
from visionaryvids.types import Answer, Findings, Moment

TEXTS = {"vtt", "srt", "chapters.txt", "csv", "json", "edl", "otio", "fcpxml"}


def found(video):
    cat = Answer("a cat", 0.9, (Moment(1, 3, 0.9), Moment(5, 6.5, 0.4)), [0.5] * 8)
    hostile = Answer("../../etc/passwd", 0.1, (Moment(6, 99, 0.2),), [0.1] * 8)
    return Findings(str(video), 8, 1, "lite", (cat, hostile))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A video, and what was found in it; only looked at."""
    folder = tmp_path_factory.mktemp("export")
    write_video(folder / "my film.mp4", 200, rate=25, tone=Tone(8), key_every=50)
    (folder / "found.json").write_text(to_lines([found("my film.mp4")]))
    return folder


def names(out):
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


def test_without_a_format_all_that_is_quick_is_written_and_listed(capsys, folder, tmp_path):
    ran = here(capsys, "export", folder / "found.json", "--out", tmp_path / "o")
    assert ran.status == 0, ran.err
    thumbnails = ["01_00m01s_a_cat.jpg", "02_00m05s_a_cat.jpg", "03_00m06s_etc_passwd.jpg"]
    wanted = {*(f"my_film.{suffix}" for suffix in (*TEXTS, "sheet.png")), *(f"thumbnails/{n}" for n in thumbnails)}
    assert set(names(tmp_path / "o")) == wanted
    assert sorted(ran.out.splitlines()) == sorted(str(tmp_path / "o" / name) for name in wanted)
    assert "YouTube shows chapters only" in ran.err


def test_each_file_is_read_by_its_own_reader(capsys, folder, tmp_path):
    assert here(capsys, "export", folder / "found.json", "--out", tmp_path).status == 0
    film = tmp_path / "my_film"
    assert len(webvtt.read(f"{film}.vtt")) == 3
    assert len(pysrt.open(f"{film}.srt")) == 3
    assert [row["query"] for row in csv.DictReader(io.StringIO(film.with_suffix(".csv").read_text()))][
        2
    ] == "../../etc/passwd"
    assert read_findings(film.with_suffix(".json"))[0].answers[0].query == "a cat"
    for suffix, options in ((".otio", {}), (".edl", {"rate": 25})):
        timeline = otio.adapters.read_from_file(f"{film}{suffix}", **options)
        assert len(timeline.video_tracks()[0].find_clips()) == 3
    assert len(otio.adapters.read_from_file(f"{film}.fcpxml").find_clips()) == 3
    with Image.open(f"{film}.sheet.png") as sheet:
        assert sheet.format == "PNG"


def seconds(path):
    with av.open(str(path)) as container:
        return container.duration / av.time_base


def test_clips_and_a_reel_of_chosen_moments(capsys, folder, tmp_path):
    words = ("--format", "clips", "reel", "--query", "A CAT", "--min-score", "0.5", "--reel-seconds", "4")
    ran = here(capsys, "export", folder / "found.json", "--out", tmp_path, *words)
    assert ran.status == 0, ran.err
    assert names(tmp_path) == ["clips/01_00m01s_a_cat.mp4", "my_film.reel.mp4"]
    assert seconds(tmp_path / "clips" / "01_00m01s_a_cat.mp4") == pytest.approx(2, abs=0.04)
    assert seconds(tmp_path / "my_film.reel.mp4") == pytest.approx(4, abs=0.08)
    assert "reel.mp4 shows 0:00 to" in ran.err


def test_a_copy_says_that_it_starts_early(capsys, folder, tmp_path):
    ran = here(
        capsys, "export", folder / "found.json", "--out", tmp_path, "--format", "clips", "--copy", "--query", "1"
    )
    assert ran.status == 0, ran.err
    assert "01_00m01s_a_cat.mp4 starts 1.0 s early, at a key frame" in ran.err


def test_a_page_of_the_video(capsys, folder, tmp_path):
    assert here(capsys, "export", folder / "found.json", "--out", tmp_path, "--format", "page").status == 0
    assert "a cat" in (tmp_path / "my_film.html").read_text()


def test_of_several_videos_each_has_a_folder(capsys, folder, tmp_path):
    videos = ["x/a.mp4", "y/A.mp4", "z/a_2.mp4", "none.mp4"]
    several = [found(video) for video in videos[:3]] + [Findings("none.mp4", 8, 1, "lite", ())]
    (tmp_path / "found.json").write_text(to_lines(several))
    ran = here(capsys, "export", tmp_path / "found.json", "--out", tmp_path / "o", "--format", "vtt")
    assert ran.status == 0, ran.err
    assert names(tmp_path / "o") == ["A_2/A.vtt", "a/a.vtt", "a_2_2/a_2.vtt"]
    assert "none.mp4: no moment" in ran.err


def test_findings_come_from_stdin_and_the_video_from_where_it_is(capsys, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", stdin_of(to_lines([found("elsewhere.mp4")]).encode()))
    video = folder / "my film.mp4"
    ran = here(capsys, "export", "-", "--out", tmp_path, "--format", "otio", "edl", "--relative", "--video", video)
    assert ran.status == 0, ran.err
    clip = otio.adapters.read_from_file(str(tmp_path / "elsewhere.otio")).find_clips()[0]
    assert clip.media_reference.target_url == os.path.relpath(video, tmp_path).replace(" ", "%20")


def test_json_holds_the_chosen_moments_alone(capsys, folder, tmp_path):
    def written(*words):
        ran = here(capsys, "export", folder / "found.json", "--out", tmp_path, "--format", "json", *words)
        assert ran.status == 0, ran.err
        [again] = read_findings(tmp_path / "my_film.json")
        return [(answer.query, [moment.score for moment in answer.moments]) for answer in again.answers]

    assert written() == [("a cat", [0.9, 0.4]), ("../../etc/passwd", [0.2])]
    assert written("--query", "a cat", "--top", 1) == [("a cat", [0.9])]
    assert written("--min-score", 0.3) == [("a cat", [0.9, 0.4]), ("../../etc/passwd", [])]


def test_another_video_that_ends_before_a_moment_is_refused(capsys, folder, tmp_path):
    """And not cut silently; for formats that do not show the video it is all the same."""
    short = write_video(tmp_path / "short.mp4", 100, rate=25)
    words = ("--out", tmp_path / "o", "--video", short, "--query", "a cat", "--format")
    ran = here(capsys, "export", folder / "found.json", *words, "clips")
    assert (ran.status, ran.out) == (2, "")
    assert f"--video: {short}, which ends at 4.0 s, before a moment that ends at 6.5 s" in ran.err
    assert "the video that was searched is 8.0 s long" in ran.err
    assert not (tmp_path / "o").exists()
    assert here(capsys, "export", folder / "found.json", *words, "csv").status == 0
    assert here(capsys, "export", folder / "found.json", *words, "otio", "--top", 1).status == 0  # until 3 s


@pytest.mark.parametrize(("frames", "warns"), [(250, True), (202, False)])
def test_another_video_of_another_length_is_told_of(capsys, folder, tmp_path, frames, warns):
    other = write_video(tmp_path / "other.mp4", frames, rate=25)
    ran = here(capsys, "export", folder / "found.json", "--out", tmp_path / "o", "--format", "otio", "--video", other)
    assert ran.status == 0, ran.err
    told = f"{other} is {frames / 25:.1f} s long, and the video that was searched is 8.0 s long"
    assert (told in ran.err) == warns


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_findings_that_powershell_wrote_are_read(capsys, tmp_path, monkeypatch, encoding):
    content = to_lines([found("über.mp4")]).replace("\n", "\r\n").encode(encoding)
    (tmp_path / "found.json").write_bytes(content)
    monkeypatch.setattr("sys.stdin", stdin_of(content))
    for source in (tmp_path / "found.json", "-"):
        ran = here(capsys, "export", source, "--out", tmp_path / "o", "--format", "csv")
        assert (ran.status, ran.out) == (0, f"{tmp_path / 'o' / 'über.csv'}\n")


@pytest.mark.parametrize("place", ["found.json", "-"])
def test_findings_in_another_encoding_are_refused(capsys, tmp_path, monkeypatch, place):
    content = json.dumps({"video": "über.mp4"}, ensure_ascii=False).encode("latin-1")
    (tmp_path / "found.json").write_bytes(content)
    monkeypatch.setattr("sys.stdin", stdin_of(content))
    ran = here(capsys, "export", place if place == "-" else tmp_path / place, "--out", tmp_path / "o")
    assert ran.status == 2
    assert "cannot be read: byte 0xfc is not UTF-8 text" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--query", "3"], "--query"),
        (["--query", "a dog"], "a cat"),
        (["--min-score", "0.95"], "no moment reaches a score of 0.95"),
        (["--video", "missing.mp4"], "missing.mp4: no such file"),
        (["--format", "avi"], "avi"),
        (["--top", "0"], "top"),
        (["--reel-seconds", "0"], "reel-seconds"),
    ],
)
def test_what_cannot_be_done_is_refused_with_status_2(capsys, folder, tmp_path, words, says):
    ran = here(capsys, "export", folder / "found.json", "--out", tmp_path / "o", *words)
    assert ran.status == 2
    assert says in ran.err + ran.out
    assert not (tmp_path / "o").exists()


def test_a_file_that_is_no_findings_and_a_folder_that_cannot_be_written(capsys, folder, tmp_path):
    (tmp_path / "wrong.json").write_text(json.dumps({"schema": "other"}))
    ran = here(capsys, "export", tmp_path / "wrong.json", "--out", tmp_path / "o")
    assert (ran.status, "wrong.json:1: schema 'other'" in ran.err) == (2, True)
    ran = here(capsys, "export", folder / "found.json", "--out", tmp_path / "wrong.json" / "o", "--format", "clips")
    assert (ran.status, "cannot be written" in ran.err) == (2, True)


def test_help_starts_quickly_without_heavy_imports():
    heavy = ("av", "PIL", "opentimelineio", "numpy", "matplotlib")
    code = f"import sys, visionaryvids.cli.export; print([name for name in {heavy} if name in sys.modules])"
    assert apart(code=code).out.strip() == "[]"
