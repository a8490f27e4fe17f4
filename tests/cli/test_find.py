"""`find` and `highlights`: what is printed where, which moments, which exit status. The localizer is a made one."""

import json
import re
import time
from dataclasses import replace

import av
import pytest

from tests.cli.fake import FakeLocalizer
from tests.cli.run import apart, here, stdin_of
from tests.media.make import number_in, write_video
from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched
from visionaryvids.cli.searching import Searching
from visionaryvids.types import Moment


@pytest.fixture
def videos(monkeypatch, tmp_path):
    """Three files that the made localizer takes for videos."""
    monkeypatch.setattr("visionaryvids.localize.Localizer", FakeLocalizer, raising=False)
    monkeypatch.setattr(FakeLocalizer, "loaded", ())
    monkeypatch.setenv("COLUMNS", "60")
    paths = [tmp_path / name for name in ("a.mp4", "b.mp4", "cut.mp4")]
    for path in paths:
        path.write_bytes(b"not read")
    return paths


def objects(ran):
    return [json.loads(line) for line in ran.out.splitlines()]


def test_each_query_has_a_verdict_a_table_and_a_curve(capsys, videos):
    ran = here(capsys, "find", videos[0], "a dog", "absent")
    assert ran.status == 0, ran.err
    head, dog, table, curve, absent, flat = ran.out.strip().split("\n\n")
    assert head == f"{videos[0]}  1:00, model lite"
    assert dog == '"a dog": in this video (97 %)'
    assert table.splitlines()[2:] == ["1   0:10  0:20   0.90", "2   0:40  0:50   0.30"]
    assert curve.splitlines() == ["▁" * 10 + "█" * 10 + "▁" * 40, "0:00" + " " * 52 + "1:00"]
    assert absent == '"absent": probably not in this video (5 %); the nearest is 0:10 to 0:20'
    assert flat.splitlines()[0] == "▁" * 60


def test_json_is_the_contract_one_line_for_each_video(capsys, videos):
    ran = here(capsys, "find", videos[0], "a dog", "--video", videos[1], "--video", videos[2], "--json")
    assert ran.status == 0
    assert [found["video"] for found in objects(ran)] == [str(path) for path in videos]
    first, _, cut = objects(ran)
    assert first["schema"] == "visionaryvids/find/1"
    assert first["results"][0]["query"] == "a dog"
    assert first["results"][0]["moments"][0] == {"start_s": 10.0, "end_s": 20.0, "score": 0.9}
    assert len(first["results"][0]["saliency"]) == 60
    assert cut["warnings"] == ["seconds 30 to 60 are lost"]
    assert "cut.mp4: seconds 30 to 60 are lost" in ran.err


def test_a_bad_file_of_three_stops_no_other_one(capsys, videos):
    videos[1].unlink()
    ran = here(capsys, "find", videos[0], "a dog", "--video", videos[1], "--video", videos[2], "--json")
    assert ran.status == 2
    assert [found["video"] for found in objects(ran)] == [str(videos[0]), str(videos[2])]
    assert f"{videos[1]}: no such file; expected a video" in ran.err
    assert "Traceback" not in ran.err


def test_a_folder_stands_for_its_videos(capsys, videos, tmp_path):
    (tmp_path / "notes.txt").write_text("no video")
    ran = here(capsys, "find", tmp_path, "a dog", "--json")
    assert [found["video"] for found in objects(ran)] == [str(path) for path in videos]
    (tmp_path / "empty").mkdir()
    assert "no video lies in this folder" in here(capsys, "find", tmp_path / "empty", "a dog").err


def test_several_videos_end_with_which_of_them_show_it(capsys, videos):
    further = [word for video in videos[1:] for word in ("--video", video)]
    text = here(capsys, "find", videos[0], "a dog", *further).out
    _, compared = text.split('"a dog": in 3 of 3 videos, at least perhaps')
    assert all(str(video) in compared for video in videos)
    assert "3 of 3" not in here(capsys, "find", videos[0], "a dog", *further, "--json").out
    assert "of 1 videos" not in here(capsys, "find", videos[0], "a dog").out


def test_top_and_min_score_choose_moments(capsys, videos):
    def scores(*words):
        [found] = objects(here(capsys, "find", videos[0], "a dog", "--json", *words))
        return [moment["score"] for moment in found["results"][0]["moments"]]

    assert scores() == [0.9, 0.3]
    assert scores("--top", 1) == [0.9]
    assert scores("--min-score", 0.5) == [0.9]
    assert scores("--min-score", 0.95) == []
    assert here(capsys, "find", videos[0], "a dog", "--min-score", 0.95).status == 0
    assert here(capsys, "find", videos[0], "a dog", "--top", 0).status == 2


def test_queries_come_from_a_file_and_from_stdin(capsys, monkeypatch, videos, tmp_path):
    text = "# what we look for\n a cat \n\nein Vogel über dem Meer\n"
    listed = tmp_path / "queries.txt"
    listed.write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stdin_of(text.encode()))
    for source in (listed, "-"):
        [found] = objects(here(capsys, "find", videos[0], "a dog", "--queries", source, "--json"))
        assert [r["query"] for r in found["results"]] == ["a dog", "a cat", "ein Vogel über dem Meer"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_file_of_queries_with_a_mark_is_read_whatever_its_encoding(capsys, monkeypatch, videos, tmp_path, encoding):
    content = "ein Vogel über dem Meer\r\na cat\r\n".encode(encoding)
    (tmp_path / "queries.txt").write_bytes(content)
    monkeypatch.setattr("sys.stdin", stdin_of(content))
    for source in (tmp_path / "queries.txt", "-"):
        [found] = objects(here(capsys, "find", videos[0], "--queries", source, "--json"))
        assert [r["query"] for r in found["results"]] == ["ein Vogel über dem Meer", "a cat"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("ein Vogel über dem Meer".encode("latin-1"), "byte 0xfc is not UTF-8 text"),
        ("a cat".encode("utf-16-le"), "byte 0x00 is not UTF-8 text"),
        ("a cat".encode("utf-16") + b"x", "byte 0x78 is not UTF-16 text"),
    ],
)
def test_a_file_of_queries_in_an_encoding_that_it_does_not_say_is_refused(capsys, videos, tmp_path, content, message):
    (tmp_path / "queries.txt").write_bytes(content)
    ran = here(capsys, "find", videos[0], "--queries", tmp_path / "queries.txt")
    assert ran.status == 2
    assert f"queries.txt: {message}; expected UTF-8 text, or UTF-16 with a byte-order mark" in ran.err
    assert "save it as UTF-8" in ran.err


def test_closed_stdin_is_said(capsys, monkeypatch, videos):
    monkeypatch.setattr("sys.stdin", None)
    ran = here(capsys, "find", videos[0], "--queries", "-")
    assert (ran.status, "stdin is closed" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "nothing is asked"),
        (("  ",), "an empty sentence"),
        (("b.mp4", "a dog"), "give --video b.mp4"),
        (("--queries", "/nowhere.txt"), "/nowhere.txt"),
        (("a dog", "--min-score", "2"), "--min-score"),
    ],
)
def test_bad_words_are_status_2_with_a_remedy(capsys, videos, words, message):
    ran = here(capsys, "find", videos[0], *words)
    assert ran.status == 2
    assert message in ran.out + ran.err
    assert FakeLocalizer.loaded == ()  # found out before the model is read


def test_a_fault_of_ours_is_status_1(capsys, monkeypatch, videos):
    monkeypatch.setattr(FakeLocalizer, "search", lambda *_, **__: 1 / 0)
    ran = here(capsys, "find", videos[0], "a dog")
    assert ran.status == 1
    assert "a fault of visionaryvids" in ran.err


def test_how_to_look_is_handed_on(capsys, videos):
    here(capsys, "find", videos[0], "a dog", "--model", "runs/mine", "--no-cache")
    here(capsys, "find", videos[0], "a dog", "--encoders", "tvsum", "--device", "cuda")
    assert FakeLocalizer.loaded == (("runs/mine", None, "cpu", False), ("lite", "tvsum", "cuda", True))


def test_quiet_says_nothing_on_stderr(capsys, videos):
    assert here(capsys, "find", videos[2], "a dog", "-q").err == ""


def test_colours_are_for_terminals_only(capsys, monkeypatch, videos):
    assert "\x1b" not in here(capsys, "find", videos[0], "a dog").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    coloured = here(capsys, "find", videos[0], "a dog").out
    assert "\x1b[32m" + "█" * 10 + "\x1b[0m" in coloured  # the best moment
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in here(capsys, "find", videos[0], "a dog").out


@pytest.mark.parametrize(("terminal", "quiet"), [(True, False), (True, True), (False, False)])
def test_progress_is_seconds_of_video_on_a_terminal_and_nothing_elsewhere(capsys, monkeypatch, terminal, quiet):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    with watched("reading a.mp4", Verbosity(quiet=quiet)) as on_progress:
        time.sleep(0.15)  # a bar is drawn ten times a second at most
        on_progress(30.0, 60.0)
    out, err = capsys.readouterr()
    assert out == ""
    if terminal and not quiet:
        assert re.search(r"reading a.mp4  50%.* 30/60 s, \d+x realtime, ", err)
    else:
        assert err == ""


def test_the_page_holds_all_videos(capsys, videos, tmp_path):
    ran = here(capsys, "find", videos[0], "a dog", "--video", videos[1], "--page", tmp_path / "out" / "page.html")
    assert ran.status == 0, ran.err
    page = (tmp_path / "out" / "page.html").read_text()
    assert "a.mp4" in page
    assert "b.mp4" in page
    assert f"wrote {tmp_path / 'out' / 'page.html'}" in ran.err


def test_highlights_ask_nothing(capsys, videos):
    ran = here(capsys, "highlights", videos[0], videos[1], "--json", "--top", 1)
    assert ran.status == 0
    assert [found["results"][0]["query"] for found in objects(ran)] == [None, None]
    assert "highlights: the most interesting moments" in here(capsys, "highlights", videos[0]).out
    assert "0 videos; expected a file" in here(capsys, "highlights").err


def test_clips_are_cut_of_what_is_there(capsys, videos, tmp_path):
    for path in videos[:2]:
        write_video(path, 30, rate=1)
    ran = here(capsys, "find", videos[0], "absent", "a dog", "--top", 1, "--clips", tmp_path / "clips", "--json")
    assert ran.status == 0, ran.err
    clip = "01_00m10s_a_dog.mp4"
    assert [path.name for path in (tmp_path / "clips").iterdir()] == [clip]
    assert f"wrote {tmp_path / 'clips' / clip}" in ran.err
    assert len(objects(ran)) == 1
    with av.open(str(tmp_path / "clips" / clip)) as container:
        numbers = [number_in(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    assert numbers == list(range(10, 20))
    here(capsys, "find", videos[0], "a dog", "--video", videos[1], "--top", 1, "--clips", tmp_path / "both")
    assert sorted(path.name for path in (tmp_path / "both").iterdir()) == ["a", "b"]


def test_what_gets_no_clip_is_said_in_one_line(capsys, monkeypatch, videos, tmp_path):
    write_video(videos[0], 30, rate=1)
    sure = FakeLocalizer.answer
    monkeypatch.setattr(
        FakeLocalizer,
        "answer",
        lambda *words: replace(sure(*words), present={"a cat": 0.5, "absent": 0.05}.get(words[1], 0.97)),
    )
    words = ("find", videos[0], "a dog", "a cat", "absent", "--top", 1, "--clips", tmp_path / "clips")
    told = [line for line in here(capsys, *words).err.splitlines() if "no clips" in line]
    assert told == [
        f"{videos[0]}: no clips of 'a cat', perhaps in this video (50 %), 'absent', probably not in this video (5 %); "
        "`visionaryvids export` cuts these all the same"
    ]
    assert here(capsys, *words, "-q").err == ""
    assert "no clips" not in here(capsys, "find", videos[0], "a dog", "--clips", tmp_path / "clips").err


def test_help_says_which_moments_get_a_clip_and_what_verbose_does():
    help_text = " ".join(apart("find", "--help").out.split())
    assert "none of what is only perhaps" in help_text
    assert "of training, a line for every epoch or run; of the cache, why something is not kept" in help_text


def test_a_reel_has_the_wanted_length(capsys, videos, tmp_path):
    write_video(videos[0], 60, rate=2)
    ran = here(capsys, "highlights", videos[0], "--reel", tmp_path / "reel.mp4", "--seconds", 8)
    assert ran.status == 0, ran.err
    with av.open(str(tmp_path / "reel.mp4")) as container:
        assert container.duration / 1e6 == pytest.approx(8, abs=1)
    refused = here(capsys, "highlights", videos[0], videos[1], "--reel", tmp_path / "reel.mp4")
    assert refused.status == 2
    assert "one video for one reel" in refused.err


def test_help_starts_without_torch():
    code = (
        "import sys\nfrom visionaryvids.cli import main\n"
        "try: main(['find', '--help'])\nexcept SystemExit as left: assert not left.code, left.code\n"
        "heavy = {'torch', 'av', 'numpy', 'tqdm', 'PIL'} & sys.modules.keys()\nassert not heavy, heavy"
    )
    assert apart(code=code).status == 0


def test_faint_moments_are_left_out_unless_they_are_asked_for():
    moments = (Moment(0.0, 5.0, 0.8), Moment(9.0, 12.0, 0.09), Moment(20.0, 22.0, 0.05))
    assert Searching()._wanted(moments) == moments[:2]
    assert Searching(min_score=0.0)._wanted(moments) == moments
    assert Searching()._wanted(()) == ()
