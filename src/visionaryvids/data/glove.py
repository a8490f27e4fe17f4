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
from visionaryvids.errors import FeatureError

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


def read_glove(path: Path, vocabulary: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """The vectors of the words in `vocabulary` that the file has, each float32 `[D]`.

    Args:
        path: a GloVe text file such as `glove.6B.300d.txt`: a word and D numbers a line.
        vocabulary: the words that are needed; the file's other lines are skipped unparsed.

    Raises:
        FeatureError: the file cannot be read, has none of the words, or a needed line is not a word and D numbers.
    """
    wanted = frozenset(vocabulary)
    vectors: dict[str, NDArray[np.float32]] = {}
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                word, _, numbers = line.partition(" ")
                if word in wanted:
                    vectors[word] = _parse(f"{path}:{number}", numbers)
    except (OSError, UnicodeDecodeError) as error:
        raise FeatureError(f"{path}", f"cannot be read ({error})", "a GloVe text file in UTF-8") from error
    if not vectors:
        raise FeatureError(
            f"{path}", f"none of {len(wanted)} words", "a GloVe text file: a word and its numbers a line"
        )
    widths = {len(vector) for vector in vectors.values()}
    if len(widths) > 1:
        raise FeatureError(f"{path}", f"vectors of {sorted(widths)} numbers", "one width", "download the file again")
    return vectors


def _parse(where: str, numbers: str) -> NDArray[np.float32]:
    try:
        vector = np.array(numbers.split(), np.float32)
    except ValueError:
        vector = np.array([], np.float32)
    if not vector.size or not np.isfinite(vector).all():
        raise FeatureError(where, shorten(numbers), "a word and finite numbers", "download the file again")
    return vector
