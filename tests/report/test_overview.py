"""Several videos at a glance: surest first, nothing that is probably absent, and nothing for one video alone."""

import numpy as np
import pytest

from visionaryvids.report.findings_text import Style
from visionaryvids.report.overview import MOST, overview
from visionaryvids.types import Answer, Findings, Moment

PLAIN = Style()


def findings(name: str, *presents: float, query: str | None = "a cat") -> Findings:
    moments = (Moment(65.0, 70.0, 0.8), Moment(3.0, 9.0, 0.4))
    answers = tuple(Answer(query, present, moments, np.zeros(90)) for present in presents)
    return Findings(name, 90.0, 1.0, "lite", answers)


def lines_of(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


def test_the_surest_video_comes_first_with_its_best_moment():
    text = overview([findings("a.mp4", 0.5), findings("b.mp4", 0.1), findings("c.mp4", 0.97)], PLAIN)
    heading, columns, _, *rows = lines_of(text)
    assert " ".join(heading) == '"a cat": in 2 of 3 videos, at least perhaps'
    assert columns[0] == "video"
    assert rows == [["c.mp4", "97", "%", "1:05", "1:10", "0.80"], ["a.mp4", "50", "%", "1:05", "1:10", "0.80"]]


def test_each_query_has_its_own_order():
    text = overview([findings("a.mp4", 0.9, 0.4), findings("b.mp4", 0.8, 0.7)], PLAIN)
    names = [line[0] for line in lines_of(text) if line[0].endswith(".mp4")]
    assert names == ["a.mp4", "b.mp4", "b.mp4", "a.mp4"]


def test_what_no_video_shows_is_said():
    assert overview([findings("a.mp4", 0.1), findings("b.mp4", 0.2)], PLAIN).endswith("in none of these 2 videos")


@pytest.mark.parametrize("found", [[findings("a.mp4", 0.9)], [], [findings(n, 1.0, query=None) for n in "ab"]])
def test_there_is_nothing_to_compare(found):
    assert overview(found, PLAIN) == ""


def test_of_many_videos_the_rest_is_counted():
    text = overview([findings(f"{n}.mp4", 0.9) for n in range(MOST + 3)], PLAIN)
    assert text.count(".mp4") == MOST
    assert text.splitlines()[-1] == "and 3 more"


def test_a_plain_terminal_gets_plain_letters():
    found = [findings("a\x1b[2J.mp4", 0.9), findings("b.mp4", 0.9)]
    assert overview(found, Style(blocks=False)).isascii()
    assert "\x1b[2J" not in overview(found, PLAIN)
