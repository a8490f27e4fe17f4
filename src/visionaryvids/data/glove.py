"""Words of a sentence, and their GloVe vectors read from the published text files.

Against the reference (UMT datasets/charades.py:82-84), which splits at blanks, so that "door," is an unknown word and a
zero vector: here punctuation is no part of a word. `compat=True` is the reference's way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.jsonfiles import shorten
from visionaryvids.data.arrays import PLACE
from visionaryvids.errors import FeatureError

GLOVE_FILES = ("glove.6B.300d.txt", "glove.840B.300d.txt", "glove.42B.300d.txt", "glove.txt")
"""Names that `find_glove` tries, the first that is there wins. UMT's models were trained with the first one."""

_AGAIN = "download it again from https://nlp.stanford.edu/projects/glove/"

_WORD = re.compile(r"'s\b|[^\W_]+(?:-[^\W_]+)*")
"""Letters and digits, joined by hyphens; the possessive 's is a word of its own, as in GloVe's vocabulary."""


def words(sentence: str, *, compat: bool = False) -> list[str]:
    """The lower-case words of a sentence.

    Args:
        sentence: text in any case.
        compat: split at blanks only, and keep punctuation, as the reference does.
    """
    text = sentence.lower()
    return text.split() if compat else _WORD.findall(text)


def embed(sentence: str, vectors: Mapping[str, NDArray[np.float32]], *, compat: bool = False) -> NDArray[np.float32]:
    """A sentence as float32 `[L, D]`: a row a word, zeros for a word without vector; one zero row if there is no word.

    Raises:
        FeatureError: there is no vector at all, so that the width D is unknown.
    """
    if not vectors:
        raise FeatureError("query_vectors", "no word vectors", "at least one", "read them with `read_glove`")
    unknown = np.zeros_like(next(iter(vectors.values())), np.float32)
    return np.stack(
        [np.asarray(vectors.get(word, unknown), np.float32) for word in words(sentence, compat=compat) or [""]]
    )


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
