"""The system's Chromium, for tests that look at a page as its reader does; they are skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FOUND = next(filter(None, map(shutil.which, NAMES)), None)

needs_browser = pytest.mark.skipif(FOUND is None, reason=f"none of {', '.join(NAMES)} is installed: see `make browser`")


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium of its own; without its sandbox, which does not start for root (in containers, tests are root)."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=FOUND, args=["--no-sandbox", "--mute-audio"])
        yield started
        started.close()


@dataclass
class Visit:
    """An open page, and all that it asked for and complained about since it was opened."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def visit(started: Browser, path: Path, **context: Any) -> Iterator[Visit]:
    """Open a file in a window of its own, set up by Playwright's context options (`viewport`, `color_scheme` ...)."""
    window = started.new_context(**context)
    seen = Visit(window.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on(
        "console", lambda said: seen.complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    seen.page.goto(path.absolute().as_uri())
    yield seen
    window.close()
