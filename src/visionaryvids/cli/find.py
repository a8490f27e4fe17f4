"""`visionaryvids find`: the moments of videos that match sentences."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.searching import SearchingWords, answer_all, videos_in
from visionaryvids.cli.showing import Showing
from visionaryvids.errors import ConfigError
from visionaryvids.files import VIDEO_SUFFIXES, refuse_input

_SAVE = "check the path; save it as UTF-8"
EXAMPLE = 'e.g. visionaryvids find holiday.mp4 "a dog runs into the sea"'


def find(
    video: Path,
    /,
    *query: str,
    videos: Annotated[tuple[Path, ...], Parameter(name="--video", negative="")] = (),
    queries: Annotated[Path | None, Parameter(name="--queries", allow_leading_hyphen=True)] = None,
    searching: SearchingWords = SearchingWords(),  # noqa: B008
    showing: Showing = Showing(),  # noqa: B008
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> int:
    """Find the moments of a video that match a sentence, or several.

        visionaryvids find holiday.mp4 "a dog runs into the sea" "people eat at a table"
        visionaryvids find talk.mp4 "why telescopes are cold" --text-track auto

    Exit status: 0 if every video was read (whatever was found), 2 if one could not be.

    Parameters
    ----------
    video
        The file, or a folder with videos in it.
    query
        What to look for, in words; each is answered on its own.
    videos
        A further file or folder; may be given several times.
    queries
        A file of further queries, one a line; lines that start with # are comments; - reads from stdin.
    """
    verbosity.apply()
    asked = [*map(_checked, query), *(map(_as_text, _read(queries)) if queries is not None else ())]
    if not asked:
        raise ConfigError("QUERY", "nothing is asked", "a sentence, or --queries FILE", EXAMPLE)
    files = videos_in([video, *videos])
    words = None if searching.text_track is None else Path(searching.text_track)
    refuse_input("--page", showing.page, [*files, *filter(None, (queries, words))])
    found, status = answer_all(files, asked, searching, showing.tell, verbosity)
    showing.write(found, verbosity)
    return status


def _checked(query: str) -> str:
    if Path(query).suffix.lower() in VIDEO_SUFFIXES:
        raise ConfigError("QUERY", f"{query!r}, which looks like a file", "a sentence", f"give --video {query}")
    if not query.strip():
        raise ConfigError("QUERY", "an empty sentence", "a sentence", EXAMPLE)
    return _as_text(query)


def _as_text(query: str) -> str:
    """The query, unless it holds bytes that are no letters: the shell's or a file's encoding is another one."""
    try:
        query.encode()
    except UnicodeEncodeError as error:
        remedy = "write it in UTF-8"
        raise ConfigError("QUERY", f"{query!r}, which is not UTF-8", "a sentence", remedy) from error
    return query


def _read(path: Path) -> list[str]:
    """The queries of a file, or of stdin."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:  # ValueError: not UTF-8
        raise ConfigError(
            f"--queries {path}", f"cannot be read: {error}", "a text file, one query a line", _SAVE
        ) from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
