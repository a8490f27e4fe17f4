"""Subtitles inside a video and beside it: which one is read, and when its words are said."""

import pytest

from tests.media.make import write_video
from tests.media.make_subtitles import Stream, with_subtitles
from tests.shared import SHARED, needs_shared
from visionaryvids.errors import ConfigError, NoWordsError
from visionaryvids.media.cues import Cue
from visionaryvids.media.languages import checked_language
from visionaryvids.media.probe import probe
from visionaryvids.media.subtitle_streams import embedded_subtitles, sidecar, sidecar_language


def srt(word):
    return f"1\n00:00:01,000 --> 00:00:02,000\n<i>{word}</i>\n\n2\n00:00:03,000 --> 00:00:04,500\n{word}\nagain\n"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return write_video(tmp_path_factory.mktemp("made") / "pictures.mkv", 60)


def test_the_words_of_a_stream_at_their_times(pictures, tmp_path):
    video = with_subtitles(pictures, tmp_path / "a.mkv", [Stream(srt("hello"), "eng")])
    assert embedded_subtitles(video, "en", 0.0).cues == (Cue(1.0, 2.0, "hello"), Cue(3.0, 4.5, "hello again"))
    assert embedded_subtitles(video, "en", 0.5).cues[0] == Cue(0.5, 1.5, "hello")


def test_the_stream_in_the_language_that_is_wanted(pictures, tmp_path):
    streams = [
        Stream(srt("Hallo"), "ger", default=True), Stream(srt("only signs"), "eng", forced=True),
        Stream(srt("hello"), "eng"), Stream(srt("Grüezi"), "deu"),
    ]  # fmt: skip
    video = with_subtitles(pictures, tmp_path / "a.mkv", streams)

    def first(language):
        found = embedded_subtitles(video, language, 0.0)
        return found.cues[0].text, len(found.warnings)

    assert first("en") == ("hello", 0)
    assert first("de") == ("Hallo", 1)  # the encoder reads English
    assert first("fr") == ("Hallo", 2)  # and it is not what was wanted


def test_a_stream_that_does_not_say_its_language_is_taken_as_it_is(pictures, tmp_path):
    video = with_subtitles(pictures, tmp_path / "a.mkv", [Stream(srt("Hallo"), "ger"), Stream(srt("hello"))])
    assert embedded_subtitles(video, "en", 0.0).cues[0].text == "hello"
    assert embedded_subtitles(video, "en", 0.0).warnings == ()


def test_a_video_without_words_says_so(pictures):
    with pytest.raises(NoWordsError, match="no subtitles") as raised:
        embedded_subtitles(pictures, "en", 0.0)
    assert "captions:MODEL" in raised.value.problem.remedy


def test_files_beside_the_video(tmp_path):
    video = tmp_path / "my.film.mp4"
    assert sidecar(video, "en") is None
    for name in ("my.film.de.srt", "my.film.forced.en.vtt", "my.film.sdh.ass", "other.en.srt", "my.filmography.en.srt"):
        (tmp_path / name).touch()
    (tmp_path / "my.film.it.srt").mkdir()
    found = {language: sidecar(video, language) for language in ("en", "de", "fr")}
    assert {language: path.name for language, path in found.items()} == {
        "en": "my.film.forced.en.vtt", "de": "my.film.de.srt", "fr": "my.film.sdh.ass",
    }  # fmt: skip
    assert sidecar_language(tmp_path / "my.film.de.srt", video) == "de"
    assert sidecar_language(tmp_path / "my.film.srt", video) == ""


def test_codes_of_one_language_are_one_language():
    assert {checked_language(tag) for tag in ("en", "eng", "en-US", "EN")} == {"en"}
    with pytest.raises(ConfigError, match="language"):
        checked_language("not a language")


@needs_shared
def test_a_film_of_nasa():
    video = SHARED / "videos" / "nasa_13013.mp4"
    found = embedded_subtitles(video, "en", probe(video).origin_s)
    assert found.warnings == ()
    assert [round(cue.start_s, 2) for cue in found.cues] == [0.21, 4.26, 8.35, 12.47]
    assert found.cues[2].text == "at NASA’s Goddard Space Flight Center in Greenbelt, Maryland."
