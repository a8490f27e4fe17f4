"""Encoding a raw video: decoding and network together against each of them alone, in one run on one machine.

(e) `extract` reaches at least 0.85 of the rate of the slower of its two halves, since they overlap. The video is made
here: 640 × 360 H.264 at 25 frames a second in which everything moves, with sound, which `extract` encodes too. Of each,
the best of several times counts: other programs only ever add to a time.

Two cores must be free. Where other programs keep one busy, the two threads share the other one and nothing can overlap;
the last line shows what remains then: a network that takes the same time on a device of its own (it sleeps).

    python -m benchmarks.encoding
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from visionaryvids.features.efficientnet import WIDTH as WIDTH_OF_ROWS
from visionaryvids.features.efficientnet import ImageEncoder
from visionaryvids.features.extract import extract, half_the_threads, prepared
from visionaryvids.features.lite import lite
from visionaryvids.media.losses import LossLog
from visionaryvids.media.movie import MovieWriter
from visionaryvids.media.probe import probe

WIDTH, HEIGHT, RATE_HZ, SOUND_HZ = 640, 360, 25, 44_100


def make_video(path: Path, seconds: int) -> None:
    """A drifting picture of smooth patches with grain, and a rising tone."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (30, 50, 3)).repeat(24, axis=0).repeat(24, axis=1)
    grain = rng.normal(0, 8, coarse.shape)
    scene = (coarse + grain).clip(0, 255).astype(np.uint8)
    with MovieWriter(path, WIDTH, HEIGHT, rate_hz=RATE_HZ, sound_hz=SOUND_HZ) as movie:
        for second in range(seconds):
            clock = second + np.arange(SOUND_HZ) / SOUND_HZ
            movie.hear((0.3 * np.sin(2 * np.pi * (200 + 20 * second) * clock)).astype(np.float32))
            for frame in range(second * RATE_HZ, (second + 1) * RATE_HZ):
                top, left = 3 * frame % (scene.shape[0] - HEIGHT), 7 * frame % (scene.shape[1] - WIDTH)
                movie.show(scene[top : top + HEIGHT, left : left + WIDTH])


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def network_alone(encoder: ImageEncoder, batches: list[np.ndarray]) -> None:
    with half_the_threads():
        for batch in batches:
            encoder.encode(batch)


class Elsewhere(ImageEncoder):
    """A network that takes so many seconds a clip and no processor."""

    def __init__(self, clip_s: float, network_s: float) -> None:
        super().__init__(clip_s)
        self.network_s = network_s

    def encode(self, batch: np.ndarray) -> np.ndarray:
        time.sleep(self.network_s * len(batch))
        return np.zeros((len(batch), WIDTH_OF_ROWS), np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    encoders = lite()
    encoder = ImageEncoder()
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "video.mp4"
        make_video(video, options.seconds)
        media = probe(video)
        starts_s = np.arange(float(options.seconds))
        batches = list(prepared(media, encoder, starts_s, LossLog()))
        halves = {
            "decoding": lambda: list(prepared(media, encoder, starts_s, LossLog())),
            "network": lambda: network_alone(encoder, batches),
            "both": lambda: extract(video, encoders),
        }
        for run in halves.values():
            run()  # reads weights, warms the disk's cache
        best = fastest(halves, options.times)
        report(best, options.seconds)
        apart = replace(encoders, video=Elsewhere(1.0, best["network"] / options.seconds))
        alone = fastest({"both": lambda: extract(video, apart)}, options.times)["both"]
        share = max(best["decoding"], best["network"]) / alone
        print(f"(e) rate with the network elsewhere, as a share of the slower half's: {share:.2f}")


def fastest(runs: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    rounds = [{name: timed(run) for name, run in runs.items()} for _ in range(times)]
    return {name: min(each[name] for each in rounds) for name in runs}


def report(best: dict[str, float], seconds: int) -> None:
    for name, value in best.items():
        print(f"(e) {name:<9} {value:6.2f} s: {seconds / value:6.1f} clips/s, {seconds / value:.0f} x realtime")
    slower = max(best["decoding"], best["network"])
    apart = slower / (best["decoding"] + best["network"])
    print(f"(e) rate of both, as a share of the slower half's: {slower / best['both']:.2f}")
    print(f"(e) the same, if one half came after the other: at most {apart:.2f}")
    print(f"(e) threads of the network: {max(1, torch.get_num_threads() // 2)} of {torch.get_num_threads()}")


if __name__ == "__main__":
    main()
