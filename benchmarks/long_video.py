"""Hours of video: beside the rows, peak memory hardly grows with them, and a query stays interactive.

(h) a 3-hour file is encoded with peak RSS under 1.5 GB; without what `encode` returns (rows, and what the matcher makes
of them) the peak is that of a 10-minute one, but for the file's index, which FFmpeg holds: its size is printed, too. A
query on the features takes under 0.5 s. Files are made by repeating 16 s of drifting colours and noise; each is encoded
in a process of its own.

    python -m benchmarks.long_video --minutes 10 60 180
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
from tests.long_video import write_long_video
from torch import Tensor, nn

from visionaryvids.localize import Localizer
from visionaryvids.media.container import open_media

QUERY = "a dog runs into the sea"
OPENED = 3
"""An index is measured as the mean of so many."""


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
    returned = sum({id(array): array.nbytes for array in _arrays(video)}.values()) / 2**20
    print(
        f"(h) {video.duration_s / 60:5.0f} min: peak RSS {peak:5.0f} MB, {peak - returned:.0f} without the"
        f" {returned:.0f} that encode returns; encoded in {encoded:.0f} s, {video.duration_s / encoded:.0f} times"
        f" real time; a query {1000 * asked:.0f} ms",
        flush=True,
    )


def measure_index(path: Path) -> None:
    """Open one file a few times; print what FFmpeg holds of it."""
    with ExitStack() as stack:
        stack.enter_context(open_media(path))  # what comes once, not for each
        before = _private_mb()
        for _ in range(OPENED):
            stack.enter_context(open_media(path))
        held = (_private_mb() - before) / OPENED
    print(f"(h)            its index: {held:.1f} MB each time it is open", flush=True)


def _private_mb() -> float:
    """Memory of this process that is no file's; Linux."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024


def _arrays(value: object) -> Iterator[np.ndarray | Tensor]:
    """Every array that a value holds, networks left out."""
    if isinstance(value, np.ndarray | Tensor):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _arrays(each)
    elif is_dataclass(value) and not isinstance(value, nn.Module):
        for field in fields(value):
            yield from _arrays(getattr(value, field.name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60])
    parser.add_argument("--file", type=Path, help="measure this file, in this process")
    parser.add_argument("--index", action="store_true", help="of that file only its index")
    options = parser.parse_args()
    if options.file is not None:
        (measure_index if options.index else measure)(options.file)
        return
    for minutes in options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "long.mp4"
            write_long_video(path, 60 * minutes)
            for part in ([], ["--index"]):  # each in a process of its own, with nothing held from before
                subprocess.run([sys.executable, "-m", "benchmarks.long_video", "--file", str(path), *part], check=True)


if __name__ == "__main__":
    main()
