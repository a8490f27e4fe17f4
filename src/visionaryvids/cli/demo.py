"""`visionaryvids demo`: a minute of video that is made on the spot, asked for what it shows; or a video of yours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched
from visionaryvids.cli.queries import checked
from visionaryvids.cli.searching import Searching
from visionaryvids.cli.showing import Showing
from visionaryvids.errors import ConfigError

if TYPE_CHECKING:  # it imports NumPy
    from visionaryvids.types import Findings

EXAMPLE = 'e.g. visionaryvids demo --video holiday.mp4 "a dog runs into the sea"'


def demo(
    *query: str,
    video: Path | None = None,
    out: Path = Path("runs/demo"),
    searching: Searching = Searching(),  # noqa: B008
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Make a short video of real photographs, find five sentences in it, and compare with the truth.

        visionaryvids demo
        visionaryvids demo --video holiday.mp4 "a dog runs into the sea"

    Leaves a page to open in a browser and a clip of each thing found. With --video it does the same on a video of
    yours, but for the comparison.

    Parameters
    ----------
    query
        With --video: what to look for, in words.
    video
        A video of yours.
    out
        Folder for video, page and clips; files of an earlier demo are replaced.
    """
    verbosity.apply()
    if (video is None) == bool(query):
        found = "sentences, but no video" if video is None else "a video, but no sentence"
        raise ConfigError("demo", found, "both --video and sentences, or neither", EXAMPLE)
    asked = [checked(each, EXAMPLE) for each in query]
    from visionaryvids.recipes.demo import leave

    localizer = searching.localizer()
    ask = partial(searching.ask, localizer, verbosity=verbosity)
    if video is None:
        findings = _made(out, ask, verbosity)
    else:
        findings = ask(video, asked)
        Showing().tell(findings)
    page, *clips = leave(findings, out)
    print(f"page to open in a browser: {page}")
    for clip in clips:
        print(f"clip: {clip}")


def _made(out: Path, ask: Callable[[Path, Sequence[str]], Findings], verbosity: Verbosity) -> Findings:
    """Make the video, ask it, print the comparison."""
    from visionaryvids.recipes.demo import comparison, questions
    from visionaryvids.recipes.demo_video import compose
    from visionaryvids.tables import as_text

    video = out / "demo.mp4"
    with watched("making a video", verbosity) as on_progress:
        asked = questions(compose(video, on_progress=on_progress))
    findings = ask(video, [question.sentence for question in asked])
    print(as_text(comparison(findings, asked)) + "\n")
    return findings
