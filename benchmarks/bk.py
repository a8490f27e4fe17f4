"""TVSum BK for the benchmarks: the real features where they are, made-up ones elsewhere."""

from __future__ import annotations

from pathlib import Path

from visionaryvids.data.synthetic import write_tvsum


def real_or_made(data: Path, spare: Path) -> Path:
    """`data` if it is there; else `spare`, filled with features that are made up."""
    if data.is_dir():
        return data
    write_tvsum(spare)
    print("generated data (the real features are not here)")
    return spare
