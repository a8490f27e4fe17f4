"""What a file says about itself, and what it says about itself wrongly."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.media.make import Tone, picture, write_video
from tests.shared import SHARED, needs_shared
from visionaryvids.errors import MediaError
from visionaryvids.media.container import open_media
from visionaryvids.media.probe import probe
from visionaryvids.media.video import frames_at


def test_streams_sizes_rates(tmp_path: Path) -> None:
    info = probe(write_video(tmp_path / "a.mp4", 30, rate=10, size=(96, 64), tone=Tone(3.0, rate_hz=44100)))
    assert info.video is not None
    assert info.audio is not None
    assert (info.video.codec, info.video.width, info.video.height, info.video.rotation_deg) == ("h264", 96, 64, 0)
    assert (info.video.rate_hz, info.video.start_s) == (10.0, 0.0)
    assert (info.audio.codec, info.audio.rate_hz, info.audio.channels) == ("aac", 44100, 2)
    assert info.duration_s == pytest.approx(3.0, abs=0.05)
    assert info.claimed_s == info.duration_s
    assert info.size_bytes == (tmp_path / "a.mp4").stat().st_size


@pytest.mark.parametrize(("rotation_deg", "size"), [(90, (64, 96)), (180, (96, 64)), (270, (64, 96))])
def test_a_turned_picture_is_measured_upright(tmp_path: Path, rotation_deg: int, size: tuple[int, int]) -> None:
    video = probe(write_video(tmp_path / "a.mov", 5, size=(96, 64), rotation_deg=rotation_deg)).video
    assert video is not None
    assert (video.rotation_deg, video.width, video.height) == (rotation_deg, *size)


@pytest.mark.parametrize("name", ["a.gif", "a.avi", "a.ts", "a.mkv"])
def test_duration_of_every_container(tmp_path: Path, name: str) -> None:
    codec = {"a.gif": "gif", "a.avi": "mpeg4"}.get(name, "libx264")
    assert probe(write_video(tmp_path / name, 30, codec=codec)).duration_s == pytest.approx(3.0, abs=0.11)


def test_one_frame_lasts_one_frame(tmp_path: Path) -> None:
    assert probe(write_video(tmp_path / "a.mp4", 1, rate=10)).duration_s == pytest.approx(0.1)


def test_a_file_that_does_not_tell_its_duration_is_measured(tmp_path: Path) -> None:
    path = write_video(tmp_path / "live.mkv", 30, container_options={"live": "1"}, tone=Tone(3.0))
    with av.open(str(path)) as container:
        assert container.duration is None
    assert probe(path).duration_s == pytest.approx(3.0, abs=0.1)


def test_sound_that_goes_on_makes_the_file_longer(tmp_path: Path) -> None:
    info = probe(write_video(tmp_path / "a.mkv", 20, tone=Tone(5.0)))
    assert info.duration_s == info.claimed_s == pytest.approx(5.0, abs=0.1)


def test_sound_alone_has_no_video(tmp_path: Path) -> None:
    info = probe(write_video(tmp_path / "a.m4a", codec=None, tone=Tone(2.0)))
    assert info.video is None
    assert info.duration_s == pytest.approx(2.0, abs=0.1)


def test_a_cover_picture_is_not_the_video(tmp_path: Path) -> None:
    path = tmp_path / "cover.mp4"
    with av.open(str(path), "w") as container:
        cover, film = container.add_stream("mjpeg", rate=1), container.add_stream("libx264", rate=10)
        cover.width, cover.height, cover.pix_fmt = 512, 512, "yuvj420p"
        film.width, film.height, film.pix_fmt = 64, 64, "yuv420p"
        cover.disposition = av.stream.Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame.from_ndarray(picture(9, 512, 512), format="rgb24")))
        for number in range(10):
            container.mux(film.encode(av.VideoFrame.from_ndarray(picture(number), format="rgb24")))
        container.mux([*cover.encode(None), *film.encode(None)])
    video = probe(path).video
    assert video is not None
    assert (video.codec, video.width) == ("h264", 64)


def test_an_animation_of_uneven_times_is_not_cut(tmp_path: Path) -> None:
    info = probe(write_video(tmp_path / "a.mkv", 4, times_ms=[0, 100, 200, 6000]))
    assert info.claimed_s == info.duration_s >= 6.0


@needs_shared
@pytest.mark.parametrize(
    ("name", "duration_s", "size", "rate_hz", "audio", "subtitles"),
    [
        ("nasa_13013.mp4", 13.1, (480, 270), 29.97, "aac", 2),
        ("car-detection.mp4", 30.2, (768, 432), 12.5, "aac", 0),
        ("one-by-one-person-detection.mp4", 139.4, (768, 432), 10, None, 0),
        ("flipping_a_pancake.mkv", 10.4, (426, 240), 30, "opus", 0),
        ("skateboarding_dog.mp4", 14.2, (576, 1024), 29.97, "aac", 0),
        ("playing_guitar.mp4", 10.0, (470, 320), 30, None, 0),
        ("cockatoo.mp4", 14.0, (1280, 720), 20, "mp3", 0),
        ("women_long_jump.mp4", 35.2, (480, 360), 24.83, "aac", 0),
    ],
)
def test_real_files(name, duration_s, size, rate_hz, audio, subtitles) -> None:
    info = probe(SHARED / "videos" / name)
    assert info.video is not None
    assert info.duration_s == pytest.approx(duration_s, abs=0.1)
    assert info.claimed_s == info.duration_s
    assert (info.video.width, info.video.height) == size
    assert info.video.rate_hz == pytest.approx(rate_hz, abs=0.01)
    assert (info.audio.codec if info.audio else None) == audio
    assert len(info.subtitles) == subtitles
    (frame,) = frames_at(info.path, [info.duration_s / 2])
    assert frame.image_HW3.shape == (size[1], size[0], 3)
    assert abs(frame.shown_s - info.duration_s / 2) < 0.2


def test_what_is_not_a_video(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "notes.txt").write_text("Just some words.\n" * 100)
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nother.ts\n")
    (tmp_path / "titles.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 64)
    for name, words in {
        "missing.mp4": "no such file",
        "empty.mp4": "0 bytes",
        "notes.txt": "not a video",
        "list.m3u8": "not a video",
        "titles.srt": "not a video",
        "noise.mp4": "not a video",
        ".": "a folder",
    }.items():
        with pytest.raises(MediaError, match=words) as refused:
            probe(tmp_path / name)
        assert refused.value.problem.remedy
        assert str(tmp_path) in str(refused.value)


def test_a_name_is_a_name_and_never_a_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "a.mp4", 5).rename(tmp_path / "concat:a|b%03d.mp4")
    assert probe(Path("concat:a|b%03d.mp4")).video is not None
    with pytest.raises(MediaError, match="no such file"):
        probe(Path("http://127.0.0.1:9/a.mp4"))


def test_failures_of_another_file_keep_their_name(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 5)
    with pytest.raises(OSError, match="No space left"), open_media(path):
        raise OSError(28, "No space left on device")
