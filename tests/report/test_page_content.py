"""What goes into the page: wording, a curve that stays small, and where the video comes from. No browser needed."""

from __future__ import annotations

import base64
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.media.make import Tone, number_in, write_video
from visionaryvids.errors import InputError, MediaError
from visionaryvids.media.movie import Encoding, MovieWriter
from visionaryvids.media.probe import probe
from visionaryvids.media.video import frames_at
from visionaryvids.report.page import write_page
from visionaryvids.report.page.content import MAX_POINTS, peaks, verdict
from visionaryvids.report.page.pictures import Pictures, pictures_of
from visionaryvids.report.page.source import LIMITS, Inside, Limits, Source, choose_source
from visionaryvids.types import Answer, Findings, Moment


def findings_of(video: Path, answers: tuple[Answer, ...] = ()) -> Findings:
    return Findings(str(video), 3.0, 1.0, "lite", answers)


def source_of(video: Path, embed: Any = "auto", limits: Limits = LIMITS["auto"]) -> Source:
    return choose_source(video, video.parent / "page.html", embed, limits)


def inside_of(video: Path, embed: Any = "auto", limits: Limits = LIMITS["auto"]) -> Inside:
    inside = source_of(video, embed, limits).inside
    assert inside is not None
    return inside


@pytest.mark.parametrize(
    ("present", "words"),
    [
        (0.93, "in this video (93 %)"),
        (0.9999, "in this video (> 99 %)"),
        (0.71, "probably in this video (71 %)"),
        (0.07, "probably not in this video (7 %)"),
        (0.0, "probably not in this video (< 1 %)"),
    ],
)
def test_the_verdict_is_no_surer_than_the_number(present: float, words: str) -> None:
    assert verdict(Answer("a cat", present, (), np.zeros(1)))[1] == words


def test_no_peak_of_a_long_curve_is_lost() -> None:
    curve = np.random.default_rng(0).random(10_800) / 2
    curve[[0, 5_432, 10_799]] = 0.9, 0.97, 0.93
    short = peaks(curve)
    assert len(short) == MAX_POINTS
    assert short[[0, 5_432 * MAX_POINTS // 10_800, -1]].tolist() == [0.9, 0.97, 0.93]
    assert all(short[index] == curve[9 * index : 9 * index + 9].max() for index in range(MAX_POINTS))
    assert peaks(curve[:7]).tolist() == curve[:7].tolist()


@pytest.mark.parametrize("clips", [1, MAX_POINTS - 1, MAX_POINTS, MAX_POINTS + 1, 2 * MAX_POINTS - 1])
def test_every_clip_counts_in_exactly_one_stretch(clips: int) -> None:
    for clip in {0, clips // 2, clips - 1}:
        curve = np.zeros(clips)
        curve[clip] = 1
        assert peaks(curve).sum() == 1


def test_a_page_of_three_hours_stays_small(tmp_path: Path) -> None:
    curve = np.random.default_rng(0).random(10_800)
    answers = tuple(Answer(f"query {number}", 0.5, (Moment(0, 9, 0.5),), curve) for number in range(10))
    write_page(tmp_path / "page.html", Findings("gone.mp4", 10_800, 1.0, "lite", answers))
    assert (tmp_path / "page.html").stat().st_size < 150_000


def test_a_playable_video_goes_in_as_it_is(tmp_path: Path) -> None:
    for video in (
        write_video(tmp_path / "a.mp4", tone=Tone(3)),
        write_video(tmp_path / "a.webm", codec="libvpx-vp9", tone=Tone(3, codec="libopus")),
    ):
        inside = inside_of(video)
        assert (inside.data, inside.is_preview) == (video.read_bytes(), False)
        assert inside.mime == f"video/{video.suffix[1:]}"


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [
        ("a.avi", "mpeg4", "mp3"),
        ("a.mkv", "libx264", "aac"),
        ("a.mp4", "libx265", "aac"),
        ("b.mp4", "libx264", "ac3"),
        ("a.gif", "gif", None),
    ],
)
def test_what_browsers_do_not_play_goes_in_as_a_copy(tmp_path: Path, name: str, codec: str, sound: str | None) -> None:
    video = write_video(tmp_path / name, 30, codec=codec, size=(640, 480), tone=Tone(3, codec=sound) if sound else None)
    inside = inside_of(video)
    assert (inside.mime, inside.is_preview) == ("video/mp4", True)
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(inside.data)
    info = probe(copy)
    assert info.video is not None
    assert (info.video.codec, info.video.width, info.video.height) == ("h264", 480, 360)
    assert info.duration_s == pytest.approx(probe(video).duration_s, abs=0.15)
    assert (info.audio is None) == (sound is None)
    assert numbers(copy) == numbers(video)
    assert inside_of(copy).is_preview is False


def numbers(video: Path) -> list[int | None]:
    return [number_in(frame.image_HW3) for frame in frames_at(video, [0.05, 0.55, 1.55, 2.85])]


def test_a_picture_format_that_phones_do_not_play_is_copied(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    with av.open(str(video), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv444p"
        for packets in (stream.encode(av.VideoFrame(64, 64, "yuv444p")), stream.encode(None)):
            container.mux(packets)
    assert inside_of(video).is_preview


def test_a_large_video_is_copied_or_linked(tmp_path: Path) -> None:
    video, noise = tmp_path / "large one#1.mp4", np.random.default_rng(0)
    with MovieWriter(video, 320, 240, rate_hz=5, encoding=Encoding(crf=5)) as movie:
        for _ in range(50):
            movie.show(noise.integers(0, 256, (240, 320, 3), np.uint8))
    size = video.stat().st_size
    copied = inside_of(video, limits=Limits(size - 1, 60))
    assert copied.is_preview
    assert len(copied.data) < size
    assert source_of(video, limits=Limits(size - 1, 5)) == Source("./large%20one%231.mp4", 0.0, None)
    assert source_of(video, limits=Limits(5_000, 60)).inside is None
    assert source_of(video, "never").inside is None


def test_all_videos_share_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    videos = [write_video(tmp_path / f"{number}.mp4") for number in range(3)]
    monkeypatch.setitem(LIMITS, "auto", Limits(2 * videos[0].stat().st_size, 0))
    write_page(tmp_path / "page.html", [findings_of(video) for video in videos])
    page = (tmp_path / "page.html").read_text()
    assert re.findall(r'type="text/plain" id="(.*?)">', page) == ["video-0", "video-1"]
    assert base64.b64encode(videos[1].read_bytes()).decode() in page


def test_the_link_is_relative_to_the_page(tmp_path: Path) -> None:
    (tmp_path / "ä").mkdir()
    video = write_video(tmp_path / "javascript:alert(1).mp4")
    assert choose_source(video, tmp_path / "ä" / "p.html", "never", LIMITS["never"]).url == (
        "./../javascript%3Aalert%281%29.mp4"
    )
    here = Path(os.path.relpath(video))
    assert choose_source(here, tmp_path / "p.html", "never", LIMITS["never"]).url == "./javascript%3Aalert%281%29.mp4"


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    video = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    write_page(tmp_path / "page.html", findings_of(video))
    assert "<title>\ufffd.mp4</title>" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert source_of(video).url == "./%FF.mp4"


def test_a_video_that_cannot_be_read_is_linked_unless_it_must_be_inside(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"no video" * 99)
    for video in (damaged, tmp_path / "gone.mp4"):
        assert source_of(video) == Source(f"./{video.name}", 0.0, None)
        with pytest.raises(MediaError, match=video.name):
            source_of(video, "always")
    large = write_video(tmp_path / "large.mp4")
    with pytest.raises(MediaError, match="does not fit into a page"):
        source_of(large, "always", Limits(1_000, 60))


def test_each_moment_has_its_picture(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", 30, size=(512, 256))
    answers = (
        Answer("a", 0.9, (Moment(2.0, 2.5, 0.9), Moment(0.0, 1.0, 0.5)), np.ones(3)),
        Answer(None, 1.0, (Moment(0.0, 3.0, 0.5),), np.array([0, 1, 0])),
    )
    found = pictures_of(findings_of(video, answers))
    assert {key: number_in_picture(address) for key, address in found.moments.items()} == {
        ("a", 1): 22,
        ("a", 2): 5,
        (None, 1): 15,  # the middle of its best clip
    }
    assert found.poster is not None
    assert number_in_picture(found.poster) == 22
    assert len(found.moments["a", 1]) < 8_000
    assert pictures_of(findings_of(tmp_path / "gone.mp4", answers)) == Pictures(None, {})


def number_in_picture(address: str) -> int | None:
    head, data = address.split(",")
    assert head == "data:image/jpeg;base64"
    return number_in(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))))


def test_the_same_findings_make_the_same_page(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.avi", codec="mpeg4")
    for name in ("one.html", "two.html"):
        write_page(tmp_path / name, findings_of(video, (Answer("x", 0.5, (Moment(0, 1, 0.5),), np.ones(3)),)))
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_content_is_json_that_no_parser_takes_for_markup(tmp_path: Path) -> None:
    hostile = "</script><!--<script>&amp;\u2028"
    write_page(tmp_path / "page.html", findings_of(tmp_path / "gone.mp4", (Answer(hostile, 0.5, (), np.ones(3)),)))
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    content = page.split('id="content">')[1].split("</script>")[0]
    assert json.loads(content)[0]["answers"][0]["title"] == hostile
    assert not set(content) & set("<>&\u2028")


def test_a_page_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_page(tmp_path / "page.html", findings_of(tmp_path / "gone.mp4"))
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_page_is_about_a_video() -> None:
    with pytest.raises(ValueError, match="expected at least one video"):
        write_page(Path("page.html"), [])
