"""Small sound folders for tests, and ways to damage one file of them."""

import json
import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np

from visionaryvids.data import synthetic

WIDTH = 8


def sound(dataset, root):
    """A sound folder of the data set, a few clips long and a few columns wide; returns it."""
    sizes = {"qvhighlights": {"videos": (3, 4), "clips": 12}, "charades": {"videos": (3, 2), "clips": (12, 20)}}
    small = sizes.get(dataset, {"clips": (10, 12)})
    getattr(synthetic, f"write_{dataset}")(root, width=WIDTH, **small)
    return root


class Payload:
    """Creates a file when it is unpickled."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


def pickled_npy(path, target):
    """An `.npy` file of objects, which runs the payload when somebody loads it with `allow_pickle=True`."""
    array = np.empty((1, 1), object)
    array[0, 0] = Payload(target)
    np.save(path, array, allow_pickle=True)


def pickle_itself(path, target):
    """A pickle under an `.npy` name."""
    Path(path).write_bytes(pickle.dumps(Payload(target)))


def npz_with(path, member_bytes, name="features.npy"):
    """An archive with one member of the given bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, member_bytes)


def npy_bytes(shape, descr="<f4", body=b"", version=1):
    """NPY bytes that announce a shape and a type whether or not the values follow."""
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape!r}, }}".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header) + 1)
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + b"\n" + body


def edit_json(path, change):
    """Rewrite a JSON file with what `change` makes of its value (or does to it, returning None)."""
    value = json.loads(path.read_text())
    changed = change(value)
    path.write_text(json.dumps(value if changed is None else changed))


def edit_line(path, number, change):
    """The same for one line (from 1) of a JSON Lines file."""
    lines = path.read_text().splitlines()
    record = json.loads(lines[number - 1])
    change(record)
    lines[number - 1] = json.dumps(record)
    path.write_text("\n".join(lines) + "\n")
