"""Feature files: what is read, and each thing that is refused."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visionaryvids.annotations.checks import MAX_NAME_BYTES
from visionaryvids.data import arrays
from visionaryvids.data.arrays import find_array, read_array
from visionaryvids.errors import FeatureError
from visionaryvids.types import Features

from .damage import npy_bytes, npz_with, pickle_itself, pickled_npy

VALUES = np.arange(12).reshape(4, 3) / 4


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("ending", [".npy", ".npz"])
def test_every_float_type_is_read_as_float32(tmp_path, dtype, order, ending):
    path = tmp_path / f"a{ending}"
    array = np.asarray(VALUES, dtype, order=order)
    np.save(path, array) if ending == ".npy" else np.savez_compressed(path, features=array)
    read = read_array(path, width=3)
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, VALUES)


@pytest.mark.parametrize("key", ["features", "last_hidden_state", "token", "anything"])
def test_archive_with_a_usual_name_or_one_array(tmp_path, key):
    np.savez(tmp_path / "a.npz", **{key: VALUES})
    np.testing.assert_array_equal(read_array(tmp_path / "a.npz"), VALUES)
    np.testing.assert_array_equal(read_array(tmp_path / "a.npz", key="other"), VALUES)


def test_archive_with_two_arrays(tmp_path):
    np.savez(tmp_path / "a.npz", token=VALUES, text=VALUES[:1])
    np.savez(tmp_path / "b.npz", x=VALUES, y=VALUES)
    assert len(read_array(tmp_path / "a.npz")) == 4
    assert len(read_array(tmp_path / "a.npz", key="text")) == 1
    with pytest.raises(FeatureError, match="arrays named 'x', 'y'; expected 'features' or 'last_hidden_state'"):
        read_array(tmp_path / "b.npz")
    with pytest.raises(FeatureError, match="expected 'z', or only one array"):
        read_array(tmp_path / "b.npz", key="z")


BAD_ARRAYS = {
    "one axis": (np.zeros(3), r"an array of shape \(3,\); expected two axes"),
    "three axes": (np.zeros((2, 2, 3)), r"an array of shape \(2, 2, 3\)"),
    "no rows": (np.zeros((0, 3)), r"an array of shape \(0, 3\)"),
    "integers": (np.zeros((2, 3), int), "values of type int64; expected float16, float32 or float64"),
    "text": (np.full((2, 3), "a"), "values of type <U1"),
    "width": (np.zeros((2, 4)), "4 columns; expected 3 columns"),
    "NaN": (np.array([[0, 0, 0], [0, np.nan, 0]]), r"1 values .* the first \(nan\) in row 1, column 1"),
    "infinity": (np.array([[np.inf, 0, -np.inf]]), r"2 values .* the first \(inf\) in row 0, column 0"),
    "too large for float32": (np.full((1, 3), 1e300), "3 values are NaN or infinite"),
}


@pytest.mark.parametrize("ending", [".npy", ".npz"])
@pytest.mark.parametrize(("array", "message"), BAD_ARRAYS.values(), ids=BAD_ARRAYS)
def test_unfit_arrays(tmp_path, array, message, ending):
    path = tmp_path / f"a{ending}"
    np.save(path, array) if ending == ".npy" else np.savez(path, array)
    with pytest.raises(FeatureError, match=rf"a\{ending}: {message}"):
        read_array(path, width=3)


BAD_BYTES = {
    "empty": (b"", "starts with b''; expected a NumPy array file"),
    "something else": (b"\x89HDF\r\n\x1a\n" * 9, "expected a NumPy array file"),
    "half a header": (npy_bytes((4, 3))[:30], "cannot be read as an array"),
    "no header": (b"\x93NUMPY\x01\x00", "cannot be read as an array"),
    "cut off": (npy_bytes((4, 3), body=b"\0" * 47), "cut off: 47 bytes of values; expected 48 bytes"),
    "nonsense header": (b"\x93NUMPY\x01\x00\x10\x00" + b"import os; x()  ", "cannot be read as an array"),
    "negative": (npy_bytes((-4, 3), body=b"\0" * 48), r"an array of shape \(-4, 3\)"),
    "absurd": (npy_bytes((10**12, 10**12)), "expected at most 1024 MiB"),
    "version": (npy_bytes((4, 3), version=9), "NPY format 9"),
    "version 3": (npy_bytes((4, 3), version=3), "NPY format 3"),
}


@pytest.mark.parametrize(("data", "message"), BAD_BYTES.values(), ids=BAD_BYTES)
def test_damaged_files(tmp_path, data, message):
    (tmp_path / "a.npy").write_bytes(data)
    npz_with(tmp_path / "a.npz", data)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(FeatureError, match=name + ": .*" + message):
            read_array(tmp_path / name)


def test_version_2_header_is_read(tmp_path):
    (tmp_path / "a.npy").write_bytes(npy_bytes((4, 3), body=b"\0" * 48, version=2))
    assert read_array(tmp_path / "a.npy").shape == (4, 3)


def test_damaged_archives(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, features=VALUES)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[200] ^= 0xFF
    for data in (whole[:100], b"", b"nonsense", bytes(flipped)):
        path.write_bytes(data)
        with pytest.raises(FeatureError, match=r"a\.npz: cannot be read as an array"):
            read_array(path)
    npz_with(path, b"hello", name="readme.txt")
    with pytest.raises(FeatureError, match="no array; expected"):
        read_array(path)


def test_archive_that_swells_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "MAX_BYTES", 1 << 20)
    npz_with(tmp_path / "a.npz", npy_bytes((2**20, 1), body=b"\0" * 2**22))
    assert (tmp_path / "a.npz").stat().st_size < 10_000
    with pytest.raises(FeatureError, match="expected at most 1 MiB"):
        read_array(tmp_path / "a.npz")


@pytest.mark.parametrize("write", [pickled_npy, pickle_itself])
@pytest.mark.parametrize("ending", [".npy", ".npz"])
def test_pickles_are_refused_and_never_run(tmp_path, write, ending):
    target = tmp_path / "payload-ran"
    path = tmp_path / "a.npy"
    write(path, target)
    if ending == ".npz":
        data, path = path.read_bytes(), tmp_path / "a.npz"
        npz_with(path, data)
    with pytest.raises(FeatureError, match="the file holds pickled Python objects; not opened"):
        read_array(path)
    assert not target.exists()


def test_find_array(tmp_path):
    np.save(tmp_path / "-a_B.npy", VALUES)
    np.savez(tmp_path / "c.npz", VALUES)
    assert find_array(tmp_path, "-a_B").name == "-a_B.npy"
    assert find_array(tmp_path, "c").name == "c.npz"
    with pytest.raises(FeatureError, match=r"x\.npy: no such file; expected this file, or the same name with \.npz"):
        find_array(tmp_path, "x")
    with pytest.raises(FeatureError, match="no such folder"):
        find_array(tmp_path / "no", "x")


def test_a_linked_folder_is_welcome(tmp_path):
    (tmp_path / "real").mkdir()
    np.save(tmp_path / "real" / "a.npy", VALUES)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    np.testing.assert_array_equal(read_array(find_array(tmp_path / "link", "a")), VALUES)


@pytest.mark.parametrize("name", ["../a", "/a", "b/a", "..", "", "a\0", "b\\a"])
def test_names_that_leave_the_folder_are_refused(tmp_path, name):
    np.save(tmp_path / "a.npy", VALUES)
    (tmp_path / "folder").mkdir()
    with pytest.raises(FeatureError, match="expected a plain name that stays in the folder"):
        find_array(tmp_path / "folder", name)


@pytest.mark.filterwarnings("ignore:Reading `.npy`:UserWarning")
@pytest.mark.parametrize("ending", [".npy", ".npz"])
@given(data=st.data())
@settings(max_examples=150)
def test_mangled_files_give_an_array_or_a_feature_error(ending, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        np.save(path, VALUES) if ending == ".npy" else np.savez(path, features=VALUES)
        seed = path.read_bytes()
        start = data.draw(st.integers(0, len(seed)))
        end = data.draw(st.integers(start, min(len(seed), start + 20)))
        path.write_bytes(seed[:start] + data.draw(st.binary(max_size=12)) + seed[end:])
        try:
            array = read_array(path)
        except FeatureError:
            return
        assert np.isfinite(array).all()
        assert array.ndim == 2


@pytest.mark.parametrize("letter", ["v", "é", "語", "😀"])
def test_every_name_that_annotations_may_have_makes_a_file_name(tmp_path, letter):
    """The longest name, with the longest of what the layouts put around it, is looked for and can be written."""
    name = letter * (MAX_NAME_BYTES // len(letter.encode())) + "_rgb"
    with pytest.raises(FeatureError, match="no such file"):
        find_array(tmp_path, name)
    np.save(tmp_path / f"{name}.npy", VALUES)
    assert len(read_array(find_array(tmp_path, name))) == 4
    with pytest.raises(FeatureError, match="expected a plain name"):
        find_array(tmp_path, letter * 252)


def test_what_is_read_is_handed_over_without_a_copy(tmp_path):
    for dtype in (np.float16, np.float32):
        np.save(tmp_path / "a.npy", VALUES.astype(dtype))
        array = read_array(tmp_path / "a.npy")
        assert Features(2.0, array, None).video_TD is array
