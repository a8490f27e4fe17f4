"""What a video looks like on the page: pictures of its moments as `data:` addresses."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.errors import MediaError
from visionaryvids.report.picks import Pick, choose
from visionaryvids.report.stills import encoded, stills
from visionaryvids.types import Findings

LIST_SIDE, POSTER_SIDE = 192, 640
"""The longer side in pixels, in the list (twice what it takes there, for sharp screens) and in the player."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of a video: what to show before it plays, or None; and one for each moment, by query and rank."""

    poster: str | None
    moments: dict[tuple[str | None, int], str]


def pictures_of(findings: Findings) -> Pictures:
    """Pictures of all moments; none where the video is not there or cannot be read."""
    video, picks = (
        Path(findings.video),
        choose(findings, top=max((len(a.moments) for a in findings.answers), default=0)),
    )
    try:
        posters = [address for _, address in _addresses(video, picks[:1], POSTER_SIDE)]
        moments = {(pick.query, pick.rank): address for pick, address in _addresses(video, picks, LIST_SIDE)}
    except MediaError:
        return Pictures(None, {})
    return Pictures(posters[0] if posters else None, moments)


def _addresses(video: Path, picks: Sequence[Pick], side: int) -> list[tuple[Pick, str]]:
    files = ((pick, encoded(picture, "JPEG", quality=72)) for pick, picture in stills(video, picks, (side, side)))
    return [(pick, f"data:image/jpeg;base64,{base64.b64encode(file).decode()}") for pick, file in files]
