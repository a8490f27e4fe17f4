"""Feature files: one float array `[rows, width]` in a `.npy` file or in a `.npz` archive.

The header is read and judged before the numbers are, and pickled data is refused without being unpickled: a feature
file comes from somebody else, and unpickling runs whatever code it holds. Float16, float32 and float64 are accepted;
the released features are float32 and float64, and float16 halves the disk at a relative change of 5e-4.
"""

from __future__ import annotations

import lzma
import math
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NoReturn

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.checks import MAX_NAME_BYTES, is_file_name
from visionaryvids.annotations.jsonfiles import shorten
from visionaryvids.errors import FeatureError

KNOWN_KEYS = ("features", "last_hidden_state", "token")
"""Names under which released `.npz` archives hold the array: QVHighlights' clips, its queries, TVSum's titles."""

MAX_BYTES = 1 << 30
"""One array of more than 1 GiB is refused, since a small archive can swell; an hour of one-second clips with 4096
float64 columns is 113 MiB."""

DAMAGE: tuple[type[Exception], ...] = (
    *(OSError, EOFError, ValueError, TypeError, OverflowError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError),  # RuntimeError: an encrypted archive
    *(SyntaxError, tokenize.TokenError, MemoryError),  # NumPy parses the header as Python literals
)
"""What damaged bytes make NumPy's and `zipfile`'s readers raise (found by fuzzing, tests/data/test_arrays.py)."""

PLACE = "put it there; `docs/data-formats.md` shows where each file belongs"
"""What to do about a file or folder that is missing."""

_MAX_NAME_BYTES = MAX_NAME_BYTES + 50
"""Of a file's name without ending: a video's or query's name, with what a data set's layout puts around it (`_rgb`)."""

_AGAIN = "the file may be cut off or damaged: copy or extract it again"


def find_array(folder: Path, name: str) -> Path:
    """The file `name.npy` or `name.npz` in a folder.

    Raises:
        FeatureError: there is neither, or the name would lead out of the folder.
    """
    if not is_file_name(name, _MAX_NAME_BYTES):
        raise FeatureError(
            f"{folder}", f"the name {shorten(name)}", "a plain name that stays in the folder", "rename the video"
        )
    candidates = [Path(folder) / f"{name}{suffix}" for suffix in (".npy", ".npz")]
    for path in candidates:
        if path.is_file():
            return path
    if not Path(folder).is_dir():
        raise FeatureError(f"{folder}", "no such folder", "a folder of .npy or .npz files", PLACE)
    raise FeatureError(f"{candidates[0]}", "no such file", "this file, or the same name with .npz", PLACE)


def read_array(path: Path, key: str | None = None, width: int | None = None) -> NDArray[np.float32]:
    """One array as float32 `[rows, width]`, every value finite; read-only, so that `Features` can hold it uncopied.

    Args:
        path: a `.npy` or `.npz` file.
        key: the array's name in an archive. Without it: one of `KNOWN_KEYS`, or the only array there is.
        width: how many columns there must be, if that is known.

    Raises:
        FeatureError: missing, damaged or pickled file; not a table of floats; no rows; wrong width; NaN or infinity.
    """
    path = Path(path)
    try:
        array = _read_npz(path, key) if path.suffix == ".npz" else _read_npy(path)
    except FileNotFoundError as error:
        raise FeatureError(f"{path}", "no such file", "a .npy or .npz file", PLACE) from error
    except DAMAGE as error:
        raise FeatureError(f"{path}", f"cannot be read as an array ({error})", "a whole file", _AGAIN) from error
    if width is not None and array.shape[1] != width:
        _refuse(path, f"{array.shape[1]} columns", f"{width} columns", "use features from one and the same encoder")
    return _finite_float32(path, array)


def _read_npy(path: Path) -> NDArray[np.floating]:
    with path.open("rb") as stream:
        return _read_stream(stream, path, path.stat().st_size)


def _read_npz(path: Path, key: str | None) -> NDArray[np.floating]:
    with zipfile.ZipFile(path) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
        member = archive.getinfo(_choose(path, names, key) + ".npy")
        with archive.open(member) as stream:
            return _read_stream(stream, path, member.file_size)


def _choose(path: Path, names: Sequence[str], key: str | None) -> str:
    """Which of an archive's arrays is meant."""
    wanted = KNOWN_KEYS if key is None else (key,)
    chosen = next((name for name in wanted if name in names), names[0] if len(names) == 1 else None)
    if chosen is None:
        found = f"arrays named {', '.join(map(shorten, names[:5]))}" if names else "no array"
        _refuse(path, found, " or ".join(map(repr, wanted)) + ", or only one array")
    return chosen


def _read_stream(stream: IO[bytes], path: Path, size: int) -> NDArray[np.floating]:
    """Read the NPY format; `size` is how many bytes the stream has."""
    start = stream.read(8)
    if start[:1] == b"\x80":
        _refuse_pickle(path)
    if start[:6] != b"\x93NUMPY":
        _refuse(path, f"starts with {start[:6]!r}", "a NumPy array file", _AGAIN)
    readers = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
    if start[6] not in readers:
        _refuse(path, f"NPY format {start[6]}", "NPY format 1 or 2 (3 is for tables with named columns)")
    shape, fortran, dtype = readers[start[6]](stream)
    _check_header(path, shape, dtype, size - stream.tell())
    values = np.frombuffer(stream.read(math.prod(shape) * dtype.itemsize), dtype)
    return values.reshape(shape, order="F" if fortran else "C")


def _check_header(path: Path, shape: tuple[int, ...], dtype: np.dtype, left: int) -> None:
    """Refuse what the header announces before memory is given to it; `left` bytes follow the header."""
    if dtype.hasobject:
        _refuse_pickle(path)
    if dtype.kind != "f" or dtype.itemsize not in (2, 4, 8):
        _refuse(path, f"values of type {dtype}", "float16, float32 or float64")
    if len(shape) != 2 or min(shape) < 1:
        _refuse(path, f"an array of shape {shape}", "two axes [rows, width], at least one of each")
    size = math.prod(shape) * dtype.itemsize
    if size > MAX_BYTES:
        _refuse(path, f"an array of shape {shape}", f"at most {MAX_BYTES >> 20} MiB")
    if size > left:
        _refuse(path, f"the file is cut off: {left} bytes of values", f"{size} bytes for shape {shape}", _AGAIN)


def _finite_float32(path: Path, array: NDArray[np.floating]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(array, np.float32)
    finite = np.isfinite(values)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        count = values.size - int(finite.sum())
        found = f"{count} values are NaN or infinite, the first ({values[row, column]}) in row {row}, column {column}"
        _refuse(path, found, "finite numbers", "extract this file's features again")
    values.flags.writeable = False
    return values


def _refuse_pickle(path: Path) -> NoReturn:
    remedy = "save it again as a plain float array (numpy.save of a 2-D array), on the machine that trusts it"
    _refuse(
        path, "the file holds pickled Python objects; not opened, since that would run their code", "floats", remedy
    )


def _refuse(path: Path, found: str, expected: str, remedy: str = "save one array of floats a file") -> NoReturn:
    raise FeatureError(f"{path}", found, expected, remedy)
