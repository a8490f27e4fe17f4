"""Options that several commands share, each written down once."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter

Missing = Literal["error", "skip"]
"""What to do about examples whose features are absent."""


@Parameter(name="*")
@dataclass(frozen=True)
class Verbosity:
    """How much to say on stderr."""

    verbose: Annotated[bool, Parameter(name=["-v", "--verbose"], negative="")] = False
    """Say more: of training, a line for every epoch or run; of the cache, why something is not kept."""
    quiet: Annotated[bool, Parameter(name=["-q", "--quiet"], negative="")] = False
    """Say nothing but errors; no progress bar."""

    def apply(self) -> None:
        """Set up logging for this process."""
        level = logging.ERROR if self.quiet else logging.DEBUG if self.verbose else logging.WARNING
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("visionaryvids: %(message)s"))
        logger = logging.getLogger("visionaryvids")
        logger.handlers[:] = [handler]
        logger.setLevel(level)
        logger.propagate = False

    def say(self, text: str) -> None:
        """A line on stderr that is no warning; nothing with -q."""
        if not self.quiet:
            print(text, file=sys.stderr)
