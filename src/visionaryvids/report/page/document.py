"""The page as one file: content, style, scripts and videos put into `assets/page.html`.

Nothing in it can run but its own script: the policy allows that one by its hash, and no address outside. What came
from outside (queries, names) is JSON in a block that is no script, with `<`, `>` and `&` written as escapes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from visionaryvids.files import write_atomically
from visionaryvids.report.page.content import video_content
from visionaryvids.report.page.pictures import pictures_of
from visionaryvids.report.page.source import LIMITS, Embed, Inside, Source, choose_source
from visionaryvids.types import Findings

SCRIPTS = ("basics.js", "curve.js", "player.js", "answers.js", "keyboard.js")
"""In the order in which they are read; they are one module."""


def write_page(path: Path, findings: Findings | Sequence[Findings], *, embed: Embed = "auto") -> None:
    """Write the page about one video or several.

    Args:
        path: the file, `.html`.
        findings: what was found, one value a video; `findings.video` is where the video lies.
        embed: `auto` puts the videos into the page while they are small (`source.LIMITS`) and makes a small preview of
            one that browsers do not play; `always` insists on it; `never` links them.

    Raises:
        InputError: the page cannot be written; with `always`: a video cannot be put into it.
        ValueError: no findings.
    """
    videos = [findings] if isinstance(findings, Findings) else list(findings)
    if not videos:
        raise ValueError("write_page: found no findings, expected at least one video")
    sources = _sources(videos, path, embed)
    content = [video_content(found, source, pictures_of(found)) for found, source in zip(videos, sources, strict=True)]
    write_atomically(path, _document(content, [source.inside for source in sources]))


def _sources(videos: Sequence[Findings], page: Path, embed: Embed) -> list[Source]:
    limits, sources = LIMITS[embed], []
    for found in videos:
        source = choose_source(Path(found.video), page, embed, limits)
        used = len(source.inside.data) if source.inside else 0
        limits = replace(limits, video_bytes=limits.video_bytes - used)
        sources.append(source)
    return sources


def _document(content: Sequence[dict[str, Any]], videos: Sequence[Inside | None]) -> str:
    style, script = _asset("page.css"), "\n".join(map(_asset, SCRIPTS))
    return Template(_asset("page.html")).substitute(
        policy=_policy(style, script),
        title=html.escape(content[0]["name"]),
        style=style,
        script=script,
        content=_inert_json(content),
        videos="\n".join(_block(number, video) for number, video in enumerate(videos) if video is not None),
    )


def _block(number: int, video: Inside) -> str:
    return f'<script type="text/plain" id="video-{number}">{base64.b64encode(video.data).decode()}</script>'


def _inert_json(value: Any) -> str:
    """JSON that no HTML parser takes for markup."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _policy(style: str, script: str) -> str:
    """Content-Security-Policy: this style, this script, pictures inside the page, videos inside or beside it."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "media-src 'self' blob: file:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (files("visionaryvids.report.page") / "assets" / name).read_text(encoding="utf-8")
