"""Three ways to get frames at given seconds: a seek for each, decoding straight through, and what `frames_at` does.

Files of 640 × 360 at 30 frames a second, H.264 with B-frames and a key frame every 250 frames at the latest (x264's own
choice), or every 30 frames (as phones and web players like it). The frames of all three
ways must be equal. Figures are CPU seconds of all threads, the best of three passes: work, whatever else the machine
does. Ratios are of one run.

    python -m benchmarks.sampling
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np

from visionaryvids.media.container import best_video, open_media
from visionaryvids.media.video import Frame, frames_at

SECONDS, RATE, WIDTH, HEIGHT, REPEATS, PASSES = 60, 30, 640, 360, 10, 3
Way = Callable[[Path, list[float]], Iterator[tuple[float, np.ndarray]]]


def write_minute(path: Path, key_every: int) -> None:
    """A minute of drifting texture with a cut every seven seconds."""
    random = np.random.default_rng(0)
    scenes = random.integers(0, 255, (SECONDS // 7 + 1, HEIGHT // 8, WIDTH // 4, 3), np.uint8).repeat(8, 1).repeat(8, 2)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "g": str(key_every), "bf": "2"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(SECONDS * RATE):
            left = number % (7 * RATE) * 2
            picture = np.ascontiguousarray(scenes[number // (7 * RATE), :, left : left + WIDTH])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def repeat(source: Path, path: Path) -> None:
    """The same packets ten times: ten minutes without encoding them."""
    with av.open(str(path), "w") as out:
        target = None
        for turn in range(REPEATS):
            with av.open(str(source)) as container:
                stream = container.streams.video[0]
                target = target or out.add_stream_from_template(stream)
                shift = round(turn * SECONDS / stream.time_base)
                for packet in container.demux(stream):
                    if packet.size:
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, target
                        out.mux(packet)


def by_seeking(path: Path, times_s: list[float]) -> Iterator[tuple[float, np.ndarray]]:
    """What is usually written: seek before each second, decode up to it."""
    with open_media(path) as container:
        stream = best_video(container)
        stream.thread_type = "AUTO"
        for time_s in times_s:
            container.seek(round(time_s / stream.time_base), stream=stream)
            shown = None
            for frame in container.decode(stream):
                if shown is not None and frame.time > time_s + 1e-6:
                    break
                shown = frame
            yield shown.time, shown.to_ndarray(format="rgb24")


def straight(path: Path, times_s: list[float]) -> Iterator[tuple[float, np.ndarray]]:
    return map(_plain, frames_at(path, times_s, jump_s=math.inf))


def ours(path: Path, times_s: list[float]) -> Iterator[tuple[float, np.ndarray]]:
    return map(_plain, frames_at(path, times_s))


def _plain(frame: Frame) -> tuple[float, np.ndarray]:
    return frame.shown_s, frame.image_HW3


def timed(way: Way, path: Path, times_s: list[float]) -> tuple[float, list[tuple[float, int]]]:
    """CPU seconds of one pass, and what came out: the second of each frame and a hash of its pixels."""
    found, spent = [], 0.0
    frames = way(path, times_s)
    while True:
        start = time.process_time()
        one = next(frames, None)
        spent += time.process_time() - start
        if one is None:
            return spent, found
        found.append((round(one[0], 6), hash(one[1].tobytes())))


def compare(name: str, path: Path, times_s: list[float]) -> None:
    ways = {"seek for each": by_seeking, "straight": straight, "frames_at": ours}
    passes = [{each: timed(way, path, times_s) for each, way in ways.items()} for _ in range(PASSES)]
    results = {each: [one[each][1] for one in passes] for each in ways}
    equal = all(found == results["straight"][0] for several in results.values() for found in several)
    best = {each: min(one[each][0] for one in passes) for each in ways}
    ratios = ", ".join(f"{each} {best[each] / best['frames_at']:.2f} × that" for each in ("seek for each", "straight"))
    print(f"{name:<35} frames_at {best['frames_at']:.2f} s, {ratios}; frames equal: {equal}")
    if not equal:
        raise SystemExit(f"{name}: the three ways gave different frames")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        minute, keyed, ten_minutes = (Path(folder) / name for name in ("minute.mp4", "keyed.mp4", "ten.mp4"))
        write_minute(minute, key_every=250)
        write_minute(keyed, key_every=30)
        repeat(minute, ten_minutes)
        for rate_hz in (0.5, 1, 8):
            compare(f"{rate_hz:g} fps of 60 s", minute, [k / rate_hz for k in range(int(SECONDS * rate_hz))])
        compare("1 fps, a key frame every second", keyed, [float(k) for k in range(SECONDS)])
        compare("20 samples of 600 s", ten_minutes, [15 + 30.0 * k for k in range(20)])


if __name__ == "__main__":
    main()
