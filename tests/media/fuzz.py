"""Reads mutated media files in another process, so that a crash, a hang or a flood of memory is seen and has a number.

python -m tests.media.fuzz FOLDER NUMBER...      prints a line before and a line after each file
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.media.make import Tone, write_video
from visionaryvids.errors import VisionaryVidsError
from visionaryvids.media.audio import waveform
from visionaryvids.media.losses import LossLog
from visionaryvids.media.probe import probe
from visionaryvids.media.video import frames_at

TIME_LIMIT_S = 60  # many times what the slowest file takes, since the machine may be busy
MEMORY_LIMIT = 3 << 30
SOURCES = {
    "h264.mp4": ("libx264", "aac", {}),
    "faststart.mov": ("libx264", "aac", {"movflags": "+faststart"}),
    "fragments.mp4": ("libx264", "aac", {"movflags": "+frag_keyframe+empty_moov"}),
    "hevc.mkv": ("libx265", "libopus", {}),
    "vp9.webm": ("libvpx-vp9", "libopus", {}),
    "av1.webm": ("libsvtav1", "libopus", {}),
    "av1.mp4": ("libsvtav1", "aac", {}),
    "mpeg4.avi": ("mpeg4", "libmp3lame", {}),
    "mpeg4.mp4": ("mpeg4", "aac", {}),
    "h264.ts": ("libx264", "aac", {}),
    "picture.gif": ("gif", None, {}),
}


@dataclass(frozen=True)
class Outcome:
    """How one mutated file ended: `read`, `refused`, `wrong: ...` (another exception), or `died: ...`."""

    number: int
    ending: str
    seconds: float = 0.0


def write_sources(folder: Path) -> None:
    for name, (codec, sound, options) in SOURCES.items():
        tone = Tone(3.0, codec=sound) if sound else None
        write_video(folder / name, 30, codec=codec, tone=tone, container_options=options)


def mutate(content: bytes, random: np.random.Generator) -> bytes:
    """Damage a file in one of six ways."""
    data = np.frombuffer(content, np.uint8).copy()
    start, length = int(random.integers(len(data))), int(random.integers(1, 1 + len(data) // 4))
    kind = random.integers(6)
    if kind == 0:  # cut
        return data[:start].tobytes()
    if kind == 1:  # noise
        data[start : start + length] = random.integers(0, 256, len(data[start : start + length]), np.uint8)
    elif kind == 2:  # a hole
        return np.delete(data, slice(start, start + length)).tobytes()
    elif kind == 3:  # the same twice
        return np.concatenate([data[: start + length], data[start:]]).tobytes()
    else:  # flipped bytes: anywhere, or where the tables are
        count = int(2 ** random.uniform(0, 8))
        places = random.integers(0, len(data), count)
        if kind == 5:
            near = random.integers(0, min(2000, len(data)), count)
            places = near if random.integers(2) else len(data) - 1 - near
        data[places] = (
            random.choice([0, 255, 127, 128], count) if random.integers(2) else random.integers(0, 256, count)
        )
    return data.tobytes()


def read_everything(path: Path) -> str:
    lost = LossLog()
    try:
        info = probe(path)
        if info.video:
            asked_s = np.arange(0, min(info.duration_s, 30.0), 0.25).tolist()
            answered = sum(1 for _ in frames_at(path, asked_s, lost=lost, threads=2))
            assert answered == len(asked_s), f"{answered} frames for {len(asked_s)} seconds"
            list(frames_at(path, [0.4, 2.1], rule="nearest", threads=1, jump_s=0.0))
        samples = sum(map(len, waveform(path, 8000, lost=lost)))
        assert samples in (0, max(1, round(info.duration_s * 8000))), f"{samples} samples"
        assert all(lost.warnings)
    except VisionaryVidsError:
        return "refused"
    except Exception as error:
        return f"wrong: {type(error).__name__}: {error}"
    return "read"


def work(folder: Path, numbers: list[int]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    sources = sorted(SOURCES)
    for number in numbers:
        name = sources[number % len(sources)]
        path = folder / f"{os.getpid()}-{name}"
        path.write_bytes(mutate((folder / name).read_bytes(), np.random.default_rng(number)))
        print("begin", number, flush=True)
        signal.alarm(TIME_LIMIT_S)  # unhandled on purpose: it ends the process even inside a C loop
        begun = os.times()
        ending = read_everything(path)
        signal.alarm(0)
        print("end", number, round(os.times().elapsed - begun.elapsed, 2), ending.replace("\n", " "), flush=True)
        path.unlink()


def run(folder: Path, numbers: list[int]) -> list[Outcome]:
    """Work through some numbers in one process after another: a new one after each death."""
    outcomes: list[Outcome] = []
    while len(outcomes) < len(numbers):
        left = numbers[len(outcomes) :]
        command = [sys.executable, "-m", "tests.media.fuzz", str(folder), *map(str, left)]
        done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
        lines = [line.split(maxsplit=3) for line in done.stdout.splitlines()]
        ended = [Outcome(int(line[1]), line[3], float(line[2])) for line in lines if line[0] == "end"]
        outcomes += ended
        if done.stderr and len(ended) == len(left):
            outcomes[-1] = Outcome(left[-1], f"wrong: said on stderr {done.stderr[:200]!r}")
        if len(ended) < len(left):
            how = f"died: {signal_name(done.returncode)} {done.stderr[-200:]!r}"
            outcomes.append(Outcome(left[len(ended)], how))
    return outcomes


def signal_name(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"status {status}"


if __name__ == "__main__":
    work(Path(sys.argv[1]), [int(word) for word in sys.argv[2:]])
