"""Findings as text: curves keep their peaks at any width, and any terminal can show them."""

import numpy as np
import pytest

from visionaryvids.report.findings_text import Style, as_text, verdict
from visionaryvids.report.sparkline import sparkline
from visionaryvids.types import Answer, Findings, Moment


@pytest.mark.parametrize(("clips", "width"), [(1, 40), (7, 40), (40, 40), (41, 40), (10_000, 40), (3, 1)])
def test_a_single_peak_is_seen_at_any_width(clips, width):
    for peak in {0, clips // 2, clips - 1}:
        line = sparkline((np.arange(clips) == peak).astype(float), width)
        assert len(line) == width
        assert "█" in line
        assert line.count("█") <= -(-width // clips) + 1


def test_the_scale_is_fixed():
    assert sparkline(np.array([0.0, 0.124, 0.126, 0.5, 0.999, 1.0]), 6) == "▁▁▂▅██"


@pytest.mark.parametrize(
    ("present", "words"),
    [
        (0.97, "in this video (97 %)"),
        (1.0, "in this video (> 99 %)"),
        (0.7, "probably in this video (70 %)"),
        (0.5, "perhaps in this video (50 %)"),
        (0.04, "probably not in this video (4 %)"),
        (0.0, "probably not in this video (< 1 %)"),
    ],
)
def test_what_is_likely_is_said_in_words(present, words):
    assert verdict(Answer("a cat", present, (), np.zeros(3))) == words


def test_an_absent_thing_has_no_table_but_the_nearest_moment():
    answer = Answer("a cat", 0.04, (Moment(3600.0, 3675.0, 0.1),), np.zeros(4000))
    text = as_text(Findings("long.mp4", 4000.0, 1.0, "lite", (answer,)), Style())
    assert "the nearest is 1:00:00 to 1:01:15" in text
    assert "score" not in text


def test_a_terminal_without_block_characters_gets_ascii():
    answer = Answer("a cat", 0.9, (Moment(0.0, 1.0, 0.9),), [1.0, 0.5, 0.0])
    text = as_text(Findings("cat.mp4", 3.0, 1.0, "lite", (answer,)), Style(width=30, blocks=False))
    assert text.isascii()
    assert "##########==========          " in text


def test_names_and_queries_cannot_talk_to_the_terminal():
    answer = Answer("a cat\n\x1b[31mred", 0.9, (), [1.0])
    text = as_text(Findings("ca\x1b]0;t.mp4", 1.0, 1.0, "lite", (answer,)), Style(width=30))
    assert "\x1b" not in text
    assert '"a cat [31mred": in this video' in text
