"""A file of rows: safetensors with a header that says what the rows are, and a checksum over both.

Written whole or not at all; whatever the disk or another program does to it later, a damaged one is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from visionaryvids.errors import FeatureError
from visionaryvids.files import whole_file

SCHEMA = "visionaryvids/features/1"
_HEADER = "visionaryvids"
_MAX_HEADER = 1 << 20
_AGAIN = "remove it; it is made again when it is needed"


def write_entry(path: Path, rows: Mapping[str, NDArray[np.float16]], about: Mapping[str, Any]) -> None:
    """Write rows and what they are, atomically.

    Args:
        path: the file.
        rows: arrays `[T, D]` by name.
        about: plain JSON values.

    Raises:
        InputError: the file cannot be written.
    """
    header = {"schema": SCHEMA, "about": dict(about)}
    header["sha256"] = _checksum(rows, header["about"])
    metadata = {_HEADER: json.dumps(header, allow_nan=False)}
    with whole_file(path, durable=True) as part, part.open("wb") as file:
        file.writelines(_file_of(rows, metadata))


def read_entry(path: Path) -> tuple[dict[str, NDArray[np.float16]], dict[str, Any]]:
    """The rows of `write_entry` and what they are.

    The file is read, not mapped: a disk that fails under a mapped file kills the process.

    Raises:
        FeatureError: damaged, or not such a file.
        FileNotFoundError: there is none.
    """
    try:
        content = path.read_bytes()
        header, rows = _header(content), load(content)
    except FileNotFoundError:
        raise
    except (SafetensorError, OSError, ValueError, TypeError, KeyError) as error:
        raise FeatureError(str(path), f"unreadable: {error}", f"a file of schema {SCHEMA}", _AGAIN) from error
    if header["sha256"] != _checksum(rows, header["about"]):
        raise FeatureError(str(path), "the checksum does not fit the content", "the file as it was written", _AGAIN)
    return rows, header["about"]


def read_about(path: Path) -> dict[str, Any]:
    """What the rows are, without reading them or checking anything else.

    Raises:
        FeatureError: damaged, or not such a file.
    """
    try:
        with path.open("rb") as file:
            return _header(file.read(_MAX_HEADER))["about"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FeatureError(str(path), f"unreadable: {error}", f"a file of schema {SCHEMA}", _AGAIN) from error


def _header(content: bytes) -> dict[str, Any]:
    """Our part of a safetensors header: a length in eight bytes, then JSON.

    Raises:
        ValueError, TypeError, KeyError: it is not ours.
    """
    length = int.from_bytes(content[:8], "little")
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][_HEADER])
    if header["schema"] != SCHEMA or not isinstance(header["about"], dict):
        raise ValueError(f"schema {header['schema']!r}")
    return {"sha256": None, **header}


def _file_of(rows: Mapping[str, NDArray[np.float16]], metadata: Mapping[str, str]) -> Iterator[bytes | memoryview]:
    """The bytes of `safetensors.numpy.save`, a piece at a time, the rows as they lie in memory.

    The library copies them twice, or writes to a temporary file of its own that `keeping` would not know.
    """
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, array in sorted(rows.items()):
        start, end = end, end + array.nbytes
        header[name] = {"dtype": "F16", "shape": array.shape, "data_offsets": (start, end)}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little") + text
    for _, array in sorted(rows.items()):
        yield np.ascontiguousarray(array, "<f2").data


def _checksum(rows: Mapping[str, NDArray[np.float16]], about: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name, array in sorted(rows.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
