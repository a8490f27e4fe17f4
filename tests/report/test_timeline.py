"""Timelines for editors: read back by OpenTimelineIO, and looked at as text where it does not look."""

from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.made import HOSTILE, picks, source
from visionaryvids.errors import ConfigError
from visionaryvids.report.fcpxml import as_fcpxml
from visionaryvids.report.timeline import RATES, as_edl, as_otio, media_url, timeline_rate

URL = "file:///videos/my%20film%27s.mp4"
CUTS = picks(("a cat", 10, 12.52, 0.912), (None, 61.5, 70.2, 0.5), ("past the end", 99.9, 130, 0.1))
NTSC = 30000 / 1001


@pytest.mark.parametrize(
    ("rate_hz", "rate"),
    [
        (NTSC, Fraction(30000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)),
        (24, Fraction(24)),
        (12.5, Fraction(25)),
        (10, Fraction(30)),
        (20, Fraction(60)),
        (24.83, Fraction(25)),
        (59.94, Fraction(60000, 1001)),
        (33.3, Fraction(48)),
        (120, Fraction(60)),
    ],
)
def test_sources_are_cut_at_a_standard_rate(rate_hz, rate):
    assert timeline_rate(rate_hz) == rate


def seconds(clip):
    chosen = clip.source_range
    return chosen.start_time.to_seconds(), chosen.end_time_exclusive().to_seconds()


def inside(clip):
    """Whether the cut stays within its source."""
    chosen, there = clip.source_range, clip.available_range()
    return there.start_time <= chosen.start_time and chosen.end_time_exclusive() <= there.end_time_exclusive()


def one_frame_off(clips, wanted, rate):
    """Whether every edge is within a frame (with rounding of half a frame, and what reading loses)."""
    return all(
        seconds(clip) == pytest.approx(edges, abs=1.01 / rate) for clip, edges in zip(clips, wanted, strict=True)
    )


WANTED = [(10, 12.52), (61.5, 70.2), (99.9, 100)]


@pytest.mark.parametrize("rate", RATES)
def test_otio_is_read_back(rate):
    timeline = otio.adapters.read_from_string(as_otio(CUTS, source(float(rate)), URL), "otio_json")
    clips = timeline.video_tracks()[0].find_clips()
    assert [clip.name for clip in clips] == ["a cat (0.91)", "Highlight (0.50)", "past the end (0.10)"]
    assert one_frame_off(clips, WANTED, float(rate))
    assert {clip.media_reference.target_url for clip in clips} == {URL}
    assert all(inside(clip) for clip in clips)
    assert clips[0].source_range.duration.rate == float(rate)
    assert len(timeline.audio_tracks()) == 1


def test_a_silent_source_has_no_audio_track():
    timeline = otio.adapters.read_from_string(as_otio(CUTS, source(sound=False), URL), "otio_json")
    assert not timeline.audio_tracks()
    assert " V     C " in as_edl(CUTS, source(sound=False), URL)


@pytest.mark.parametrize("rate", RATES)
def test_edl_is_read_back(rate):
    text = as_edl(CUTS, source(float(rate)), URL)
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
    assert {track.name for track in timeline.tracks} == {"V", "A1", "A2"}
    clips = timeline.video_tracks()[0].find_clips()
    assert one_frame_off(clips, WANTED, float(rate))
    assert {clip.name for clip in clips} == {"my film's.mp4"}
    assert list(clips[0].metadata["cmx_3600"]["comments"]) == ["COMMENT: a cat (0.91)"]
    assert clips[0].metadata["cmx_3600"]["reel"] == "my_film_"


@pytest.mark.parametrize(
    ("rate_hz", "mode", "timecode"), [(25, "NON-DROP", "00:01:01:13"), (NTSC, "DROP", "00:01:01;15")]
)
def test_edl_says_its_drop_frame_policy(rate_hz, mode, timecode):
    lines = as_edl(CUTS, source(rate_hz), URL).splitlines()
    assert lines[1] == f"FCM: {mode} FRAME"
    assert timecode in next(line for line in lines if line.startswith("002"))


def test_edl_refuses_what_it_cannot_number():
    with pytest.raises(ConfigError, match="1000 moments"):
        as_edl(picks(*[("q", 1, 2, 0.5)] * 1000), source(), URL)
    with pytest.raises(ConfigError, match="24 h"):
        as_edl(CUTS, source(duration_s=90_000), URL)


@pytest.mark.parametrize("rate", RATES)
def test_fcpxml_is_read_back(rate):
    text = as_fcpxml(CUTS, source(float(rate)), URL)
    clips = otio.adapters.read_from_string(text, "fcpx_xml").find_clips()
    assert [clip.name for clip in clips] == ["a cat (0.91)", "Highlight (0.50)", "past the end (0.10)"]
    assert {clip.media_reference.target_url for clip in clips} == {URL}
    if rate.denominator == 1:  # this reader takes 29.97 for 29
        assert one_frame_off(clips, WANTED, float(rate))


@pytest.mark.parametrize("rate", RATES)
def test_fcpxml_times_are_whole_frames_and_refer_to_what_is_there(rate):
    root = ElementTree.fromstring(as_fcpxml(CUTS, source(float(rate)), URL))
    (form,), (asset,) = root.findall("resources/format"), root.findall("resources/asset")
    assert form.attrib["frameDuration"] == f"{rate.denominator}/{rate.numerator}s"
    assert (form.attrib["width"], form.attrib["height"]) == ("640", "360")
    assert (asset.attrib["src"], asset.attrib["hasAudio"], asset.attrib["hasVideo"]) == (URL, "1", "1")
    assert asset.attrib["format"] == form.attrib["id"]
    clips = root.findall("project/sequence/spine/asset-clip")
    assert {clip.attrib["ref"] for clip in clips} == {asset.attrib["id"]}
    times = [
        Fraction(e.attrib[k].rstrip("s")) for e in root.iter() for k in ("start", "offset", "duration") if k in e.attrib
    ]
    assert all((time * rate).denominator == 1 for time in times)
    starts = [float(Fraction(clip.attrib["start"].rstrip("s"))) for clip in clips]
    assert starts == pytest.approx([start for start, _ in WANTED], abs=0.51 / float(rate))
    drop = root.find("project/sequence").attrib["tcFormat"]
    assert drop == ("DF" if rate.numerator in (30000, 60000) else "NDF")


def test_hostile_queries_stay_names():
    cuts = picks(*[(query, 1, 2, 0.5) for query in HOSTILE])
    for text, kind in (
        (as_otio(cuts, source(), URL), "otio_json"),
        (as_edl(cuts, source(), URL), "cmx_3600"),
        (as_fcpxml(cuts, source(), URL), "fcpx_xml"),
    ):
        found = otio.adapters.read_from_string(text, kind)
        tracks = found.tracks if hasattr(found, "tracks") else found
        assert len(tracks[0].find_clips()) == len(HOSTILE)
    assert len([line for line in as_edl(cuts, source(), URL).splitlines() if line[:1].isdigit()]) == len(HOSTILE)


def test_file_names_that_are_no_text_are_written(tmp_path):
    """A name that is not UTF-8 (Python keeps its bytes as lone surrogates) and one with a line break."""
    for name in ("caf\udce9.mp4", "two\n001  lines.mp4"):
        info = source(path=tmp_path / name)
        url = media_url(info.path, None)
        assert url.isascii()
        for text in (as_otio(CUTS, info, url), as_edl(CUTS, info, url), as_fcpxml(CUTS, info, url)):
            assert text.encode()
        assert len([line for line in as_edl(CUTS, info, url).splitlines() if line[:1].isdigit()]) == len(CUTS)


def test_media_is_named_absolutely_or_from_a_folder(tmp_path):
    film = tmp_path / "films" / "é #1.mp4"
    assert media_url(film, None) == film.resolve().as_uri()
    assert media_url(film, tmp_path / "out") == "../films/%C3%A9%20%231.mp4"


@given(st.floats(0, 120), st.floats(0, 60), st.sampled_from(RATES))
def test_every_cut_is_a_frame_or_longer_and_inside_its_source(start_s, length_s, rate):
    cuts = picks(("q", start_s, start_s + length_s, 0.5))
    timeline = otio.adapters.read_from_string(as_otio(cuts, source(float(rate)), URL), "otio_json")
    clip = timeline.find_clips()[0]
    assert clip.source_range.duration.value >= 1
    assert inside(clip)
    assert Path(clip.media_reference.name).suffix == ".mp4"
