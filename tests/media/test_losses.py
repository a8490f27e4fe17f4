"""Damaged files: what decodes is used, what does not is told in seconds, what is hopeless is refused with a remedy."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.make import Tone, number_in, write_video
from visionaryvids.errors import MediaError
from visionaryvids.media.audio import waveform
from visionaryvids.media.losses import LossLog
from visionaryvids.media.probe import probe
from visionaryvids.media.video import frames_at

FASTSTART = {"movflags": "+faststart"}
KEY = "00112233445566778899aabbccddeeff"


def damage(path: Path, start_s: float, end_s: float) -> Path:
    """Overwrite the packets of some seconds with noise."""
    with av.open(str(path)) as container:
        found = [(p.pos, p.size) for p in container.demux() if p.size and start_s <= p.pts * p.time_base < end_s]
    content = bytearray(path.read_bytes())
    for start, size in found:
        content[start : start + size] = np.random.default_rng(0).bytes(size)
    path.write_bytes(content)
    return path


def cut(path: Path, share: float) -> Path:
    path.write_bytes(path.read_bytes()[: round(share * path.stat().st_size)])
    return path


@pytest.mark.parametrize(("name", "options"), [("a.mp4", FASTSTART), ("a.mkv", {}), ("a.avi", {}), ("a.webm", {})])
def test_a_cut_file_gives_what_is_there_and_says_where_it_ends(tmp_path: Path, name: str, options) -> None:
    codec = {"a.avi": "mpeg4", "a.webm": "libvpx-vp9"}.get(name, "libx264")
    sound = {"a.avi": "pcm_s16le", "a.webm": "libopus"}.get(name, "aac")
    tone = Tone(30.0, codec=sound)
    path = write_video(tmp_path / name, 300, codec=codec, tone=tone, container_options=options, size=(128, 128))
    info = probe(cut(path, 0.6))
    assert 10 < info.duration_s < 25
    assert info.claimed_s == pytest.approx(30, abs=0.2)
    lost = LossLog()
    times_s = np.arange(0, info.duration_s - 1, 0.5)
    found = [number_in(frame.image_HW3) for frame in frames_at(path, times_s.tolist(), lost=lost)]
    assert found == np.floor(times_s * 10 + 1e-6).astype(int).tolist()
    assert sum(map(len, waveform(path, 8000, lost=lost))) == round(info.duration_s * 8000)
    (loss,) = (loss for loss in lost.losses if loss.part == "rest")
    assert (loss.start_s, loss.end_s) == (info.duration_s, info.claimed_s)
    assert any(warning.startswith("file is cut at ") for warning in lost.warnings)


@pytest.mark.parametrize(
    ("name", "codec", "until_s"),
    [
        ("a.mp4", "libx264", 14.0),  # a key frame every two seconds
        ("a.avi", "mpeg4", 14.0),
        ("a.mkv", "libx265", 16.0),  # its reader steps over damage to the next cluster without a word
    ],
)
def test_damage_in_the_middle_is_told_in_seconds(tmp_path: Path, name: str, codec: str, until_s: float) -> None:
    path = damage(write_video(tmp_path / name, 300, codec=codec, key_every=20), 10.0, 13.0)
    lost = LossLog()
    found = [number_in(frame.image_HW3) for frame in frames_at(path, [k / 10 for k in range(300)], lost=lost)]
    good = round(until_s * 10)
    assert found[:95] == list(range(95))  # frames shown before the damage may be built on it
    assert found[good:] == list(range(good, 300))
    (loss,) = lost.losses
    assert loss.part == "picture"
    assert 9.4 <= loss.start_s <= 10.01
    assert loss.end_s == pytest.approx(until_s)
    assert "could not be decoded at" in lost.warnings[0]


def test_a_long_still_is_no_damage(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", 5, times_ms=[0, 100, 200, 4000, 4100], tone=Tone(4.0))
    lost = LossLog()
    assert [number_in(frame.image_HW3) for frame in frames_at(path, [0.1, 3.9, 4.1], lost=lost)] == [1, 2, 4]
    assert lost.warnings == ()


def test_jumps_do_not_stumble_over_damage(tmp_path: Path) -> None:
    path = damage(write_video(tmp_path / "a.mp4", 300, key_every=20), 10.0, 10.5)  # a key frame
    times_s = [3.0, 11.0, 14.0, 25.0]
    found = [number_in(frame.image_HW3) for frame in frames_at(path, times_s)]
    assert [found[0], *found[2:]] == [30, 140, 250]


def test_damaged_sound_is_silence_of_the_same_length(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.m4a", codec=None, tone=Tone(20.0, beeps_s=(1.0, 19.0)))
    lost = LossLog()
    samples = np.concatenate(list(waveform(damage(path, 10.0, 12.0), 8000, lost=lost)))
    assert len(samples) == round(probe(path).duration_s * 8000)
    assert np.flatnonzero(np.abs(samples[:16000]) > 0.1)[0] == pytest.approx(8000, abs=30)
    assert np.flatnonzero(np.abs(samples[18 * 8000 :]) > 0.1)[0] == pytest.approx(8000, abs=30)
    (loss,) = lost.losses
    assert loss.part == "sound"
    assert 9.9 < loss.start_s < loss.end_s < 12.1


def test_a_whole_file_loses_nothing(tmp_path: Path) -> None:
    lost = LossLog()
    path = write_video(tmp_path / "a.mp4", 50, tone=Tone(5.0))
    list(frames_at(path, [0.0, 1.0, 9.0], lost=lost))
    list(waveform(path, 8000, lost=lost))
    assert lost.warnings == ()


def test_without_its_table_a_file_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 100, tone=Tone(10.0))  # the table comes last
    with pytest.raises(MediaError, match="damaged from the start") as refused:
        probe(cut(path, 0.8))
    assert "interrupted" in refused.value.problem.remedy


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    secret = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": KEY, "encryption_kid": KEY}
    path = write_video(tmp_path / "a.mp4", 20, container_options=secret)
    for read in (lambda: probe(path), lambda: list(frames_at(path, [0.0]))):
        with pytest.raises(MediaError, match="encrypted"):
            read()


def test_a_codec_that_nobody_knows(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 5)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz9"))
    with pytest.raises(MediaError, match="codec") as refused:
        probe(path)
    assert "convert" in refused.value.problem.remedy


def test_pictures_too_large_for_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", 5, size=(256, 256))
    for module in ("container", "packets"):
        monkeypatch.setattr(f"visionaryvids.media.{module}.MAX_PIXELS", 128 * 128)
    with pytest.raises(MediaError, match="256 × 256") as refused:
        probe(path)
    assert "scale" in refused.value.problem.remedy


def test_nothing_decodes(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 20, container_options=FASTSTART)
    content = path.read_bytes()
    start = content.index(b"mdat") + 4
    path.write_bytes(content[:start] + b"\x11" * (len(content) - start))
    with pytest.raises(MediaError, match="can be decoded"):
        probe(path)


def test_neighbours_are_told_as_one_and_many_as_a_sum() -> None:
    log = LossLog()
    log.add("picture", 12.3, 12.7)
    log.add("picture", 12.8, 13.1)
    log.add("sound", 3.0, 3.0)
    assert log.warnings == ("0.8 s could not be decoded at 12.3 s",)
    for start_s in range(20, 100, 10):
        log.add("sound", start_s, start_s + 1.5)
    log.add("rest", 35.4, 60)
    assert log.warnings == (
        "0.8 s could not be decoded at 12.3 s",
        "file is cut at 35.4 s of 60 s",
        "12 s of sound could not be decoded in 8 places between 20 s and 91.5 s",
    )
