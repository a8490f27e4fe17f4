"""Sound lies on the video's clock: a beep is heard at its second, and the blocks are as long as the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.media.make import Tone, write_video
from visionaryvids.media.audio import waveform
from visionaryvids.media.probe import probe

HZ = 16000


def heard(path: Path, **options) -> NDArray[np.float32]:
    blocks = list(waveform(path, HZ, **options))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def beeps_s(samples: NDArray[np.float32]) -> list[float]:
    """When beeps start."""
    loud = np.flatnonzero(np.abs(samples) > 0.1) / HZ
    return [loud[i] for i in range(len(loud)) if i == 0 or loud[i] - loud[i - 1] > 0.05]


@pytest.mark.parametrize(
    ("name", "tone"),
    [
        ("a.mp4", Tone(4.0, beeps_s=(0.5, 2.25))),
        ("mono.mov", Tone(4.0, channels=1, rate_hz=22050, beeps_s=(0.5, 2.25))),
        ("a.mkv", Tone(4.0, codec="libopus", beeps_s=(0.5, 2.25))),
        ("a.webm", Tone(4.0, codec="libopus", beeps_s=(0.5, 2.25))),
        ("a.avi", Tone(4.0, codec="libmp3lame", beeps_s=(0.5, 2.25))),
        ("a.ts", Tone(4.0, beeps_s=(0.5, 2.25))),
    ],
)
def test_beeps_are_heard_at_their_second(tmp_path: Path, name: str, tone: Tone) -> None:
    codec = {"a.webm": "libvpx-vp9", "a.avi": "mpeg4"}.get(name, "libx264")
    samples = heard(write_video(tmp_path / name, 40, codec=codec, tone=tone))
    # an encoder's own delay (MP3 in AVI tells none) is the most that may remain
    np.testing.assert_allclose(beeps_s(samples), [0.5, 2.25], atol=0.06 if name == "a.avi" else 0.003)
    assert 0.4 < np.abs(samples).max() <= 1
    assert samples.dtype == np.float32


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_late_and_short_sound_is_padded_with_silence(tmp_path: Path, name: str) -> None:
    tone = Tone(1.5, starts_s=1.0, beeps_s=(0.5,))
    path = write_video(tmp_path / name, 40, tone=tone)
    samples = heard(path)
    np.testing.assert_allclose(beeps_s(samples), [1.5], atol=0.003)
    assert len(samples) == round(probe(path).duration_s * HZ)
    assert len(samples) / HZ == pytest.approx(4.0, abs=0.05)
    assert not samples[: round(0.9 * HZ)].any()
    assert not samples[round(2.7 * HZ) :].any()


def test_sound_that_starts_before_the_pictures_is_cut(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", 30, times_ms=range(1000, 4000, 100), tone=Tone(4.0, beeps_s=(0.5, 2.25)))
    np.testing.assert_allclose(beeps_s(heard(path)), [1.25], atol=0.003)


def test_a_gap_in_the_sound_is_silence(tmp_path: Path) -> None:
    tone = Tone(4.0, beeps_s=(0.5, 3.25), silent_packets_s=(1.0, 2.5))
    np.testing.assert_allclose(beeps_s(heard(write_video(tmp_path / "a.mkv", 40, tone=tone))), [0.5, 3.25], atol=0.003)


def test_sound_alone_starts_at_its_own_zero(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.m4a", codec=None, tone=Tone(2.0, beeps_s=(0.5,)))
    np.testing.assert_allclose(beeps_s(heard(path)), [0.5], atol=0.003)


def test_no_sound_no_blocks(tmp_path: Path) -> None:
    assert list(waveform(write_video(tmp_path / "a.mp4", 10), HZ)) == []


def test_blocks_have_the_asked_length_and_the_same_samples(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 30, tone=Tone(3.0))
    blocks = list(waveform(path, HZ, block_s=0.7))
    assert [len(block) for block in blocks[:-1]] == [round(0.7 * HZ)] * (len(blocks) - 1)
    assert 0 < len(blocks[-1]) <= round(0.7 * HZ)
    np.testing.assert_array_equal(np.concatenate(blocks), heard(path))


@pytest.mark.parametrize(("rate_hz", "block_s"), [(0, 1.0), (-5, 1.0), (HZ, 0.0), (HZ, float("inf"))])
def test_impossible_rates_and_lengths_are_refused(rate_hz: int, block_s: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        waveform(Path("any.mp4"), rate_hz, block_s=block_s)
