"""Asking an encoded video: one query, 32 queries at once, and a query of three hours; of one run on one machine.

(g) a query of a cached 150 s video takes under 50 ms; 32 at once are at least 5 times cheaper each; a query of 3 hours
takes under 0.5 s in process. Features are random: the time does not depend on them. The sentence encoder is counted.

    python -m benchmarks.searching
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from visionaryvids.localize import EncodedVideo, Localizer
from visionaryvids.types import Features

TIMES = 9
SENTENCES = tuple(
    f"{who} {does} {where}"
    for who in ("a dog", "an old man", "two children", "a red car")
    for does in ("runs", "waits", "falls over", "turns around")
    for where in ("in the snow", "near a busy street at night")
)


def seconds(run: Callable[[], object]) -> float:
    """The median of several times."""

    def once() -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    once()
    return statistics.median(once() for _ in range(TIMES))


def random_video(localizer: Localizer, clips: int) -> EncodedVideo:
    rows = np.abs(np.random.default_rng(clips).normal(0, 0.5, (clips, 1280))).astype(np.float32)
    features = Features(1.0, rows, None)
    return EncodedVideo(Path("random"), float(clips), features, localizer.brain.watch(features), ())


def main() -> None:
    localizer = Localizer.load(cache=False)
    short, long = random_video(localizer, 150), random_video(localizer, 3 * 3600)
    one = seconds(lambda: localizer.search(short, SENTENCES[:1]))
    many = seconds(lambda: localizer.search(short, SENTENCES)) / len(SENTENCES)
    print(f"(g) 150 s video: one query {1000 * one:.1f} ms; {len(SENTENCES)} at once {1000 * many:.2f} ms each,"
          f" {one / many:.1f} times cheaper")  # fmt: skip
    hours = seconds(lambda: localizer.search(long, SENTENCES[:1]))
    print(f"(g) 3 h video: one query {1000 * hours:.0f} ms, {hours / one:.1f} times that of 150 s")


if __name__ == "__main__":
    main()
