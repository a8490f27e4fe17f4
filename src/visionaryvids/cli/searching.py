"""What `find`, `highlights` and `demo` share: how to look, and asking one video after another."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched
from visionaryvids.errors import ConfigError, InputError
from visionaryvids.files import videos_in_folder

if TYPE_CHECKING:  # these take long to import
    from visionaryvids.localize import Localizer
    from visionaryvids.types import Findings, Moment

LOG = logging.getLogger("visionaryvids")
FAINT = 0.1
"""Moments that match less well than this share of the best one only clutter the list."""


@Parameter(name="*")
@dataclass(frozen=True)
class Searching:
    """How to look."""

    top: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 5
    """At most so many moments of each query."""
    min_score: Annotated[float | None, Parameter(validator=validators.Number(gte=0, lte=1))] = None
    """Only moments that match at least so well, from 0 to 1; if not given, a tenth as well as the best one."""
    model: str = "lite"
    """The model: lite, text-track (only words count), one of UMT's (e.g. umt-qvhighlights; all of them:
    `visionaryvids weights ls`), or a file (.safetensors) of one that you trained."""
    encoders: str | None = None
    """For a network that you trained, if its file does not say so: the set of `visionaryvids encoders` that its
    features came from."""
    device: str = "cpu"
    """Where the encoders of such models run, e.g. cuda; `lite` always runs on the processor."""
    cache: bool = True
    """Keep the features of each video, so that the next question about it is answered at once."""

    def localizer(self) -> Localizer:
        """The model with its encoders."""
        from visionaryvids.localize import Localizer

        return Localizer.load(self.model, encoders=self.encoders, device=self.device, cache=self.cache)

    def ask(self, localizer: Localizer, video: Path, queries: Sequence[str | None], verbosity: Verbosity) -> Findings:
        """The findings about one video, with the moments that are wanted."""
        localizer.caveats(queries)  # what cannot be answered is said before a video is read
        with watched(f"reading {video.name}", verbosity) as on_progress:
            encoded = localizer.encode(video, on_progress=on_progress)
        found = localizer.search(encoded, queries, top=self.top)
        for warning in found.warnings:
            LOG.warning("%s: %s", video, warning)
        return replace(found, answers=tuple(replace(a, moments=self._wanted(a.moments)) for a in found.answers))

    def _wanted(self, moments: Sequence[Moment]) -> tuple[Moment, ...]:
        best = moments[0].score if moments else 0.0
        least = FAINT * best if self.min_score is None else self.min_score
        return tuple(moment for moment in moments if moment.score >= least)


@Parameter(name="*")
@dataclass(frozen=True)
class SearchingWords(Searching):
    """How to look and what to read."""

    text_track: str | None = None
    """Words count too: auto (subtitles in the video, or beside it), a FILE (.srt, .vtt, .ass, .json), or
    captions:MODEL (an image-captioning network describes a frame every two seconds)."""
    track_language: str = "en"
    """Which subtitles, where there are several."""

    def localizer(self) -> Localizer:
        """The model with its encoders, and what reads."""
        from visionaryvids.localize import Localizer

        return Localizer.load(
            self.model,
            encoders=self.encoders,
            device=self.device,
            cache=self.cache,
            text_track=self.text_track,
            track_language=self.track_language,
        )


def answer_all(
    videos: Sequence[Path],
    queries: Sequence[str | None],
    searching: Searching,
    tell: Callable[[Findings], None],
    verbosity: Verbosity,
) -> tuple[list[Findings], int]:
    """Ask every video and tell each answer as soon as it is there; a video that cannot be read stops no other one.

    Returns:
        What was found, a value for each video that was read, and the exit status: 2 if one could not be, else 0.
    """
    localizer = searching.localizer()
    found, status = [], 0
    for video in videos:
        try:
            findings = searching.ask(localizer, video, queries, verbosity)
        except InputError as error:
            print(f"visionaryvids: {error}", file=sys.stderr)
            status = error.exit_status
        else:
            tell(findings)
            found.append(findings)
    return found, status


def videos_in(paths: Sequence[Path]) -> list[Path]:
    """The files; for a folder, the videos that lie in it, in the order of their names.

    Raises:
        ConfigError: no video lies in a folder.
    """
    return [video for path in paths for video in (_in_folder(path) if path.is_dir() else [path])]


def _in_folder(folder: Path) -> list[Path]:
    videos = videos_in_folder(folder)
    if not videos:
        raise ConfigError(
            str(folder), "no video lies in this folder", "a file called *.mp4 or the like", "name the file"
        )
    return videos
