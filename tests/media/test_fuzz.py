"""Mutated files end as a result or an error of ours: no crash, no hang, no flood of memory, nothing on stderr."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.media.fuzz import run, write_sources

WORKERS = 2


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param(range(500), id="500"),
        pytest.param(range(500, 5000), id="4500 more", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_mutated_files(tmp_path: Path, numbers: range) -> None:
    write_sources(tmp_path)
    slices = [list(numbers[first::WORKERS]) for first in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = [one for found in pool.map(lambda part: run(tmp_path, part), slices) for one in found]
    endings = {kind: sum(one.ending == kind for one in outcomes) for kind in ("read", "refused")}
    bad = [one for one in outcomes if one.ending not in endings]
    print(endings, "slowest", max(one.seconds for one in outcomes), "s")
    assert not bad
    assert len(outcomes) == len(numbers)
    assert all(endings.values())
