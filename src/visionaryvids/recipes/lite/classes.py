"""What ImageNet's thousand classes mean in sentences.

A class's name says what the thing is; people ask for what goes on around it: "someone cooks in a kitchen" for a frying
pan. So seven captions beside each name say what an ordinary video shows in which a classifier sees this class: the
thing, what is done with it, the place, the thing in other words, the activity without it, the kind of programme, and
what else often gets this label. A language model wrote them for this project; it was given the names and nothing of
any data set's videos or captions.

Axes: C classes, E width of the sentence space.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.features.efficientnet import classifier
from visionaryvids.features.encoder import TextEncoder
from visionaryvids.features.minilm import pooled
from visionaryvids.training.alignment import Classes

Floats = NDArray[np.float32]

CLASSES = Path(__file__).parent / "imagenet_classes.tsv"


def described() -> tuple[tuple[str, ...], ...]:
    """The sentences of each class: "a photo of NAME" and its captions."""
    lines = (line.split("\t") for line in CLASSES.read_text(encoding="utf-8").splitlines())
    return tuple((f"a photo of {name}", *captions) for name, *captions in lines)


def class_knowledge(text: TextEncoder) -> Classes:
    """The image encoder's classifier, and the mean sentence embedding of each class, unit length."""
    weight_CD, bias_C = classifier()
    sum_CE = sum(_embedded(text, one_each) for one_each in zip(*described(), strict=True))
    return Classes(weight_CD, bias_C, sum_CE / np.linalg.norm(sum_CE, axis=1, keepdims=True))


def name_embeddings(text: TextEncoder) -> Floats:
    """The sentence embedding of each class's name alone, `[C, E]`: what one has without any captions."""
    return _embedded(text, [photo for photo, *_ in described()])


def _embedded(text: TextEncoder, sentences: Sequence[str]) -> Floats:
    return np.stack([pooled(query) for query in text(sentences)])
