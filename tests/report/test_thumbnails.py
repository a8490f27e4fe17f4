"""Thumbnails and the contact sheet: the right picture of each moment, upright, with a caption, in any language."""

import numpy as np
import pytest
from PIL import Image

from tests.media.make import number_in, write_video
from tests.report.made import HOSTILE, picks
from visionaryvids.errors import InputError
from visionaryvids.media.probe import probe
from visionaryvids.report.thumbnails import FRAME, GAP, HEAD, MAX_SIDE, write_contact_sheet, write_thumbnails


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return probe(write_video(tmp_path_factory.mktemp("source") / "s.mp4", 100, rate=10, size=(320, 180)))


def test_a_thumbnail_shows_the_best_second(tmp_path, source):
    cuts = picks(("late", 6, 8, 0.5), ("early", 1, 2, 0.9))
    paths = write_thumbnails(source, tmp_path / "new", cuts)
    assert [path.name for path in paths] == ["01_00m06s_late.jpg", "02_00m01s_early.jpg"]
    assert [number_in(np.asarray(Image.open(path))) for path in paths] == [70, 15]


def test_thumbnails_of_large_and_turned_pictures(tmp_path):
    large = write_video(tmp_path / "s.mp4", 3, size=(1280, 720), rotation_deg=90)
    (path,) = write_thumbnails(probe(large), tmp_path, picks(("q", 0, 0.05, 1)))
    with Image.open(path) as picture:
        assert picture.size == (360, MAX_SIDE)
        assert number_in(np.asarray(picture)) == 0


def test_the_sheet_shows_moments_in_the_order_of_time(tmp_path, source):
    cuts = picks(("late", 6, 8, 0.5), ("early", 1, 2, 0.9), ("middle", 4, 5, 0.1))
    write_contact_sheet(source, tmp_path / "sheet.png", cuts)
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    lefts = [GAP, 2 * GAP + 320]
    top = HEAD + GAP
    assert [number_in(sheet[top : top + 180, left : left + 320]) for left in lefts] == [15, 45]
    caption = sheet[top + 185 : top + 220, GAP : GAP + 320]
    assert (caption < 128).any()


def test_a_portrait_tile_keeps_its_shape(tmp_path):
    tall = probe(write_video(tmp_path / "s.mp4", 5, size=(180, 320)))
    write_contact_sheet(tall, tmp_path / "sheet.png", picks(("q", 0, 0.4, 1)))
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size[0] < sheet.size[1]
        assert sheet.convert("RGB").getpixel((GAP + 5, HEAD + GAP + 5)) != FRAME


def test_hostile_queries_fit_their_captions(tmp_path, source):
    cuts = picks(*[(query, 1, 2, 0.5) for query in HOSTILE])
    write_contact_sheet(source, tmp_path / "sheet.png", cuts)
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert (sheet[:, GAP + 320 : 2 * GAP + 320] == 255).all()  # nothing runs into the gap between columns
    assert len(write_thumbnails(source, tmp_path / "thumbs", cuts)) == len(HOSTILE)


def test_what_cannot_be_done_is_said(tmp_path, source):
    with pytest.raises(InputError, match="no moments"):
        write_contact_sheet(source, tmp_path / "sheet.png", [])
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        write_thumbnails(source, tmp_path / "file", picks(("q", 1, 2, 0.5)))
