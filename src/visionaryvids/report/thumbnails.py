"""Still pictures of moments: a JPEG for each, and a contact sheet of all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from visionaryvids.errors import InputError
from visionaryvids.files import write_atomically
from visionaryvids.media.probe import MediaInfo
from visionaryvids.report.clocks import clock
from visionaryvids.report.names import clip_name
from visionaryvids.report.picks import Pick, in_time, one_line
from visionaryvids.report.stills import encoded, stills

MAX_SIDE = 640
"""Of a thumbnail, in pixels."""

MAX_TILES = 100
"""A sheet shows the best hundred moments; more would be too large to open."""

TILE_PIXELS = 320 * 180
CAPTION, GAP, HEAD = 44, 14, 34
PAPER, INK, GREY, FRAME = "#ffffff", "#1a1a1a", "#6b6b6b", "#101010"


def write_thumbnails(info: MediaInfo, folder: Path, picks: Sequence[Pick]) -> list[Path]:
    """A JPEG of the most telling picture of each moment, named like its clip, at most `MAX_SIDE` pixels wide or high.

    Raises:
        MediaError: the source cannot be read or has no pictures.
        InputError: a file cannot be written.
    """
    paths = []
    for pick, picture in stills(info.path, picks, (MAX_SIDE, MAX_SIDE)):
        path = folder / clip_name(pick, ".jpg")
        write_atomically(path, encoded(picture, "JPEG", quality=88))
        paths.append(path)
    return sorted(paths)


def write_contact_sheet(info: MediaInfo, path: Path, picks: Sequence[Pick]) -> None:
    """All moments on one PNG, in the order of time, each with its time, score and query.

    Raises:
        MediaError: the source cannot be read or has no pictures.
        InputError: there are no moments, or the file cannot be written.
    """
    shown = sorted(picks, key=lambda pick: -pick.moment.score)[:MAX_TILES]
    if not shown:
        raise InputError("--format sheet", "no moments", "at least one", "lower --min-score")
    tile = _tile(info)
    pictures = {pick.number: picture for pick, picture in stills(info.path, shown, tile)}
    columns = min(4, math.ceil(math.sqrt(len(shown))))
    rows = math.ceil(len(shown) / columns)
    step_x, step_y = tile[0] + GAP, tile[1] + CAPTION + GAP
    sheet = Image.new("RGB", (columns * step_x + GAP, HEAD + rows * step_y + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    title = f"{clock(info.duration_s)}  {one_line(info.path.name)}"
    _write(draw, (GAP, GAP), title, font(15), INK, sheet.width - 2 * GAP)
    for number, pick in enumerate(in_time(shown)):
        left, top = GAP + number % columns * step_x, HEAD + GAP + number // columns * step_y
        sheet.paste(ImageOps.pad(pictures[pick.number], tile, color=FRAME), (left, top))
        _caption(draw, left, top + tile[1] + 5, tile[0], pick)
    write_atomically(path, encoded(sheet, "PNG"))


def _tile(info: MediaInfo) -> tuple[int, int]:
    """Width and height of a picture on the sheet: the video's shape, always about the same area."""
    shape = 16 / 9 if info.video is None else min(max(info.video.width / info.video.height, 0.5), 2.5)
    width = round(math.sqrt(TILE_PIXELS * shape))
    return width, round(width / shape)


def _caption(draw: ImageDraw.ImageDraw, left: int, top: int, width: int, pick: Pick) -> None:
    """Time on the left and score on the right of one line, the query below."""
    moment, score = pick.moment, f"{pick.moment.score:.2f}"
    _write(draw, (left, top), f"{clock(moment.start_s)} – {clock(moment.end_s)}", font(13), INK, width)
    draw.text((left + width, top), score, font=font(13), fill=INK, anchor="ra")
    _write(draw, (left, top + 18), pick.words, font(13), GREY, width)


def _write(
    draw: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    text: str,
    letters: ImageFont.FreeTypeFont,
    colour: str,
    width: int,
) -> None:
    """One line of text, shortened to a width in pixels."""
    short = text[:200]
    while short and letters.getlength(short + "…" * (short != text)) > width:
        short = short[:-1].rstrip()
    draw.text(corner, short + "…" * (short != text), font=letters, fill=colour)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes with Matplotlib: it knows most alphabets, and looks the same everywhere."""
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)
