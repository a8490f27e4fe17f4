"""The videos that other tests are judged by: what is said to be shown when is shown then."""

import av
import numpy as np
import pytest

from tests.long_video import write_long_video
from tests.media.make import Tone, number_in, write_video
from tests.stitch import SOUND_HZ, Piece, stitch


def shown(path):
    with av.open(str(path)) as container:
        return [(frame.time, number_in(frame.to_ndarray(format="rgb24"))) for frame in container.decode(video=0)]


def heard(path):
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def test_stitched_pieces_are_shown_when_stitch_says(tmp_path):
    """Another size, rate, codec, rotation and timing each; a beep tells whether sound keeps step with the picture."""
    steady = write_video(tmp_path / "a.mp4", 30, rate=10, size=(64, 64), tone=Tone(3.0, beeps_s=(2.0,)))
    turned = write_video(tmp_path / "b.mp4", 50, rate=25, size=(128, 64), rotation_deg=90)
    uneven = write_video(tmp_path / "c.mkv", 4, times_ms=(0, 100, 1000, 1500), size=(128, 128))
    pieces = [Piece(steady), Piece(turned, 0.4, 1.2), Piece(steady, 1.0), Piece(uneven)]
    windows = stitch(tmp_path / "out.mp4", pieces, width=64, height=64, rate_hz=20)
    assert windows[:3] == [(0.0, 3.0), (3.0, 3.8), (3.8, 5.8)]
    assert windows[3][0] == 5.8
    found = dict(shown(tmp_path / "out.mp4"))
    assert [found[at_s] for at_s in (0.0, 0.05, 0.1, 2.95)] == [0, 0, 1, 29]
    assert [found[at_s] for at_s in (3.8, 3.85, 5.75)] == [10, 10, 29]
    assert [found[at_s] for at_s in (5.8, 5.9, 6.75, 6.8, 7.3)] == [0, 1, 1, 2, 3]
    loud = np.flatnonzero(np.abs(heard(tmp_path / "out.mp4")) > 0.1) / SOUND_HZ
    assert [loud[0], loud[loud < 3][-1]] == pytest.approx([2.0, 2.1], abs=0.01)
    assert [loud[loud > 3][0], loud[-1]] == pytest.approx([4.8, 4.9], abs=0.01)


def test_a_turned_piece_is_upright(tmp_path):
    turned = write_video(tmp_path / "b.mp4", 10, rate=10, size=(128, 128), rotation_deg=90)
    stitch(tmp_path / "out.mp4", [Piece(turned)], width=128, height=128, rate_hz=10)
    assert [number for _, number in shown(tmp_path / "out.mp4")] == list(range(10))


def test_a_piece_of_another_shape_keeps_its_proportions(tmp_path):
    tall = write_video(tmp_path / "tall.mp4", 3, rate=10, size=(64, 128))
    stitch(tmp_path / "out.mp4", [Piece(tall)], width=256, height=128, rate_hz=10)
    with av.open(str(tmp_path / "out.mp4")) as container:
        image = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert number_in(image[:, 96:160]) == 0
    assert image[:, :90].max() < 10
    assert image[:, 166:].max() < 10


def test_a_long_video_has_its_length_and_no_gap(tmp_path):
    write_long_video(tmp_path / "long.mp4", 100, width=64, height=36)
    with av.open(str(tmp_path / "long.mp4")) as container:
        times_s = np.array([frame.time for frame in container.decode(video=0)])
    assert len(times_s) == 112 * 10
    assert np.diff(times_s) == pytest.approx(0.1)
    assert len(heard(tmp_path / "long.mp4")) == pytest.approx(112 * 16_000, abs=1024)
