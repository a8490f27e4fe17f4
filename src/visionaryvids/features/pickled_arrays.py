"""NumPy arrays out of a pickle that nobody has looked into."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.errors import CheckpointError
from visionaryvids.features.pickles import Machine, Name, RefusedError

_KINDS = "fiub"
"""Floats, integers with and without sign, truth values: never objects."""

_MAX_AXES = 8


class _Type:
    """Stands for `numpy.dtype`: a code, and the byte order from its state."""

    def __init__(self, code: object) -> None:
        if not isinstance(code, str) or len(code) != 2 or code[0] not in _KINDS:
            raise RefusedError(f"an array of {str(code)[:80]!r}")
        self.value = np.dtype(code)

    def set_state(self, state: tuple[Any, ...]) -> None:
        """`(version, byte order, ...)`."""
        if len(state) < 2 or state[1] not in ("<", ">", "|", "="):
            raise RefusedError("an array of unknown byte order")
        self.value = self.value.newbyteorder(state[1])


class _Array:
    """Stands for `numpy.ndarray`: all of it comes with its state."""

    value: NDArray[Any] | None = None

    def set_state(self, state: tuple[Any, ...]) -> None:
        """`(version, shape, type, whether columns come first, content)`."""
        _, shape, kind, columns_first, content = state
        content = content.encode("latin-1") if isinstance(content, str) else content
        if not (isinstance(shape, tuple) and isinstance(kind, _Type) and isinstance(content, bytes)):
            raise RefusedError("an array that is no array of numbers")
        if len(shape) > _MAX_AXES or any(type(side) is not int or side < 0 for side in shape):
            raise RefusedError("an array of impossible shape")
        if math.prod(shape) * kind.value.itemsize != len(content):
            raise RefusedError(f"{len(content)} bytes for an array of shape {shape}")
        self.value = np.frombuffer(content, kind.value).reshape(shape, order="F" if columns_first else "C")


def _made(name: Name, arguments: tuple[Any, ...]) -> Any:
    """What a call stands for; these are all that NumPy's arrays and numbers need."""
    match name.module, name.name:
        case "numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct":
            return _Array()
        case "numpy.core.multiarray" | "numpy._core.multiarray", "scalar":
            number = _Array()
            number.set_state((1, (), *arguments[:1], False, *arguments[1:]))
            return number
        case "numpy", "dtype" if arguments:
            return _Type(arguments[0])
        case "_codecs", "encode" if arguments[1:] == ("latin1",) and isinstance(arguments[0], str):
            return arguments[0].encode("latin-1")  # how protocols before 3 write bytes
        case "__builtin__" | "builtins", "bytes" if not arguments:
            return b""
    raise RefusedError(f"it calls {name.module}.{name.name}")


def read_arrays(path: Path, entry: str) -> dict[str, NDArray[Any]]:
    """The arrays of a pickled dictionary's dictionary `entry`, by their names; what is no array is left out.

    Raises:
        CheckpointError: it cannot be read, is no such pickle, or asks for anything but arrays.
    """
    try:
        content = Machine(path.read_bytes(), _made, (_Type, _Array)).run()
        arrays = {name: value.value for name, value in content[entry].items() if isinstance(value, _Array)}
        return {name: value for name, value in arrays.items() if isinstance(name, str) and value is not None}
    except Exception as error:  # a damaged file fails in any way that its bytes suggest
        reason = f"{type(error).__name__} {error}".splitlines()[0][:200]
        remedy = "a pickle is never run here; fetch the file again from its publisher"
        expected = f"a pickled dictionary whose {entry!r} holds arrays"
        raise CheckpointError(str(path), f"unreadable: {reason}", expected, remedy) from error
