"""What the invented folders share: noise, and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]


def noise(rng: Generator, clips: int, width: int) -> Array:
    """What hides the signal: an offset of the whole video, and each clip's own error."""
    return 0.3 * rng.normal(size=width) + 0.5 * rng.normal(size=(clips, width))


def save_array(path: Path, array: Array, key: str = "") -> None:
    """Write float16 `.npy`, or `.npz` under `key`, by the name's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npz":
        named: dict[str, Any] = {key: array.astype(np.float16)}
        np.savez(path, **named)
    else:
        np.save(path, array.astype(np.float16))


def save_text(path: Path, text: str) -> None:
    """Write UTF-8 text; the folder is made if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
