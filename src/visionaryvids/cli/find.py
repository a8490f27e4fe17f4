"""`visionaryvids find`: the moments of videos that match sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.queries import checked, read_queries
from visionaryvids.cli.searching import SearchingWords, answer_all, videos_in
from visionaryvids.cli.showing import Showing
from visionaryvids.errors import ConfigError
from visionaryvids.files import refuse_input

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
    """Find the moments of a video that match a sentence, or several; of many videos also which of them show it.

        visionaryvids find holiday.mp4 "a dog runs into the sea" "people eat at a table"
        visionaryvids find holidays/ "a dog runs into the sea"
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
    asked = [*(checked(each, EXAMPLE) for each in query), *(read_queries(queries) if queries is not None else ())]
    if not asked:
        raise ConfigError("QUERY", "nothing is asked", "a sentence, or --queries FILE", EXAMPLE)
    files = videos_in([video, *videos])
    words = None if searching.text_track is None else Path(searching.text_track)
    refuse_input("--page", showing.page, [*files, *filter(None, (queries, words))])
    found, status = answer_all(files, asked, searching, showing.tell, verbosity)
    showing.compare(found)
    showing.write(found, verbosity)
    return status
