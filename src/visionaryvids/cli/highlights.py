"""`visionaryvids highlights`: the most interesting moments of videos, with nothing asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched
from visionaryvids.cli.searching import Searching, answer_all, videos_in
from visionaryvids.cli.showing import Showing
from visionaryvids.errors import ConfigError
from visionaryvids.files import refuse_input

if TYPE_CHECKING:  # it imports NumPy
    from visionaryvids.types import Findings


def highlights(
    *videos: Path,
    reel: Path | None = None,
    seconds: Annotated[float, Parameter(validator=validators.Number(gt=0))] = 30.0,
    searching: Searching = Searching(),  # noqa: B008
    showing: Showing = Showing(),  # noqa: B008
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> int:
    """Find the most interesting moments of videos, without a query.

        visionaryvids highlights holiday.mp4 --reel best.mp4 --seconds 20

    Exit status: 0 if every video was read, 2 if one could not be.

    Parameters
    ----------
    videos
        The files, or folders with videos in them.
    reel
        Also write one movie (.mp4) of the best moments of the video, in the order of time.
    seconds
        How long the reel is to be.
    """
    verbosity.apply()
    files = videos_in(videos)
    if not files or (reel is not None and len(files) > 1):
        wanted = "one video for one reel" if files else "a file"
        raise ConfigError("VIDEO", f"{len(files)} videos", wanted, "e.g. visionaryvids highlights holiday.mp4")
    refuse_input("--reel", reel, files)
    refuse_input("--page", showing.page, files)
    found, status = answer_all(files, [None], searching, showing.tell, verbosity)
    showing.write(found, verbosity)
    if reel is not None and found:
        _write_reel(found[0], reel, seconds, verbosity)
    return status


def _write_reel(findings: Findings, path: Path, seconds: float, verbosity: Verbosity) -> None:
    from visionaryvids.media.probe import probe
    from visionaryvids.report.picks import choose
    from visionaryvids.report.reel import make_reel

    video = Path(findings.video)
    with watched(f"cutting {video.name}", verbosity) as on_progress:
        make_reel(probe(video), path, findings, choose(findings), seconds, on_progress)
    verbosity.say(f"wrote {path}")
