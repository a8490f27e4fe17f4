"""What `find` and `highlights` share: where to show what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched

if TYPE_CHECKING:  # it imports NumPy
    from visionaryvids.types import Findings


@Parameter(name="*")
@dataclass(frozen=True)
class Showing:
    """Where to show what was found."""

    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False
    """Print one line of JSON for each video instead of text."""
    page: Path | None = None
    """Also write a page to this file (.html): player, curve, moments to click on."""
    clips: Path | None = None
    """Also cut each moment into a file of its own in this folder; none of what is only perhaps, or probably not, in the
    video."""

    def tell(self, findings: Findings) -> None:
        """Print what was found in one video."""
        from visionaryvids.cli.terminal import stdout_style
        from visionaryvids.report.findings_json import to_lines
        from visionaryvids.report.findings_text import as_text

        print(to_lines([findings]) if self.as_json else as_text(findings, stdout_style()) + "\n\n", end="", flush=True)

    def compare(self, found: Sequence[Findings]) -> None:
        """Print which of several videos show what was asked for; JSON has it in each video's line."""
        from visionaryvids.cli.terminal import stdout_style
        from visionaryvids.report.overview import overview

        if not self.as_json and (text := overview(found, stdout_style())):
            print(text)

    def write(self, found: Sequence[Findings], verbosity: Verbosity) -> None:
        """Write the files about all videos."""
        from visionaryvids.report.names import folders
        from visionaryvids.report.page import write_page

        if self.page is not None and found:
            write_page(self.page, found)
            verbosity.say(f"wrote {self.page}")
        if self.clips is not None:
            places = folders([Path(findings.video) for findings in found], self.clips)
            for findings, (folder, _) in zip(found, places, strict=True):
                _cut(findings, folder, verbosity)


def _cut(findings: Findings, folder: Path, verbosity: Verbosity) -> None:
    """Cut the moments of the queries that the video probably has something for."""
    from visionaryvids.media.probe import probe
    from visionaryvids.report.clips import write_clips
    from visionaryvids.report.picks import choose
    from visionaryvids.report.presence import likely_only, not_likely

    video = Path(findings.video)
    left_out = not_likely(findings)
    if left_out:
        verbosity.say(f"{video}: no clips of {', '.join(left_out)}; `visionaryvids export` cuts these all the same")
    picks = choose(likely_only(findings), top=max((len(answer.moments) for answer in findings.answers), default=0))
    with watched(f"cutting {video.name}", verbosity) as on_progress:
        for _, clip in write_clips(probe(video), folder, picks, on_progress=on_progress):
            verbosity.say(f"wrote {clip.path}")
