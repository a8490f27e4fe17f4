"""Subtitles, chapters and CSV: read by the libraries that read them elsewhere."""

import csv
import io
from itertools import pairwise

import pysrt
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from tests.report.made import HOSTILE, picks
from visionaryvids.report.chapters import csv_table, srt, youtube
from visionaryvids.report.chapters import webvtt as as_webvtt
from visionaryvids.report.clocks import clock, subtitle_time

MANY = picks(*[(query, 7 * n + 1.2345, 7 * n + 3, 0.5) for n, query in enumerate(reversed(HOSTILE))], ("late", 0, 0, 1))


def test_webvtt_is_read_back():
    cues = list(webvtt.from_buffer(io.StringIO(as_webvtt(MANY))))
    assert len(cues) == len(MANY)
    assert cues[0].text == "late (1.00)"
    assert (cues[0].start, cues[0].end) == ("00:00:00.000", "00:00:00.001")
    assert (cues[1].start, cues[1].end) == ("00:00:01.234", "00:00:03.000")
    hostile = next(cue for cue in cues if "it's" in cue.text)
    assert "--&gt;" in hostile.raw_text
    assert '&lt;b&gt;&amp;amp; "it\'s"' in hostile.raw_text


def test_srt_is_read_back():
    cues = pysrt.from_string(srt(MANY), error_handling=pysrt.SubRipFile.ERROR_RAISE)
    assert [cue.index for cue in cues] == list(range(1, len(MANY) + 1))
    assert cues[1].start.ordinal == 1234
    assert cues[0].text == "late (1.00)"
    assert all(cue.text for cue in cues)


def test_no_moments_are_files_without_cues():
    assert as_webvtt([]) == "WEBVTT\n"
    assert srt([]) == ""


def test_csv_keeps_every_query_as_it_was_typed():
    rows = list(csv.DictReader(io.StringIO(csv_table(MANY), newline="")))
    assert [row["query"] for row in rows] == [pick.query for pick in MANY]
    assert (rows[0]["number"], rows[0]["rank"], rows[0]["start_s"], rows[0]["score"]) == ("1", "1", "1.2345", "0.5000")


def test_youtube_chapters():
    found = youtube(picks(("cat", 25.9, 30, 0.9), ("dog <3", 4, 8, 0.5), (None, 3700, 3710, 0.2)), 3720)
    assert found.text == "0:00 dog ‹3\n0:25 cat\n1:01:40 Highlight\n"
    assert found.notes == ()


def test_youtube_rules_that_cannot_be_met_are_said():
    found = youtube(picks(("cat", 25, 30, 0.9), ("dog", 30, 40, 0.5), ("end", 55, 60, 1)), 60)
    assert found.text == "0:00 Start\n0:25 cat\n"
    assert "0:30 dog" in found.notes[0]
    assert "0:55 end" in found.notes[0]
    assert "3 or more, and these are 2" in found.notes[1]


@given(st.lists(st.tuples(st.just("q"), st.floats(0, 200), st.just(200.0), st.floats(0, 1))), st.floats(1, 300))
def test_youtube_chapters_are_always_ten_seconds_long(rows, duration_s):
    lines = youtube(picks(*rows), duration_s).text.splitlines()
    starts = [sum(int(part) * 60**n for n, part in enumerate(reversed(line.split()[0].split(":")))) for line in lines]
    assert starts[0] == 0
    assert all(after - before >= 10 for before, after in pairwise(starts))
    assert len(starts) == 1 or duration_s - starts[-1] >= 10


@given(st.floats(0, 1e6))
def test_subtitle_times_are_the_seconds_rounded_once(seconds):
    hours, minutes, second = subtitle_time(seconds, ".").split(":")
    assert int(minutes) < 60
    assert float(second) < 60
    assert int(hours) * 3600 + int(minutes) * 60 + float(second) == pytest.approx(round(seconds * 1000) / 1000)


@given(st.floats(0, 1e6))
def test_clocks_show_the_second_that_has_begun(seconds):
    parts = [int(part) for part in clock(seconds).split(":")]
    assert all(part < 60 for part in parts[1:])
    assert sum(part * 60**n for n, part in enumerate(reversed(parts))) == int(seconds)


@pytest.mark.parametrize(
    ("seconds", "vtt", "short"),
    [
        (59.9996, "00:01:00.000", "0:59"),
        (3599.9999, "01:00:00.000", "59:59"),
        (3600, "01:00:00.000", "1:00:00"),
        (360_000, "100:00:00.000", "100:00:00"),
        (0.0004, "00:00:00.000", "0:00"),
    ],
)
def test_times_at_the_edges(seconds, vtt, short):
    assert (subtitle_time(seconds, "."), clock(seconds)) == (vtt, short)
