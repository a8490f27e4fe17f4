"""Pickles read as data: arrays come out, and nothing that a pickle asks for is ever done."""

import contextlib
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from visionaryvids.errors import CheckpointError
from visionaryvids.features import pickles
from visionaryvids.features.pickled_arrays import read_arrays

ARRAYS = {
    "floats": np.arange(6, dtype=np.float32).reshape(2, 3),
    "columns first": np.arange(6, dtype=np.float64).reshape(2, 3).T,
    "other byte order": np.arange(4, dtype=">f4"),
    "empty": np.zeros((0, 3), np.float32),
    "whole": np.array([-1, 300], np.int64),
    "truth": np.array([True, False]),
}


@pytest.mark.parametrize("protocol", [1, 2, 3, 4])
def test_arrays_come_out_as_they_went_in(tmp_path, protocol):
    path = tmp_path / "a.pkl"
    others = {"text": "héllo", "n": 2**70, "list": [1, (2.5, None)], "scalar": np.float32(3)}
    path.write_bytes(pickle.dumps({"blobs": {**ARRAYS, **others}, "cfg": "a: b"}, protocol))
    found = read_arrays(path, "blobs")
    assert found.pop("scalar") == 3
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_python_2_wrote_bytes_as_text(tmp_path):
    """The published file's form: protocol 2, array contents as 8-bit strings."""
    content = np.array([1.5, -2], "<f4").tobytes()
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x01(cnumpy\nndarray\nq\x02K\x00\x85q\x03U\x01bq\x04tq\x05Rq\x06"
        b"(K\x01K\x02\x85q\x07cnumpy\ndtype\nq\x08(U\x02f4q\x09K\x00K\x01tq\x0aRq\x0b(K\x03U\x01<q\x0cNNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tq\x0db\x89U\x08" + content + b"q\x0etq\x0fb"
    )
    path = tmp_path / "a.pkl"
    path.write_bytes(b"\x80\x02}q\x00U\x05blobsq\x10}q\x11U\x06conv_wq\x12" + array + b"ss.")
    np.testing.assert_array_equal(read_arrays(path, "blobs")["conv_w"], [1.5, -2])
    assert pickle.loads(path.read_bytes(), encoding="latin1")["blobs"].keys() == {"conv_w"}, "it is a real pickle"


class Calls:
    def __init__(self, function, *arguments) -> None:
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def nested(count: int, step: bytes) -> bytes:
    return b"\x80\x02}U\x05blobs)" + step * count


ONE = pickle.dumps({"blobs": {"a": np.zeros(1, np.float32)}}, 2)
HOSTILE = {
    "os.system": pickle.dumps({"blobs": Calls(os.system, "touch trap")}, 2),
    "eval": pickle.dumps({"blobs": Calls(eval, "open('trap', 'w')")}, 4),
    "as array": pickle.dumps({"blobs": {"a": Calls(os.mkdir, "trap")}}, 2),
    "old call": b"(S'touch trap'\nios\nsystem\n.",
    "new object": b"\x80\x02cbuiltins\nopen\nU\x04trapU\x01w\x86\x81.",
    "state of a function": b"\x80\x02cnumpy\ndtype\n}U\x01aK\x01sb.",
    "objects": pickle.dumps({"blobs": {"a": np.array([os.system], object)}}, 2),
    "records": pickle.dumps({"blobs": {"a": np.zeros(2, [("x", "f4")])}}, 2),
    "other encoding": b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x03\x00\x00\x00zip\x86R.",
    "deep key": nested(500_000, b"\x85") + b"K\x01ss.",
    "deep list": b"\x80\x02" + b"(" * 900_000 + b"l" * 900_000 + b".",
    "many objects": b"\x80\x02" + b"]" * 2_000_000 + b".",
    "huge text": b"\x80\x04\x8d" + (1 << 50).to_bytes(8, "little") + b"x.",
    "huge memory": b"\x80\x02]r\xff\xff\xff\xff0.",
    "huge array": ONE.replace(b"K\x01\x85", b"J\x00\x00\x00\x70\x85"),
    "persistent": b"\x80\x02U\x01aQ.",
    "extension": b"\x80\x02\x82\x01.",
    "empty stack": b"\x80\x02R.",
    "no mark": b"\x80\x02t.",
    "not ended": b"\x80\x02]",
    "nothing": b"",
    "noise": bytes(range(256)),
    "no blobs": pickle.dumps({"weights": {}}, 2),
    "a list": pickle.dumps([1, 2], 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_more_than_arrays_is_refused_and_never_done(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "evil.pkl"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(CheckpointError, match="unreadable: ") as caught:
        read_arrays(path, "blobs")
    assert len(str(caught.value)) < 600
    assert {each.name for each in tmp_path.iterdir()} == {"evil.pkl"}


@pytest.mark.parametrize("name", ["deep key", "deep list", "many objects", "huge text", "huge memory", "huge array"])
def test_little_memory_is_enough_to_refuse(tmp_path, name):
    """In a process of its own, which may have half a gigabyte more than it starts with."""
    path = tmp_path / "evil.pkl"
    path.write_bytes(HOSTILE[name])
    code = (
        "import resource, sys, pathlib, visionaryvids.features.pickled_arrays as p\n"
        "used = int(pathlib.Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 29),) * 2)\n"
        "try: p.read_arrays(pathlib.Path(sys.argv[1]), 'blobs')\n"
        "except p.CheckpointError as error: print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "unreadable: " in ran.stdout
    assert "MemoryError" not in ran.stdout


def test_every_cut_and_every_flip_is_an_error_or_arrays(tmp_path):
    path = tmp_path / "a.pkl"
    cut = [ONE[:at] for at in range(len(ONE))]
    flipped = [ONE[:at] + byte + ONE[at + 1 :] for at in range(len(ONE)) for byte in (b"R", b"\xff")]
    for content in cut + flipped:
        path.write_bytes(content)
        with contextlib.suppress(CheckpointError):
            read_arrays(path, "blobs")


def test_the_machine_knows_no_instruction_that_calls_or_imports():
    assert pickles._STEPS.keys().isdisjoint(
        {pickle.INST, pickle.OBJ, pickle.NEWOBJ, pickle.NEWOBJ_EX, pickle.PERSID, pickle.BINPERSID, pickle.EXT1}
    )
