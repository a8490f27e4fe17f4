"""`visionaryvids highlights`: the most interesting moments of videos, with nothing asked."""

from __future__ import annotations

from pathlib import Path

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.searching import Searching, Showing, answer_all, videos_in
from visionaryvids.errors import ConfigError


def highlights(
    *videos: Path,
    searching: Searching = Searching(),  # noqa: B008
    showing: Showing = Showing(),  # noqa: B008
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> int:
    """Find the most interesting moments of videos, without a query.

        visionaryvids highlights holiday.mp4

    Exit status: 0 if every video was read, 2 if one could not be.

    Parameters
    ----------
    videos
        The files, or folders with videos in them.
    """
    verbosity.apply()
    if not videos:
        raise ConfigError("VIDEO", "no video is named", "a file", "e.g. visionaryvids highlights holiday.mp4")
    return answer_all(videos_in(videos), [None], searching, showing, verbosity)
