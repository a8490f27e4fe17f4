"""Run the command line as a user does, in this process or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from visionaryvids.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


def stdin_of(content: bytes) -> io.TextIOWrapper:
    """What takes the place of `sys.stdin`."""
    return io.TextIOWrapper(io.BytesIO(content))


def here(capsys: pytest.CaptureFixture[str], *words: object) -> Ran:
    """In this process."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    out, err = capsys.readouterr()
    return Ran(int(left.value.code or 0), out, err)


def apart(*words: object, code: str | None = None) -> Ran:
    """In a process of its own: `visionaryvids WORDS`, or a piece of Python."""
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "visionaryvids", *map(str, words)]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    return Ran(found.returncode, found.stdout, found.stderr)
