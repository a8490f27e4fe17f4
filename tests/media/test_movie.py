"""A movie file is there whole or not at all, and sound keeps step with pictures."""

import av
import numpy as np
import pytest

from tests.media.make import number_in, picture
from visionaryvids.errors import InputError
from visionaryvids.media.movie import Encoding, MovieWriter

TICK = np.concatenate([np.ones(80, np.float32) * 0.5, np.zeros(720, np.float32)])


def test_what_was_shown_and_heard_comes_back_at_its_time(tmp_path):
    with MovieWriter(tmp_path / "a.mp4", 64, 64, rate_hz=10, sound_hz=8000) as movie:
        for number in range(20):
            movie.hear(TICK)
            movie.show(picture(number))
        assert not (tmp_path / "a.mp4").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    with av.open(str(tmp_path / "a.mp4")) as container:
        found = [(f.time, number_in(f.to_ndarray(format="rgb24"))) for f in container.decode(video=0)]
    assert found == [(pytest.approx(number / 10), number) for number in range(20)]
    with av.open(str(tmp_path / "a.mp4")) as container:
        heard = np.concatenate([f.to_ndarray()[0] for f in container.decode(audio=0)])
    loud = np.flatnonzero(np.abs(heard) > 0.2) / 8000
    assert np.unique(np.round(loud - 0.005, 1)) == pytest.approx(np.arange(20) / 10)  # none early, none late


def test_key_frames_are_as_close_as_wanted_and_bits_as_few(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (40, 64, 64, 3), np.uint8)
    few = Encoding(picture_bits_hz=50_000)
    for name, encoding in (("many", Encoding()), ("few", few)):
        with MovieWriter(tmp_path / name, 64, 64, rate_hz=10, gop=5, encoding=encoding) as movie:
            for image in noise:
                movie.show(image)
    with av.open(str(tmp_path / "few")) as container:
        assert sum(frame.key_frame for frame in container.decode(video=0)) >= 8
    assert (tmp_path / "few").stat().st_size < 4 * 50_000 / 8 * 1.5 < (tmp_path / "many").stat().st_size


@pytest.mark.parametrize("fault", [KeyError, KeyboardInterrupt, ValueError])
def test_a_fault_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, fault):
    (tmp_path / "a.mp4").write_text("old")

    def write():
        with MovieWriter(tmp_path / "a.mp4", 64, 64, rate_hz=10) as movie:
            movie.show(picture(0))
            raise fault

    with pytest.raises(fault):
        write()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_place_that_cannot_be_written_is_the_users_to_mend(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="choose a place that you may write to"):
        MovieWriter(tmp_path / "file" / "a.mp4", 64, 64, rate_hz=10)
