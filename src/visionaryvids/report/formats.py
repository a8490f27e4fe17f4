"""The names of the formats that findings are exported in."""

from __future__ import annotations

from typing import Literal, get_args

Text = Literal["vtt", "srt", "youtube", "csv", "json"]
"""Formats that are made from the findings alone."""

Cut = Literal["edl", "otio", "fcpxml"]
"""Formats that refer to the video."""

Picture = Literal["sheet", "thumbnails", "clips", "reel"]
"""Formats that show the video."""

Format = Literal[Text, Cut, Picture, "page"]
"""All of them; a page links a video that is missing."""

QUICK: tuple[Format, ...] = (*get_args(Text), *get_args(Cut), "sheet", "thumbnails")
"""What can be made without encoding a video."""


def needs_video(kind: Format) -> bool:
    """Whether a format cannot be made without the video."""
    return kind in get_args(Cut) or kind in get_args(Picture)
