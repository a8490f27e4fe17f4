"""Which words of a video are read, and that they are read once."""

import numpy as np
import pytest

from tests.features.test_text_track import Letters, letters
from tests.media.make import Tone, write_video
from tests.media.make_subtitles import Stream, with_subtitles
from visionaryvids.errors import ConfigError, MediaError, NoWordsError
from visionaryvids.features.cache import FeatureCache
from visionaryvids.features.text_track import SPEC
from visionaryvids.features.track_source import Described, Embedded, TrackChoice, Written, extract_track, source_of

AUTO = TrackChoice()


def srt(letter, start=2):
    return f"1\n00:00:0{start},000 --> 00:00:0{start + 2},000\n{letter}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return with_subtitles(write_video(folder / "x.mkv", 60), folder / "made.mkv", [Stream(srt("b"), "eng")])


@pytest.fixture
def video(made, tmp_path):
    """Six seconds with a stream that says b in the second clip."""
    return tmp_path / "film.mkv" if (tmp_path / "film.mkv").write_bytes(made.read_bytes()) else None


def read(video, choice=AUTO, text=None, cache=None):
    return letters(extract_track(video, choice, text or Letters(), cache).features.video_TD)


def test_a_file_beside_the_video_comes_before_the_stream_inside(video):
    assert source_of(video, AUTO) == Embedded("en")
    assert read(video) == ["", "b", ""]
    (video.parent / "film.srt").write_text(srt("a", 0))
    assert source_of(video, AUTO) == Written(video.parent / "film.srt")
    assert read(video) == ["a", "", ""]


def test_a_file_that_is_named_comes_before_all(video, tmp_path):
    (tmp_path / "film.srt").write_text(srt("a"))
    (tmp_path / "other.vtt").write_text("WEBVTT\n\n00:04.000 --> 00:06.000\nc\n")
    assert read(video, TrackChoice(str(tmp_path / "other.vtt"))) == ["", "", "c"]
    with pytest.raises(MediaError, match="no such file"):
        read(video, TrackChoice(str(tmp_path / "none.srt")))


def test_words_in_the_place_of_a_video(tmp_path):
    (tmp_path / "talk.srt").write_text(srt("a"))
    assert read(tmp_path / "talk.srt") == ["", "a"]
    found = extract_track(tmp_path / "talk.srt", AUTO, Letters(), None)
    assert found.duration_s == 4.0


def test_sound_alone_has_words_too(tmp_path):
    sound = write_video(tmp_path / "talk.m4a", codec=None, tone=Tone(5.0))
    (tmp_path / "talk.srt").write_text(srt("a"))
    assert read(sound) == ["", "a", ""][: len(read(sound))]
    assert extract_track(sound, AUTO, Letters(), None).duration_s == pytest.approx(5, abs=0.1)


def test_no_words_anywhere(tmp_path):
    with pytest.raises(NoWordsError):
        read(write_video(tmp_path / "mute.mp4", 20))


def test_another_language_beside_the_video_is_read_with_a_warning(video, tmp_path):
    (tmp_path / "film.de.srt").write_text(srt("d"))
    found = extract_track(video, AUTO, Letters(), None)
    assert letters(found.features.video_TD) == ["", "d", ""]
    assert found.warnings[0] == "no timed text in language en; de is read"
    with pytest.raises(ConfigError, match="language"):
        TrackChoice(language="?")


def test_words_are_read_once_and_a_changed_file_again(video, tmp_path):
    cache, text = FeatureCache(tmp_path / "cache"), Letters()
    first = extract_track(video, AUTO, text, cache)
    again = extract_track(video, AUTO, text, cache)
    assert text.read == ["b"]
    np.testing.assert_array_equal(first.features.video_TD, again.features.video_TD)
    assert first.duration_s == again.duration_s
    beside = tmp_path / "film.srt"
    for letter in ("a", "a", "c"):
        beside.write_text(srt(letter))
        assert read(video, text=text, cache=cache) == ["", letter, ""]
    assert text.read == ["b", "a", "c"]


def test_sources_of_one_video_are_kept_apart(video):
    settings = [source.settings() for source in (Embedded("en"), Embedded("de"), Described("some/blip", "cpu"))]
    assert len({str(each) for each in settings}) == 3
    assert source_of(video, TrackChoice("captions:some/blip", device="cuda")) == Described("some/blip", "cuda")
    assert "source" not in SPEC.settings
