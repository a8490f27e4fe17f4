"""GloVe's word vectors: from the published text to two tensors, and from these the vectors of some words."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor

from visionaryvids.errors import CheckpointError
from visionaryvids.features.glove import WIDTH
from visionaryvids.features.published import GLOVE_MEMBER

_FAILURES = (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def read_glove_file(source: Path) -> dict[str, Tensor]:
    """All vectors of a GloVe file.

    Args:
        source: the text, a word and 300 numbers a line, or the published zip archive that holds it.

    Returns:
        `vectors`, float32 `[N, 300]`, and `words`, uint8: N words in UTF-8 with a line feed after each.

    Raises:
        CheckpointError: it cannot be read, or a line is not a word and 300 numbers.
    """
    words, numbers = bytearray(), bytearray()
    try:
        with _opened(source) as lines:
            for word, vector in _parsed(lines):
                words += word.encode() + b"\n"
                numbers += vector.tobytes()
    except _FAILURES as error:
        raise CheckpointError(str(source), f"unreadable: {error}", "GloVe's 6B vectors", "fetch it again") from error
    if not words:
        raise CheckpointError(str(source), "no words", "GloVe's 6B vectors", "fetch it again")
    vectors_ND = torch.frombuffer(numbers, dtype=torch.float32).reshape(-1, WIDTH)
    return {"vectors": vectors_ND, "words": torch.frombuffer(words, dtype=torch.uint8)}


def read_vectors(path: Path, vocabulary: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """The vectors of the words that there are, each float32 `[300]`, from a converted file.

    Raises:
        CheckpointError: it is no such file.
    """
    wanted = frozenset(vocabulary)
    try:
        with safe_open(path, framework="np") as file:
            words = bytes(file.get_tensor("words")).decode().split("\n")
            vectors = file.get_slice("vectors")
            return {word: vectors[row] for row, word in enumerate(words) if word in wanted}
    except Exception as error:  # safetensors raises one of its own, and whatever the bytes suggest
        raise CheckpointError(
            str(path), f"unreadable: {error}", "converted GloVe vectors", "remove the file"
        ) from error


def _parsed(lines: Iterator[str]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for number, line in enumerate(lines, start=1):
        word, _, numbers = line.partition(" ")
        vector = np.array(numbers.split(), np.float32)
        if vector.shape != (WIDTH,) or not word or not np.isfinite(vector).all():
            raise ValueError(f"line {number} is not a word and {WIDTH} finite numbers")
        yield word, vector


@contextmanager
def _opened(source: Path) -> Generator[Iterator[str]]:
    """The lines of the text; not split at the odd characters that are words in it."""
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive, archive.open(GLOVE_MEMBER) as file:
            yield io.TextIOWrapper(file, encoding="utf-8", newline="\n")
    else:
        with source.open(encoding="utf-8", newline="\n") as file:
            yield file
