"""`visionaryvids export`: what was found, as files for players, editors, spreadsheets and people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched
from visionaryvids.cli.terminal import stdin_bytes
from visionaryvids.errors import ConfigError
from visionaryvids.report.formats import QUICK, Format, needs_video

if TYPE_CHECKING:  # these take long to import
    from visionaryvids.report.exports import Job
    from visionaryvids.report.picks import Pick
    from visionaryvids.types import Findings


def export(
    findings: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    out: Path,
    formats: Annotated[
        tuple[Format, ...], Parameter(name="--format", consume_multiple=True, negative="", show_default=False)
    ] = QUICK,
    query: str | None = None,
    top: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 5,
    min_score: Annotated[float, Parameter(validator=validators.Number(gte=0, lte=1))] = 0.0,
    copy: Annotated[bool, Parameter(negative="")] = False,
    reel_seconds: Annotated[float, Parameter(validator=validators.Number(gt=0))] = 30.0,
    relative: Annotated[bool, Parameter(negative="")] = False,
    video: Path | None = None,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Write moments as subtitles, chapters, cuts for editors, clips, a reel, pictures or a page.

        visionaryvids find holiday.mp4 "a dog runs" --json > found.json
        visionaryvids export found.json --out holiday --format vtt edl clips

    Prints the path of each file. docs/exports.md describes the formats.

    Parameters
    ----------
    findings
        What `find --json` or `highlights --json` printed; - reads it from stdin. Of several videos each gets a folder.
    out
        The folder to write to.
    formats
        One or more; without it, all that encodes no video.
    query
        Only this query: its words, or its number, counted from 1.
    top
        At most so many moments of each query.
    min_score
        Only moments that match at least so well, from 0 to 1.
    copy
        Clips: copy the streams, which is fast and without loss; they start at the key frame before the moment.
    reel_seconds
        How long the reel is to be.
    relative
        EDL and OTIO: name the video relative to the folder, so that both can be moved together.
    video
        Where the video is now, if not where it was. One that ends before a moment is refused.
    """
    from visionaryvids.report.exports import Job, Options
    from visionaryvids.report.names import folders
    from visionaryvids.report.picks import narrow, numbered

    verbosity.apply()
    several = _read(findings)
    if video is not None and len(several) > 1:
        raise ConfigError("--video", f"one file for {len(several)} videos", "findings about one video", "leave it out")
    chosen = [narrow(found, query=query, top=top, min_score=min_score) for found in several]
    _refuse_none(several, chosen, min_score)
    if video is not None:
        _say_doubts(video, chosen[0], formats, verbosity)
    options = Options(copy, reel_seconds, relative)
    places = folders([Path(found.video) for found in several], out)
    for found, few, (folder, name) in zip(several, chosen, places, strict=True):
        source = str(video or _present(Path(found.video), findings.parent))
        picks = numbered(few)
        for note in _doubts(found, picks):
            verbosity.say(note)
        if picks:
            there, few_there = (replace(each, video=source) for each in (found, few))
            _write(formats, Job(there, few_there, picks, None, folder, name, options), verbosity)
        else:
            verbosity.say(f"{found.video}: no moment reaches a score of {min_score:g}")


def _refuse_none(several: Sequence[Findings], chosen: Sequence[Findings], min_score: float) -> None:
    """Refuse to export nothing."""
    if not _has_moments(several):
        raise ConfigError("FINDINGS", "not one moment was found", "moments", "ask `find` with a lower --min-score")
    if not _has_moments(chosen):
        found = f"no moment reaches a score of {min_score:g}"
        raise ConfigError("--min-score", found, "a lower one", "lower it, or leave it out")


def _has_moments(several: Sequence[Findings]) -> bool:
    return any(answer.moments for found in several for answer in found.answers)


def _say_doubts(video: Path, chosen: Findings, formats: Sequence[Format], verbosity: Verbosity) -> None:
    """Say what speaks against showing moments in another file; a page may link one that is not there."""
    from visionaryvids.media.probe import probe
    from visionaryvids.report.other_video import doubts

    if video.exists() and any(needs_video(kind) or kind == "page" for kind in formats):
        for note in doubts(probe(video), chosen):
            verbosity.say(note)


def _doubts(found: Findings, picks: Sequence[Pick]) -> Iterator[str]:
    """What is exported although the video probably does not show it."""
    from visionaryvids.report.presence import UNLIKELY, in_words

    exported = {pick.query for pick in picks}
    for answer in found.answers:
        if answer.query in exported and answer.present < UNLIKELY:
            yield f"{found.video}: {answer.query!r} is {in_words(answer.present)}; exported all the same"


def _write(formats: Sequence[Format], job: Job, verbosity: Verbosity) -> None:
    """Write every format of one video; say which files there are."""
    from visionaryvids.media.probe import probe
    from visionaryvids.report.exports import write

    source = Path(job.findings.video)
    if any(map(needs_video, formats)):
        job = replace(job, info=probe(source))
    for kind in dict.fromkeys(formats):
        with watched(f"{kind} of {source.name}", verbosity) as on_progress:
            written = write(kind, job, on_progress)
        for path in written.paths:
            print(path, flush=True)
        for note in written.notes:
            verbosity.say(f"{source.name}: {note}")


def _read(path: Path) -> tuple[Findings, ...]:
    from visionaryvids.report.findings_json import decode_findings, read_findings

    return decode_findings(stdin_bytes(), Path("stdin")) if str(path) == "-" else read_findings(path)


def _present(video: Path, beside: Path) -> Path:
    """The video where it was when it was searched, or else where it would be seen from the findings."""
    return beside / video if not video.exists() and (beside / video).exists() else video
