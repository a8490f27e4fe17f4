"""Hours of video: peak memory does not grow with them, and a query stays interactive.

(h) a 3-hour file is encoded with peak RSS under 1.5 GB, as a 10-minute one is; a query on its features takes under
0.5 s. Files are made by repeating 16 s of drifting colours and noise; each is encoded in a process of its own.

    python -m benchmarks.long_video --minutes 10 60 180
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.long_video import write_long_video

from visionaryvids.localize import Localizer

QUERY = "a dog runs into the sea"


def measure(path: Path) -> None:
    """Encode one file and ask once; print what it took."""
    localizer = Localizer.load(cache=False)
    start = time.perf_counter()
    video = localizer.encode(path)
    encoded = time.perf_counter() - start
    localizer.search(video, [QUERY])
    start = time.perf_counter()
    localizer.search(video, [QUERY])
    asked = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"(h) {video.duration_s / 60:5.0f} min: peak RSS {peak:5.0f} MB; encoded in {encoded:5.0f} s,"
        f" {video.duration_s / encoded:.0f} times real time; a query {1000 * asked:.0f} ms",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60])
    parser.add_argument("--file", type=Path, help="measure this file, in this process")
    options = parser.parse_args()
    if options.file is not None:
        measure(options.file)
        return
    for minutes in options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "long.mp4"
            write_long_video(path, 60 * minutes)
            subprocess.run([sys.executable, "-m", "benchmarks.long_video", "--file", str(path)], check=True)


if __name__ == "__main__":
    main()
