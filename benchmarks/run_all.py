"""Every speed claim, one after another: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CLAIMS = (
    ("training",),
    ("training", "--threads", "2"),
    ("sweep",),
    ("qvhighlights_suite",),
    ("startup",),
    ("sampling",),
    ("encoding",),
    ("encoders",),
    ("searching",),
    ("long_video",),
)


def main() -> None:
    for name, *options in CLAIMS:
        print(f"\n== {' '.join((name, *options))}", flush=True)
        subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *options], cwd=Path(__file__).parents[1], check=True
        )


if __name__ == "__main__":
    main()
