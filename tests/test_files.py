"""Files are there whole, or not at all."""

import pytest

from visionaryvids.errors import InputError
from visionaryvids.files import whole_file, write_atomically


def test_a_whole_file_takes_its_name_only_at_the_end(tmp_path):
    with whole_file(tmp_path / "a") as part:
        part.write_text("half")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_text() == "half"
    with pytest.raises(KeyError), whole_file(tmp_path / "b"):
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "nul\0"):
        with pytest.raises(InputError, match="cannot be written"):
            write_atomically(path, "text")
    with pytest.raises(InputError, match="No space left"), whole_file(tmp_path / "full"):
        raise OSError(28, "No space left on device")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
