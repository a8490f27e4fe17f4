"""Moments as a cut for video editors: OpenTimelineIO, CMX3600 EDL and FCPXML, all written by OpenTimelineIO.

The moments lie back to back, in the order chosen, each as a clip of the source file named by query and score. Nothing
is rendered: the editor opens the source. Edges are rounded to whole frames.

Conventions:
    Timelines run at a standard rate (`RATES`) of which the source's rate is a whole part: 12.5 pictures a second are
    cut at 25, 10 at 30. A source at any other rate, or at a variable one, is cut at the next higher standard rate.
    29.97 is 30000/1001, and so on. Timecode of 30000/1001 and 60000/1001 is drop-frame, so that it shows the time of
    day; all other timecode is non-drop. EDLs say which in their FCM line. Sources start at 00:00:00:00.

References:
    SMPTE ST 12-1 (timecode); CMX 3600 (EDL); Apple, "FCPXML Reference", version 1.8.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from visionaryvids.errors import ConfigError
from visionaryvids.report.names import safe_name
from visionaryvids.report.picks import Pick, one_line

if TYPE_CHECKING:  # takes long to import
    import opentimelineio as otio

    from visionaryvids.media.probe import MediaInfo

RATES: tuple[Fraction, ...] = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
)
"""Frames a second that timecode knows."""

DROP_FRAME = (Fraction(30000, 1001), Fraction(60000, 1001))
"""Rates whose timecode leaves numbers out."""

_SAME_RATE = 4e-4
"""Files state rates less exactly than this; 24000/1001 and 24 are 1e-3 apart."""

EDL_MAX_EVENTS, EDL_MAX_S = 999, 86_400
"""An EDL numbers its events with three digits, and its timecode ends after a day."""


def timeline_rate(rate_hz: float) -> Fraction:
    """The standard rate at which a source is cut: a multiple of its own, else the next higher one, at most 60."""
    for rate in RATES:
        times = float(rate) / rate_hz
        if round(times) >= 1 and abs(times / round(times) - 1) < _SAME_RATE:
            return rate
    return next((rate for rate in RATES if rate > rate_hz), RATES[-1])


def source_rate(info: MediaInfo) -> Fraction:
    """The rate at which this file is cut; one without pictures at 30."""
    return timeline_rate(info.video.rate_hz) if info.video is not None else Fraction(30)


def media_url(path: Path, relative_to: Path | None) -> str:
    """A source as a timeline names it: an absolute `file://` URL, or a path relative to a folder."""
    if relative_to is None:
        return path.resolve().as_uri()
    try:
        way = os.path.relpath(path.resolve(), relative_to.resolve())
    except ValueError as error:  # another drive
        raise ConfigError("--relative", f"{path} and {relative_to} share no folder", "both on one drive") from error
    return quote(Path(way).as_posix())


def as_otio(picks: Sequence[Pick], info: MediaInfo, url: str) -> str:
    """The cut as OpenTimelineIO's own JSON: a video track, and one for the sound where there is some."""
    rate = source_rate(info)
    return build(picks, info, url, rate, float(rate), sound=info.audio is not None).to_json_string(indent=2)


def as_edl(picks: Sequence[Pick], info: MediaInfo, url: str) -> str:
    """The cut as a CMX3600 edit decision list.

    Clips are called like the source file, which is what editors look for; a comment says query and score.

    Raises:
        ConfigError: there are more moments than an EDL can number, or the source is longer than a day.
    """
    import opentimelineio as otio

    rate = source_rate(info)
    if len(picks) > EDL_MAX_EVENTS or info.duration_s >= EDL_MAX_S:
        found = f"{len(picks)} moments of a video of {info.duration_s / 3600:.1f} h"
        expected = f"at most {EDL_MAX_EVENTS} moments, and less than 24 h"
        raise ConfigError("--format edl", found, expected, "choose fewer (--top, --min-score), or --format otio")
    timeline = build(picks, info, url, rate, float(rate), sound=False)
    for clip in timeline.find_clips():
        clip.metadata["cmx_3600"] = {"reel": _reel(info.path), "comments": [f"COMMENT: {clip.name}"]}
        clip.name = one_line(info.path.name)
    text = otio.adapters.write_to_string(timeline, "cmx_3600", rate=float(rate))
    mode = "DROP FRAME" if rate in DROP_FRAME else "NON-DROP FRAME"
    text = text.replace("\n\n", f"\nFCM: {mode}\n\n", 1)
    return text.replace(" V     C ", " AA/V  C ") if info.audio is not None else text


def _reel(path: Path) -> str:
    """The source's name as tape labels allow it: eight letters, digits or underscores."""
    return re.sub(r"\W+", "_", path.stem, flags=re.ASCII).strip("_")[:8] or "AX"


def build(
    picks: Sequence[Pick], info: MediaInfo, url: str, rate: Fraction, nominal: float, *, sound: bool
) -> otio.schema.Timeline:
    """The cut as a timeline.

    Args:
        picks: the moments, in the order in which they will play.
        info: the source.
        url: how the timeline refers to it.
        rate: frames a second, exactly; edges are rounded with it.
        nominal: what times in the timeline say it is.
        sound: also lay out an audio track.
    """
    import opentimelineio as otio

    kinds = ["Video", "Audio"] if sound else ["Video"]
    timeline = otio.schema.Timeline(safe_name(info.path.stem))
    for kind in kinds:
        track = otio.schema.Track(kind, kind=kind)
        track.extend([_clip(pick, info, url, rate, nominal) for pick in picks])
        timeline.tracks.append(track)
    return timeline


def _clip(pick: Pick, info: MediaInfo, url: str, rate: Fraction, nominal: float) -> otio.schema.Clip:
    import opentimelineio as otio

    frames = max(1, int(info.duration_s * rate))
    first = min(round(pick.moment.start_s * rate), frames - 1)
    after = min(max(round(pick.moment.end_s * rate), first + 1), frames)

    def stretch(start: int, end: int) -> otio.opentime.TimeRange:
        return otio.opentime.TimeRange(
            otio.opentime.RationalTime(start, nominal), otio.opentime.RationalTime(end - start, nominal)
        )

    source = otio.schema.ExternalReference(url, stretch(0, frames))
    source.name = one_line(info.path.name)
    return otio.schema.Clip(pick.title, source, stretch(first, after))
