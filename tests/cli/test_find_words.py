"""`find --text-track`, as a user calls it: subtitles inside, beside and in the place of a video, and captions."""

import json

import pytest

from tests.cli.fake import FakeLocalizer
from tests.cli.run import here
from tests.features.test_captions import blip
from tests.features.test_clip import save
from tests.media.make import write_video
from tests.media.make_subtitles import Stream, with_subtitles
from tests.shared import SHARED, needs_shared
from tests.talk import srt, write_talk
from visionaryvids.media.cues import Cue

SAID = [Cue(1, 4, "The train to Vienna was cancelled."), Cue(8, 11, "Bees dance to tell where the flowers are.")]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def mute(tmp_path_factory):
    """Twelve seconds of black and white blocks, and not a word."""
    return write_video(tmp_path_factory.mktemp("made") / "mute.mkv", 120, rate=10)


def find(capsys, *words):
    """What `find --json` prints about one video, and what it says besides."""
    ran = here(capsys, "find", *words, "--json")
    assert ran.status == 0, ran.err
    return json.loads(ran.out), ran.err


def overlaps(found, start_s, end_s):
    best = found["results"][0]["moments"][0]
    return best["start_s"] < end_s and start_s < best["end_s"]


def test_a_stream_inside_the_video_alone(capsys, mute, tmp_path):
    video = with_subtitles(mute, tmp_path / "film.mkv", [Stream(srt(SAID), "eng")])
    found, _ = find(capsys, video, "insects show each other food", "--model", "text-track")
    assert (found["schema"], found["model"], found["clip_s"]) == ("visionaryvids/find/1", "text-track", 2.0)
    assert len(found["results"][0]["saliency"]) == 6
    assert overlaps(found, 8, 11)
    assert found == find(capsys, video, "insects show each other food", "--model", "text-track")[0]


def test_words_raise_the_moment_when_they_are_said(capsys, mute, tmp_path):
    (tmp_path / "mute.mkv").write_bytes(mute.read_bytes())
    alone, _ = find(capsys, tmp_path / "mute.mkv", SAID[1].text)
    (tmp_path / "mute.srt").write_text(srt(SAID))
    both, _ = find(capsys, tmp_path / "mute.mkv", SAID[1].text, "--text-track", "auto")
    assert (alone["model"], both["model"]) == ("lite", "lite+text-track")
    assert overlaps(both, 8, 11)
    assert both["clip_s"] == alone["clip_s"] == 1.0
    before, after = (each["results"][0] for each in (alone, both))
    assert after["present"] > before["present"]
    assert after["moments"][0]["score"] > before["moments"][0]["score"]
    assert min(after["saliency"][8:11]) > max(before["saliency"][8:11])
    assert len(after["saliency"]) == len(before["saliency"])


def test_a_video_without_words_says_so_and_goes_on(capsys, mute):
    alone, _ = find(capsys, mute, "a cat")
    found, said = find(capsys, mute, "a cat", "--text-track", "auto")
    assert found["results"] == alone["results"]
    assert "only pictures count: no subtitles in it or beside it" in said
    assert any("captions:MODEL" in warning for warning in found["warnings"])
    refused = here(capsys, "find", mute, "a cat", "--model", "text-track")
    assert refused.status == 2
    assert "no subtitles in it or beside it" in refused.err


def test_subtitles_in_the_place_of_a_video(capsys, tmp_path):
    talk = write_talk(tmp_path / "talk.srt")
    found, _ = find(capsys, talk, "sailing from Europe to America long ago", "--model", "text-track", "--top", 1)
    assert found["duration_s"] == 1200.0
    assert len(found["results"][0]["saliency"]) == 600
    shown = here(capsys, "find", talk, "sailing from Europe to America long ago", "--model", "text-track")
    assert "20:00, model text-track" in shown.out
    refused = here(capsys, "find", talk, "sailing")
    assert refused.status == 2
    assert "--model text-track" in refused.err


def test_a_file_is_named_and_a_bad_one_is_refused(capsys, mute, tmp_path):
    captions = [{"start_s": cue.start_s, "end_s": cue.end_s, "text": cue.text} for cue in SAID]
    (tmp_path / "captions.json").write_text(json.dumps(captions))
    found, _ = find(
        capsys, mute, "no trains today", "--model", "text-track", "--text-track", tmp_path / "captions.json"
    )
    assert overlaps(found, 1, 4)
    for name, message in [("none.srt", "no such file"), ("mute.txt", "not timed text")]:
        (tmp_path / "mute.txt").write_text("Dear all")
        refused = here(capsys, "find", mute, "a cat", "--text-track", tmp_path / name)
        assert refused.status == 2
        assert message in refused.err
    assert here(capsys, "find", mute, "a cat", "--text-track", "auto", "--track-language", "?").status == 2


def test_a_bad_file_of_words_is_told_before_pictures_are_looked_at(capsys, monkeypatch, mute):
    monkeypatch.setattr("visionaryvids.localize.extract_cached", lambda *_, **__: pytest.fail("it looked"))
    assert "no such file" in here(capsys, "find", mute, "a cat", "--text-track", "none.srt").err


def test_frames_are_described_by_a_network(capsys, mute, tmp_path):
    import transformers

    save(tmp_path / "blip", blip(), transformers.BlipImageProcessorPil(size={"height": 64, "width": 64}))
    found, _ = find(capsys, mute, "a dog", "--model", "text-track", "--text-track", f"captions:{tmp_path / 'blip'}")
    assert len(found["results"][0]["saliency"]) == 6
    refused = here(capsys, "find", mute, "a dog", "--text-track", f"captions:{tmp_path}")
    assert refused.status == 2
    assert "an image-captioning network" in refused.err


def test_what_was_asked_reaches_the_localizer(capsys, monkeypatch, mute):
    monkeypatch.setattr("visionaryvids.localize.Localizer", FakeLocalizer)
    monkeypatch.setattr(FakeLocalizer, "read", ())
    here(capsys, "find", mute, "a dog")
    here(capsys, "find", mute, "a dog", "--text-track", "a.srt", "--track-language", "de")
    assert FakeLocalizer.read == ((None, "en"), ("a.srt", "de"))


@needs_shared
def test_a_film_of_nasa_is_searched_by_its_own_subtitles(capsys):
    video = SHARED / "videos" / "nasa_13013.mp4"
    found, _ = find(capsys, video, "a space observatory in a clean room", "--model", "text-track")
    assert overlaps(found, 0.2, 12.5)
    found, _ = find(capsys, video, "one part of the instrument was completed", "--model", "text-track")
    assert overlaps(found, 12, 14)
    both, _ = find(capsys, video, "a space observatory in a clean room", "--text-track", "auto")
    assert both["model"] == "lite+text-track"
    assert overlaps(both, 0.2, 12.5)
