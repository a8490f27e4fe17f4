"""Clips: as long as asked, the right pictures in them, sound in step, and whole or not there."""

from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest

from tests.media.make import Tone, number_in, write_video
from visionaryvids.errors import InputError, MediaError
from visionaryvids.media.audio import waveform
from visionaryvids.media.probe import probe
from visionaryvids.media.video import frames_at
from visionaryvids.report.clips import copied_suffix, cut_copy, cut_exactly

NTSC = Fraction(30000, 1001)
IRREGULAR_MS = np.cumsum([0] + [16, 40, 90, 33, 500, 20] * 20).tolist()
BEEPS = Tone(5, beeps_s=(1, 2, 3, 4))


def pictures(path):
    """Every picture of a file: its number and time in seconds."""
    with av.open(str(path)) as container:
        return [(number_in(frame.to_ndarray(format="rgb24")), float(frame.time)) for frame in container.decode(video=0)]


def lengths(path):
    """Seconds of each stream as the container tells them."""
    with av.open(str(path)) as container:
        return [float(stream.duration * stream.time_base) for stream in container.streams]


def onsets(path, rate_hz=48_000):
    """When each beep begins, in seconds from the first picture."""
    loud = np.abs(np.concatenate(list(waveform(path, rate_hz)))) > 0.1
    at = np.flatnonzero(loud)
    return [float(at[0]) / rate_hz, *(at[1:][np.diff(at) > rate_hz // 2] / rate_hz).tolist()]


@pytest.mark.parametrize(("start_s", "end_s"), [(1.24, 3.81), (0, 1), (2, 2), (3.3, 99), (50, 60)])
@pytest.mark.parametrize("rate", [Fraction(25, 2), 25, NTSC])
def test_an_exact_clip_is_as_long_as_asked_to_a_picture(tmp_path, rate, start_s, end_s):
    frames = round(4.8 * rate)
    source = write_video(tmp_path / "s.mp4", frames, rate=rate, tone=Tone(4.7))
    clip = cut_exactly(probe(source), tmp_path / "c.mp4", start_s, end_s)
    picture_s = float(1 / rate)
    start_s = min(start_s, (frames - 1) * picture_s)  # beyond the end: the last picture
    wanted_s = max(min(end_s, frames * picture_s) - start_s, picture_s)
    assert lengths(clip.path) == pytest.approx([wanted_s] * 2, abs=1.01 * picture_s)
    assert (clip.start_s, clip.end_s) == pytest.approx((start_s, start_s + wanted_s), abs=1.01 * picture_s)
    numbers = [number for number, _ in pictures(clip.path)]
    first = numbers[0]
    assert abs(first / rate - start_s) <= picture_s * 1.001
    assert numbers == list(range(first, first + len(numbers)))
    assert len(numbers) == pytest.approx(wanted_s * rate, abs=1.01)
    assert probe(clip.path).video.rate_hz == pytest.approx(float(rate))


def test_times_of_a_variable_rate_are_kept(tmp_path):
    source = write_video(tmp_path / "s.mkv", len(IRREGULAR_MS), times_ms=IRREGULAR_MS)
    clip = cut_exactly(probe(source), tmp_path / "c.mp4", 1, 6)
    shown = pictures(clip.path)
    first = shown[0][0]
    assert IRREGULAR_MS[first] <= 1000 < IRREGULAR_MS[first + 1]
    for place, (number, at_s) in enumerate(shown):
        assert number == first + place
        assert at_s + clip.start_s == pytest.approx(max(IRREGULAR_MS[number] / 1000, clip.start_s), abs=0.0011)
    assert lengths(clip.path)[0] == pytest.approx(clip.end_s - clip.start_s, abs=0.001)


def test_a_slide_that_is_shown_for_long_is_cut_in_the_middle(tmp_path):
    source = write_video(tmp_path / "s.mkv", 4, times_ms=[0, 10_000, 20_000, 30_000])
    clip = cut_exactly(probe(source), tmp_path / "c.mp4", 14, 16)
    assert (clip.start_s, clip.end_s) == (14, 16)
    assert [number for number, _ in pictures(clip.path)] == [1]
    assert lengths(clip.path) == [pytest.approx(2, abs=0.002)]


@pytest.mark.parametrize(("suffix", "codec", "sound"), [(".mp4", "libx264", "aac"), (".mkv", "libx264", "libopus")])
@pytest.mark.parametrize("exact", [True, False])
def test_sound_is_in_step_with_the_pictures(tmp_path, suffix, codec, sound, exact):
    """A beep each second of the source is heard when the picture of that second is shown."""
    tone = Tone(5, codec=sound, beeps_s=(1, 2, 3, 4))
    source = write_video(tmp_path / f"s{suffix}", 125, rate=25, codec=codec, tone=tone)
    info = probe(source)
    path = tmp_path / f"c{'.mp4' if exact else copied_suffix(info)}"
    clip = (cut_exactly if exact else cut_copy)(info, path, 1.6, 4.5)
    shown = dict(pictures(path))
    late_s = [
        at_s - shown[round((second + clip.start_s) * 25)]
        for at_s, second in zip(
            onsets(path), [whole - clip.start_s for whole in range(5) if whole > clip.start_s], strict=True
        )
    ]
    assert np.abs(late_s).max() < 1 / 25


def test_sound_that_starts_late_or_is_missing_is_silence(tmp_path):
    source = write_video(tmp_path / "s.mkv", 100, rate=25, tone=Tone(1, starts_s=2, beeps_s=(0.5,)))
    clip = cut_exactly(probe(source), tmp_path / "c.mp4", 1, 4)
    assert lengths(clip.path) == pytest.approx([3, 3], abs=0.001)
    assert onsets(clip.path) == [pytest.approx(1.5, abs=0.04)]


@pytest.mark.parametrize("codec", ["libx265", "libvpx-vp9", "mpeg4", "gif"])
def test_any_source_becomes_h264(tmp_path, codec):
    suffix = {"gif": ".gif", "libvpx-vp9": ".webm", "mpeg4": ".avi"}.get(codec, ".mkv")
    source = write_video(tmp_path / f"s{suffix}", 40, rate=10, codec=codec)
    info = probe(source)
    clip = cut_exactly(info, tmp_path / "c.mp4", 1, 2)
    assert probe(clip.path).video.codec == "h264"
    assert [number for number, _ in pictures(clip.path)] == list(range(10, 20))
    if codec == "gif":
        with pytest.raises(MediaError, match="gif cannot be copied"):
            cut_copy(info, tmp_path / "copy.mkv", 1, 2)
        return
    copy = cut_copy(info, tmp_path / f"copy{copied_suffix(info)}", 1, 2)
    numbers = [number for number, _ in pictures(copy.path)]
    assert {round(copy.start_s * 10), *range(10, 20)} <= set(numbers)
    assert copy.start_s <= 1


@pytest.mark.parametrize("rotation_deg", [90, 180, 270])
@pytest.mark.parametrize("size", [(96, 64), (97, 65)])
def test_rotated_and_odd_pictures_stand_upright(tmp_path, rotation_deg, size):
    codec = "libvpx-vp9" if size[0] % 2 else "libx264"
    source = write_video(tmp_path / "s.mp4", 20, codec=codec, size=size, rotation_deg=rotation_deg)
    info = probe(source)
    clip = cut_exactly(info, tmp_path / "c.mp4", 0.5, 1.5)
    found = probe(clip.path)
    assert found.video.rotation_deg == 0
    assert (found.video.width, found.video.height) == (info.video.width // 2 * 2, info.video.height // 2 * 2)
    assert [number for number, _ in pictures(clip.path)] == list(range(5, 15))
    copy = cut_copy(info, tmp_path / f"copy{copied_suffix(info)}", 0.5, 1.5)
    assert probe(copy.path).video.rotation_deg == info.video.rotation_deg
    first = next(frames_at(copy.path, [0.0])).image_HW3
    assert number_in(first) == round(copy.start_s * 10)


def test_a_copy_says_where_the_key_frame_put_its_start(tmp_path):
    source = write_video(tmp_path / "s.mp4", 125, rate=25, key_every=50, tone=BEEPS)
    clip = cut_copy(probe(source), tmp_path / "c.mp4", 3.0, 4.0)
    assert clip.start_s == 2
    numbers = [number for number, _ in sorted(pictures(clip.path), key=lambda shown: shown[1])]
    assert numbers[0] == 50
    assert set(range(50, 100)) <= set(numbers)
    assert clip.end_s == pytest.approx(4, abs=0.25)
    assert lengths(clip.path)[0] == pytest.approx(clip.end_s - clip.start_s, abs=0.2)


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".flv"])
def test_a_seek_that_lands_too_late_is_noticed(tmp_path, suffix):
    source = write_video(tmp_path / f"s{suffix}", 600, rate=10, key_every=50, tone=Tone(60, beeps_s=(49.6,)))
    info = probe(source)
    copy = cut_copy(info, tmp_path / f"copy{copied_suffix(info)}", 49.5, 51)
    assert copy.start_s == pytest.approx(45, abs=0.001)
    clip = cut_exactly(info, tmp_path / "c.mp4", 49.5, 51)
    assert clip.start_s == pytest.approx(49.5, abs=0.001)
    assert onsets(clip.path) == [pytest.approx(0.1, abs=0.05)]


def test_sound_without_pictures_can_only_be_copied(tmp_path):
    source = tmp_path / "s.mp4"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 96_000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48_000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(MediaError, match="no pictures"):
        cut_exactly(probe(source), tmp_path / "c.mp4", 0.5, 1)
    assert cut_copy(probe(source), tmp_path / "c.mp4", 0.5, 1).start_s == pytest.approx(0.5, abs=0.03)


def test_a_clip_that_cannot_be_written_is_not_there(tmp_path):
    info = probe(write_video(tmp_path / "s.mp4", 20))
    (tmp_path / "file").write_text("in the way")
    for cut in (cut_exactly, cut_copy):
        with pytest.raises(InputError, match="cannot be written"):
            cut(info, tmp_path / "file" / "c.mp4", 0, 1)
        with pytest.raises(InputError, match="cannot be written"):
            cut(info, tmp_path, 0, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "s.mp4"]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    """Every write to the new file fails as on a full disk."""
    info = probe(write_video(tmp_path / "s.mp4", 20))

    def full(path, mode="r", **options):
        return opened("/dev/full" if mode == "w" else path, mode, **options)

    opened = av.open
    monkeypatch.setattr(av, "open", full)
    for cut in (cut_exactly, cut_copy):
        with pytest.raises(InputError, match="No space left"):
            cut(info, tmp_path / "c.mp4", 0, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["s.mp4"]


def test_a_source_that_is_cut_off_gives_what_is_there(tmp_path):
    whole = write_video(tmp_path / "s.mp4", 100, rate=25, container_options={"movflags": "faststart"})
    damaged = tmp_path / "d.mp4"
    damaged.write_bytes(whole.read_bytes()[: whole.stat().st_size * 8 // 10])
    clip = cut_exactly(probe(damaged), tmp_path / "c.mp4", 1, 4)
    numbers = [number for number, _ in pictures(clip.path)]
    assert numbers[0] == 25
    assert all(after == before + 1 for before, after in pairwise(numbers))
    assert clip.end_s < 4


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_damaged_sources_give_a_clip_or_a_clear_refusal(tmp_path, suffix):
    whole = write_video(tmp_path / f"s{suffix}", 40, rate=10, tone=Tone(4)).read_bytes()
    damaged, rng = tmp_path / f"d{suffix}", np.random.default_rng(0)
    for number in range(12):
        content = np.frombuffer(whole, np.uint8).copy()
        content[rng.integers(0, len(content), 1 + number * 3)] = rng.integers(0, 256, 1 + number * 3)
        damaged.write_bytes(content.tobytes())
        for cut in (cut_exactly, cut_copy):
            with suppress(InputError):
                assert cut(probe(damaged), tmp_path / "c", 1, 3).path.stat().st_size > 0
    assert {path.name for path in tmp_path.iterdir()} <= {"c", damaged.name, f"s{suffix}"}
