"""A file of rows: safetensors with a header that says what the rows are, and a checksum over both.

Written whole or not at all; whatever the disk or another program does to it later, a damaged one is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from visionaryvids.errors import FeatureError
from visionaryvids.files import write_atomically

SCHEMA = "visionaryvids/features/1"
_HEADER = "visionaryvids"
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
    write_atomically(path, save(dict(rows), metadata={_HEADER: json.dumps(header, allow_nan=False)}))


def read_entry(path: Path) -> tuple[dict[str, NDArray[np.float16]], dict[str, Any]]:
    """The rows of `write_entry` and what they are.

    Raises:
        FeatureError: damaged, or not such a file.
        FileNotFoundError: there is none.
    """
    try:
        with safe_open(path, framework="np") as file:
            header = _header(path, file.metadata())
            rows = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise FeatureError(str(path), f"unreadable: {error}", "a safetensors file", _AGAIN) from error
    if header["sha256"] != _checksum(rows, header["about"]):
        raise FeatureError(str(path), "the checksum does not fit the content", "the file as it was written", _AGAIN)
    return rows, header["about"]


def read_about(path: Path) -> dict[str, Any]:
    """What the rows are, without reading them or checking anything else.

    Raises:
        FeatureError: damaged, or not such a file.
    """
    try:
        with safe_open(path, framework="np") as file:
            return _header(path, file.metadata())["about"]
    except (SafetensorError, OSError) as error:
        raise FeatureError(str(path), f"unreadable: {error}", "a safetensors file", _AGAIN) from error


def _header(path: Path, metadata: Mapping[str, str] | None) -> dict[str, Any]:
    try:
        header = json.loads((metadata or {}).get(_HEADER, "null"))
    except (ValueError, RecursionError):
        header = None
    is_ours = isinstance(header, dict) and header.get("schema") == SCHEMA and isinstance(header.get("about"), dict)
    if not is_ours:
        raise FeatureError(str(path), "no header of ours", f"schema {SCHEMA}", _AGAIN)
    return {"sha256": None, **header}


def _checksum(rows: Mapping[str, NDArray[np.float16]], about: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name, array in sorted(rows.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
