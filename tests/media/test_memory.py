"""A long file takes no more memory than a short one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.media.make import Tone, write_video

READ = r"""
import re, sys
from pathlib import Path
from visionaryvids.media.audio import waveform
from visionaryvids.media.video import frames_at
path, seconds = Path(sys.argv[1]), int(sys.argv[2])
frames = sum(1 for _ in frames_at(path, range(seconds), threads=1, jump_s=float("inf")))
samples = sum(map(len, waveform(path, 16000)))
assert frames == seconds, frames
assert abs(samples / 16000 - seconds) < 1, samples
print(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])  # getrusage counts the parent, too
"""


def peak_kb(path: Path, seconds: int) -> int:
    command = [sys.executable, "-c", READ, str(path), str(seconds)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_memory_does_not_grow_with_duration(tmp_path: Path, name: str) -> None:
    peaks = []
    for minutes in (5, 20):
        tone = Tone(60.0 * minutes, rate_hz=16000, channels=1)
        path = write_video(tmp_path / f"{minutes}-{name}", 120 * minutes, rate=2, size=(32, 32), tone=tone)
        peaks.append(peak_kb(path, 60 * minutes))
    print(peaks)
    assert peaks[1] - peaks[0] < 8_000, peaks
    assert peaks[1] < 400_000, peaks
