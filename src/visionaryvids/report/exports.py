"""The moments of one video in every format: which file each goes to, and which function writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from visionaryvids.files import write_atomically
from visionaryvids.media.probe import MediaInfo
from visionaryvids.report import chapters, clips, reel, thumbnails, timeline
from visionaryvids.report.clocks import clock
from visionaryvids.report.fcpxml import as_fcpxml
from visionaryvids.report.findings_json import to_lines
from visionaryvids.report.formats import Cut, Format, Text
from visionaryvids.report.page import write_page
from visionaryvids.report.picks import Pick
from visionaryvids.types import Findings

EARLY_S = 0.5
"""The user is told of copied clips that start so early."""


@dataclass(frozen=True, slots=True)
class Options:
    """How some formats are made.

    Attributes:
        copy: cut clips without re-encoding.
        reel_s: the length of the reel in seconds.
        relative: name the video relative to the folder, where the format allows it.
    """

    copy: bool = False
    reel_s: float = 30.0
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """What is exported of one video, and where to.

    Attributes:
        findings: all answers about the video.
        chosen: the same with the chosen queries and moments alone.
        picks: the chosen moments.
        info: the video; only needed for formats that refer to it or show it.
        folder: where the files go.
        name: what they are called, without suffix.
        options: how some formats are made.
    """

    findings: Findings
    chosen: Findings
    picks: tuple[Pick, ...]
    info: MediaInfo | None
    folder: Path
    name: str
    options: Options = Options()

    @property
    def media(self) -> MediaInfo:
        """The video."""
        assert self.info is not None, "formats that need the video are given it"
        return self.info


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one format, and what the user should know about them."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def write(kind: Format, job: Job, on_progress: Callable[[float, float], None] | None = None) -> Written:
    """Write one format.

    Args:
        kind: the format.
        job: what of, and where to.
        on_progress: is told how many of how many seconds of video are encoded, where that takes a while.

    Raises:
        InputError: there is nothing to show, the video cannot be read, or a file cannot be written.
    """
    match kind:
        case "clips":
            return _clips(job, on_progress or _nobody)
        case "reel":
            return _reel(job, on_progress or _nobody)
        case "sheet":
            path = job.folder / f"{job.name}.sheet.png"
            thumbnails.write_contact_sheet(job.media, path, job.picks)
            return Written((path,))
        case "thumbnails":
            return Written(tuple(thumbnails.write_thumbnails(job.media, job.folder / "thumbnails", job.picks)))
        case "page":
            path = job.folder / f"{job.name}.html"
            write_page(path, job.findings)
            return Written((path,))
        case _:
            text, notes = _text(kind, job)
            path = job.folder / f"{_called(kind, job)}{'.chapters.txt' if kind == 'youtube' else '.' + kind}"
            write_atomically(path, text)
            return Written((path,), notes)


def _called(kind: Text | Cut, job: Job) -> str:
    """The file's name; beside the video `NAME.srt` would be its subtitles, which may be there already."""
    beside = job.folder.resolve() == Path(job.findings.video).resolve().parent
    return f"{job.name}.moments" if kind in ("srt", "vtt") and beside else job.name


def _text(kind: Text | Cut, job: Job) -> tuple[str, tuple[str, ...]]:
    """What a text file holds, and notes about it."""
    match kind:
        case "vtt":
            return chapters.webvtt(job.picks), ()
        case "srt":
            return chapters.srt(job.picks), ()
        case "csv":
            return chapters.csv_table(job.picks), ()
        case "json":
            return to_lines([job.chosen]), ()
        case "youtube":
            found = chapters.youtube(job.picks, job.findings.duration_s)
            return found.text, found.notes
        case "edl":
            return timeline.as_edl(job.picks, job.media, _url(job)), ()
        case "otio":
            return timeline.as_otio(job.picks, job.media, _url(job)), ()
        case "fcpxml":
            return as_fcpxml(job.picks, job.media, timeline.media_url(job.media.path, None)), ()
        case _:
            assert_never(kind)


def _url(job: Job) -> str:
    return timeline.media_url(job.media.path, job.folder if job.options.relative else None)


def _nobody(done_s: float, total_s: float) -> None:
    """Is told of progress where nobody asked."""


def _clips(job: Job, on_progress: Callable[[float, float], None]) -> Written:
    """One file a moment; a copy that starts early is told of."""
    paths, notes, folder = [], [], job.folder / "clips"
    cut = clips.write_clips(job.media, folder, job.picks, copy=job.options.copy, on_progress=on_progress)
    for pick, clip in cut:
        early_s = pick.moment.start_s - clip.start_s
        paths.append(clip.path)
        notes += [f"{clip.path.name} starts {early_s:.1f} s early, at a key frame"] if early_s >= EARLY_S else []
    return Written(tuple(paths), tuple(notes))


def _reel(job: Job, on_progress: Callable[[float, float], None]) -> Written:
    path = job.folder / f"{job.name}.reel.mp4"
    taken = reel.make_reel(job.media, path, job.findings, job.picks, job.options.reel_s, on_progress)
    places = ", ".join(f"{clock(clip.start_s)} to {clock(clip.end_s)}" for clip in taken)
    return Written((path,), (f"{path.name} shows {places}",))
