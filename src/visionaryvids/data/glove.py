"""GloVe's vectors of some words, read from the published text files."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.jsonfiles import shorten
from visionaryvids.data.arrays import PLACE
from visionaryvids.errors import FeatureError

GLOVE_FILES = ("glove.6B.300d.txt", "glove.840B.300d.txt", "glove.42B.300d.txt", "glove.txt")
"""Names that `find_glove` tries, the first that is there wins. UMT's models were trained with the first one."""

_AGAIN = "download it again from https://nlp.stanford.edu/projects/glove/"


def find_glove(folder: Path) -> Path:
    """The GloVe file in a folder; the first of `GLOVE_FILES` where there is none."""
    paths = [Path(folder) / name for name in GLOVE_FILES]
    return next((path for path in paths if path.is_file()), paths[0])


def read_glove(path: Path, vocabulary: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """The vectors of the words in `vocabulary` that the file has, each float32 `[D]`.

    Args:
        path: a GloVe text file such as `glove.6B.300d.txt`: a word and D numbers a line.
        vocabulary: the words that are needed; the file's other lines are skipped unparsed.

    Raises:
        FeatureError: the file cannot be read, has none of the words, a needed line is not a word and D numbers, or D is
            not what the file's name says (300 for `.300d.`).
    """
    path, wanted = Path(path), frozenset(vocabulary)
    vectors: dict[str, NDArray[np.float32]] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                word, _, numbers = line.partition(" ")
                if word in wanted:
                    vectors[word] = _parse(f"{path}:{number}", numbers)
    except FileNotFoundError as error:
        raise FeatureError(f"{path}", "no such file", f"one of {', '.join(GLOVE_FILES)}", PLACE) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FeatureError(f"{path}", f"cannot be read ({error})", "a GloVe text file in UTF-8", _AGAIN) from error
    if not vectors:
        found, expected = f"none of {len(wanted)} words", "a GloVe text file: a word and its numbers a line"
        raise FeatureError(f"{path}", found, expected, _AGAIN)
    _check_widths(path, {len(vector) for vector in vectors.values()})
    return vectors


def _check_widths(path: Path, widths: set[int]) -> None:
    """Refuse vectors of several widths, or of another one than the file's name says."""
    said = re.search(r"\.(\d+)d\.", path.name)
    if len(widths) > 1 or (said and widths != {int(said[1])}):
        expected = f"{said[1]} numbers a word, as its name says" if said else "one width"
        raise FeatureError(f"{path}", f"vectors of {sorted(widths)} numbers", expected, _AGAIN)


def _parse(where: str, numbers: str) -> NDArray[np.float32]:
    try:
        vector = np.array(numbers.split(), np.float32)
    except ValueError:
        vector = np.array([], np.float32)
    if not vector.size or not np.isfinite(vector).all():
        raise FeatureError(where, shorten(numbers), "a word and finite numbers", _AGAIN)
    return vector
