"""One clip grid: the shortest part decides, and what is cut is said once."""

import logging

from visionaryvids.data.align import common_length, describe, is_large


def test_the_shortest_part_decides_and_is_logged_once(caplog):
    lengths = {"rgb": 64, "audio": 65, "labels": 64}
    with caplog.at_level(logging.WARNING, "visionaryvids"):
        assert common_length("video-logged-once", lengths) == 64
        assert common_length("video-logged-once", lengths) == 64
    assert caplog.messages == ["video-logged-once: rgb 64, audio 65, labels 64 clips: cut to 64"]


def test_agreement_is_silent(caplog):
    assert common_length("v", {"rgb": 5, "audio": 5}) == 5
    assert not caplog.messages


def test_a_large_disagreement_is_an_error_message(caplog):
    with caplog.at_level(logging.WARNING, "visionaryvids"):
        common_length("video-far-apart", {"rgb": 10, "audio": 20})
    assert caplog.records[0].levelno == logging.ERROR
    assert "probably another video's" in caplog.messages[0]


def test_what_counts_as_large():
    assert not is_large({"a": 10, "b": 14})
    assert is_large({"a": 10, "b": 15})
    assert not is_large({"a": 90, "b": 100})
    assert is_large({"a": 89, "b": 100})
    assert describe({"a": 2, "b": 3}) == "a 2, b 3 clips: cut to 2"
