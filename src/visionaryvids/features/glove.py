"""Words of a sentence, and their GloVe vectors.

Against the reference (UMT datasets/charades.py:82-84), which splits at blanks, so that "door," is an unknown word and a
zero vector: here punctuation is no part of a word. `compat=True` is the reference's way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from visionaryvids.errors import FeatureError
from visionaryvids.types import Query

WIDTH = 300
"""Numbers in a vector of the 6B vocabulary that is used."""

Vectors = Mapping[str, NDArray[np.float32]]
"""A vector `[D]` for each word."""

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


def embed(sentence: str, vectors: Vectors, *, compat: bool = False) -> NDArray[np.float32]:
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


class WordEncoder:
    """A `TextEncoder`: a vector a word, whatever the words beside it.

    Args:
        look_up: the vectors of some words, those that have one.
        compat: take sentences apart as the reference does.
    """

    def __init__(self, look_up: Callable[[Collection[str]], Vectors], *, compat: bool = False) -> None:
        self._look_up, self._compat = look_up, compat

    def __call__(self, sentences: Sequence[str]) -> list[Query]:
        """A query for each sentence, in order."""
        every = {word for sentence in sentences for word in words(sentence, compat=self._compat)}
        vectors = self._look_up(every) or {"": np.zeros(WIDTH, np.float32)}
        return [Query(sentence, embed(sentence, vectors, compat=self._compat)) for sentence in sentences]
