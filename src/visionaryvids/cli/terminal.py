"""What the terminal behind stdout can show, how to print there, and what comes in."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

from visionaryvids.errors import ConfigError

if TYPE_CHECKING:  # it imports NumPy
    from visionaryvids.report.findings_text import Style

WIDEST = 120
"""Columns; a curve that is wider says no more."""


def print_anything() -> None:
    """From now on print a character that the encoding of stdout lacks as `?`, rather than fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def stdin_bytes() -> bytes:
    """All that comes from stdin, whatever letters the terminal takes it for.

    Raises:
        ConfigError: it is closed, as under some schedulers.
    """
    if sys.stdin is None:
        raise ConfigError("-", "stdin is closed", "something to read", "name a file")
    return sys.stdin.buffer.read()


def is_terminal(stream: TextIO | None) -> bool:
    """Somebody is looking; a stream can be closed (None), as under some schedulers."""
    return stream is not None and stream.isatty()


def stdout_style() -> Style:
    """Colours for a person at a terminal that has not set NO_COLOR; blocks where the encoding has them."""
    from visionaryvids.report.findings_text import Style
    from visionaryvids.report.sparkline import BLOCKS

    width = min(shutil.get_terminal_size().columns, WIDEST)
    colour = is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(width, colour, blocks=_has(BLOCKS))


def _has(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
