"""From the formats in which weights are published to safetensors, once; no code of a pickle ever runs.

CACHE/weights/converted/{sha256 of the published file}-{format}-{version}.safetensors
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from visionaryvids.errors import CheckpointError
from visionaryvids.features.caffe2_names import is_training_state, key_of
from visionaryvids.features.glove_file import read_glove_file
from visionaryvids.features.pickled_arrays import read_arrays
from visionaryvids.features.published import Format
from visionaryvids.features.torch_file import read_torch
from visionaryvids.files import whole_file
from visionaryvids.hashing import remembered_sha256
from visionaryvids.lock import exclusive

VERSION = 1
"""Changes whenever a published file would be converted to something else."""


def converted(source: Path, format: Format, folder: Path, memory: Path) -> Path:
    """The safetensors file made of a published one; made now if it is not there yet.

    Args:
        source: the published file.
        format: how it is read.
        folder: where converted files are kept.
        memory: as in `remembered_sha256`.

    Raises:
        CheckpointError: the file cannot be read, or is of another format.
        InputError: the folder cannot be written to.
    """
    try:
        digest = remembered_sha256(source, memory)
    except OSError as error:
        raise CheckpointError(str(source), f"cannot be read: {error}", "a file of weights") from error
    path = folder / f"{digest[:40]}-{format}-{VERSION}.safetensors"
    if not path.is_file():
        with exclusive(path.with_name(f".{path.name}.lock"), "file of weights"):
            if not path.is_file():  # another process may have made it while we waited
                _write(path, read_published(source, format), {"source": source.name, "sha256": digest})
    return path


def read_published(source: Path, format: Format) -> dict[str, Tensor]:
    """The tensors of a published file, by the names that the network's own checkpoint has.

    Raises:
        CheckpointError: the file cannot be read, or is of another format.
    """
    return _READERS[format](source)


def _write(path: Path, tensors: Mapping[str, Tensor], about: dict[str, str]) -> None:
    apart = {name: value.detach().contiguous().clone() for name, value in tensors.items()}  # none shares memory
    with whole_file(path) as part:
        try:
            save_file(apart, part, about)
        except SafetensorError as error:  # its way of saying that the disk is full
            raise OSError(str(error)) from error


def _read_torch(source: Path) -> dict[str, Tensor]:
    return _state(source, read_torch(source))


def _read_panns(source: Path) -> dict[str, Tensor]:
    found = read_torch(source)
    return _state(source, found.get("model") if isinstance(found, Mapping) else None)


def _state(source: Path, found: object) -> dict[str, Tensor]:
    if not isinstance(found, Mapping) or not found:
        raise CheckpointError(str(source), "no state dict", "tensors by their names", "fetch the file again")
    state = {name: value for name, value in found.items() if isinstance(name, str) and isinstance(value, Tensor)}
    if len(state) < len(found):
        raise CheckpointError(str(source), "entries that are no tensors", "tensors by their names", "fetch it again")
    return state


def _read_caffe2(source: Path) -> dict[str, Tensor]:
    blobs = {name: blob for name, blob in read_arrays(source, "blobs").items() if not is_training_state(name)}
    state: dict[str, Tensor] = {}
    for name, blob in blobs.items():
        key = key_of(name)
        if key is None or key in state:
            found = f"the blob {name!r}" if key is None else f"two blobs for {key}"
            raise CheckpointError(str(source), found, "SlowFast 8x8 R50 of PySlowFast's model zoo", "fetch it again")
        state[key] = torch.from_numpy(blob.astype("float32"))
    return state


_READERS: Mapping[Format, Callable[[Path], dict[str, Tensor]]] = {
    "torch": _read_torch,
    "panns": _read_panns,
    "caffe2": _read_caffe2,
    "glove": read_glove_file,
}
