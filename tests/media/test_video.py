"""For every kind of file, the frame of second t is the right one: its burnt-in counter is read back."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.media.make import Tone, number_in, picture, write_video
from visionaryvids.errors import MediaError
from visionaryvids.media.video import Rule, frames_at

FRAMES, RATE = 60, 10
UNEVEN_MS = tuple(np.cumsum(np.random.default_rng(1).integers(16, 500, FRAMES)).tolist())
KINDS = {
    "h264 b-frames.mp4": {"codec": "libx264"},
    "h264 open gop.mp4": {"codec": "libx264", "options": {"x264-params": "open-gop=1", "bf": "3"}},
    "h264 b-frames.mov": {"codec": "libx264", "tone": Tone(6.0)},
    "h264 b-frames.avi": {"codec": "libx264"},
    "h264.ts": {"codec": "libx264", "tone": Tone(6.0)},
    "hevc.mp4": {"codec": "libx265"},
    "hevc.mkv": {"codec": "libx265"},
    "vp9.webm": {"codec": "libvpx-vp9", "tone": Tone(6.0, codec="libopus")},
    "av1.webm": {"codec": "libsvtav1"},
    "av1.mp4": {"codec": "libsvtav1"},
    "mpeg4.avi": {"codec": "mpeg4"},
    "mpeg4 b-frames.mp4": {"codec": "mpeg4", "options": {"bf": "2"}},
    "picture.gif": {"codec": "gif"},
    "uneven.mp4": {"codec": "libx264", "times_ms": UNEVEN_MS},
    "uneven.mkv": {"codec": "libx264", "times_ms": UNEVEN_MS},
    "turned 90.mp4": {"codec": "libx264", "rotation_deg": 90, "size": (96, 64)},
    "turned 180.mp4": {"codec": "libx264", "rotation_deg": 180, "size": (96, 64)},
    "turned 270.mov": {"codec": "libx264", "rotation_deg": 270, "size": (96, 64)},
    "odd 63x51.mkv": {"codec": "ffv1", "size": (63, 51)},
    "late start.mkv": {"codec": "libx264", "times_ms": tuple(range(700, 700 + 100 * FRAMES, 100))},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("kinds")
    return cache(lambda name: write_video(folder / name, FRAMES, rate=RATE, **KINDS[name]))


def true_numbers(name: str, times_s: list[float], rule: Rule) -> list[int]:
    """Which frame should answer, by the definition."""
    stamps_ms = KINDS[name].get("times_ms") or tuple(range(0, 100 * FRAMES, 100))
    stamps_s = (np.array(stamps_ms) - stamps_ms[0]) / 1000
    if rule == "nearest":
        return [int(np.abs(stamps_s - time_s).argmin()) for time_s in times_s]
    return [max(0, int((stamps_s <= time_s).sum()) - 1) for time_s in times_s]


def numbers(path: Path, times_s: list[float], **options) -> list[int | None]:
    return [number_in(frame.image_HW3) for frame in frames_at(path, times_s, **options)]


@pytest.mark.parametrize("rule", ["shown", "nearest"])
@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times_ms=st.lists(st.integers(0, 34_000), min_size=1, max_size=8))
def test_the_right_frame_for_any_seconds(files, name: str, rule: Rule, times_ms: list[int]) -> None:
    times_s = [(ms + 0.3) / 1000 for ms in sorted(times_ms)]  # off the ties, which floating point decides
    assert numbers(files(name), times_s, rule=rule, threads=1) == true_numbers(name, times_s, rule)


@pytest.mark.parametrize("name", KINDS)
def test_every_frame_at_its_own_second(files, name: str) -> None:
    stamps_ms = KINDS[name].get("times_ms") or tuple(range(0, 100 * FRAMES, 100))
    times_s = [(ms - stamps_ms[0]) / 1000 for ms in stamps_ms]
    found = list(frames_at(files(name), times_s))
    assert [number_in(frame.image_HW3) for frame in found] == list(range(FRAMES))
    np.testing.assert_allclose([frame.shown_s for frame in found], times_s, atol=1e-6)


@pytest.mark.parametrize("name", ["h264 b-frames.mp4", "h264 open gop.mp4", "hevc.mkv", "vp9.webm", "mpeg4.avi"])
def test_jumping_gives_what_decoding_straight_through_gives(files, name: str) -> None:
    times_s = [0.35, 2.65, 2.75, 5.45]
    jumped = list(frames_at(files(name), times_s, jump_s=0.05))
    straight = list(frames_at(files(name), times_s, jump_s=math.inf))
    for one, other in zip(jumped, straight, strict=True):
        assert one.shown_s == other.shown_s
        np.testing.assert_array_equal(one.image_HW3, other.image_HW3)


@pytest.mark.parametrize("name", ["h264 b-frames.mp4", "h264 b-frames.mov", "hevc.mkv", "vp9.webm"])
def test_only_what_is_needed_is_decoded(files, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from visionaryvids.media.reader import FrameReader

    came_out = []
    take = FrameReader._take
    monkeypatch.setattr(FrameReader, "_take", lambda self, frame: (came_out.append(frame), take(self, frame)))
    list(frames_at(files(name), [0.0], threads=1))
    assert len(came_out) < 12
    came_out.clear()
    list(frames_at(files(name), [0.0, 4.85], threads=1))  # frame 48 is a key frame
    assert len(came_out) < 18


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_change_nothing(files, threads: int) -> None:
    assert numbers(files("hevc.mp4"), [0.05, 1.55, 1.65, 5.95], threads=threads) == [0, 15, 16, 59]


def test_before_the_start_and_after_the_end(files) -> None:
    assert numbers(files("h264.ts"), [-3.0, 5.9, 6.5, 400.0]) == [0, 59, 59, 59]


def test_seconds_with_the_same_frame_share_its_picture(files) -> None:
    first, second = frames_at(files("h264 b-frames.mp4"), [1.01, 1.02])
    assert first.image_HW3 is second.image_HW3
    assert not first.image_HW3.flags.writeable


def test_nearest_takes_the_earlier_of_two(files) -> None:
    assert numbers(files("h264 b-frames.mp4"), [0.05, 2.0, 2.25], rule="nearest") == [0, 20, 22]


@pytest.mark.parametrize(("name", "codec"), [("raw.h264", "libx264"), ("raw.hevc", "libx265")])
def test_without_any_timestamps_frames_are_counted(tmp_path: Path, name: str, codec: str) -> None:
    path = write_video(tmp_path / name, 50, codec=codec)
    assert numbers(path, [0.0, 0.5, 1.0, 1.99]) == [0, 12, 25, 49]  # 25 a second, for want of anything better


def test_impossible_timestamps_are_counted_instead(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", 6, times_ms=[0, 100, 200, 10**13, 10**13 + 100, 10**13 + 200])
    assert numbers(path, [0.05, 0.25, 0.35, 0.45, 0.55]) == [0, 2, 3, 4, 5]


def test_time_that_runs_back_is_over(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.ts", 30)
    path.write_bytes(path.read_bytes() * 2)
    assert numbers(path, [0.0, 1.05, 2.95, 4.0]) == [0, 10, 29, 29]


def test_hours_between_frames(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 4, times_ms=[0, 100, 10_000_000, 10_000_100])
    assert numbers(path, [0.05, 5000, 9999.9, 10000.05, 10000.15]) == [0, 1, 1, 2, 3]


def test_an_index_that_lies_is_not_believed(files, monkeypatch: pytest.MonkeyPatch) -> None:
    from visionaryvids.media.reader import FrameReader

    land = FrameReader._land
    landings = []

    def land_wrong(self, wanted_s):
        landings.append(wanted_s)
        land(self, wanted_s - 3.0)

    monkeypatch.setattr(FrameReader, "_land", land_wrong)
    assert numbers(files("h264 b-frames.mp4"), [0.05, 2.85, 5.45], jump_s=0.1) == [0, 28, 54]
    assert landings


def test_one_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "one.mp4", frames=1)
    assert numbers(path, [0.0, 0.05, 9.0]) == [0, 0, 0]


def test_no_seconds_no_frames(files) -> None:
    assert list(frames_at(files("vp9.webm"), [])) == []


@pytest.mark.parametrize("times_s", [[1.0, 0.5], [math.nan], [0.0, math.inf]])
def test_seconds_must_ascend(times_s: list[float]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        frames_at(Path("any.mp4"), times_s)


def test_a_file_without_pictures_says_so(tmp_path: Path) -> None:
    path = write_video(tmp_path / "sound.m4a", frames=0, tone=Tone(1.0), codec=None)
    with pytest.raises(MediaError, match="no video"):
        list(frames_at(path, [0.0]))


def test_the_counter_is_read_only_the_right_way_up() -> None:
    for number in (0, 1, 7, 2048, 4095):
        image = picture(number, 96, 64)
        assert [number_in(np.rot90(image, turns)) for turns in range(4)] == [number, None, None, None]
