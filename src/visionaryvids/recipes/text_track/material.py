"""QVHighlights on caption embeddings, in the form that the head of `text-track` learns from.

The captions of the data come on 128 principal directions of the sentence space, real text tracks in all 384. Here they
are put back into the 384, so that what is learned and judged goes the way of a real track.

Axes: T clips, E width of the sentence space, K principal directions, N moments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.data import qvhighlights
from visionaryvids.data.example import Example
from visionaryvids.features.minilm import pooled
from visionaryvids.intervals import clips_in_windows
from visionaryvids.model.words import WordAlignment
from visionaryvids.types import Annotation, Query

Floats = NDArray[np.float32]

CALIBRATING = 8
"""One training video of so many calibrates and teaches nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query about one video.

    Attributes:
        annotation: what people said.
        query: its token states.
        rows_TE: embeddings of the captions, of unit length.
        windows_N2: the true moments in clips.
        saliency_T: how good people found each clip, in [0, 1].
    """

    annotation: Annotation
    query: Query
    rows_TE: Floats
    windows_N2: NDArray[np.float64]
    saliency_T: Floats


@dataclass(frozen=True, slots=True)
class Material:
    """The queries by what they are for.

    Attributes:
        train: to learn from.
        calibrate: of other videos of the training split: to make probabilities.
        test: of the other split; nothing is chosen on them.
    """

    train: tuple[Asked, ...]
    calibrate: tuple[Asked, ...]
    test: tuple[Asked, ...]


def load(root: Path) -> Material:
    """Read the folder, by its own split.

    Raises:
        InputError: files are missing or wrong.
    """
    layout = qvhighlights.find_layout(root)
    name = next(iter(layout.annotations))
    split = qvhighlights.read_split(root)
    components_KE = np.load(root / "projection.npz")["components"].astype(np.float32)
    learned = _asked(layout.load(name, split.train), components_KE)
    return Material(
        train=tuple(each for each in learned if not _calibrates(each)),
        calibrate=tuple(each for each in learned if _calibrates(each)),
        test=_asked(layout.load(name, split.test), components_KE),
    )


def fit_words(material: Material, width: int) -> WordAlignment:
    """The centres of captions and of queries that are learned from."""
    words = WordAlignment(width)
    rows = np.concatenate([each.rows_TE for each in material.train])
    words.feature_center.copy_(torch.from_numpy(rows.mean(0)))
    queries = np.stack([pooled(each.query) for each in material.train])
    words.sentence_center.copy_(torch.from_numpy(queries.mean(0)))
    near_TE = words.clips(torch.from_numpy(rows)).best
    words.clip_mean.copy_(near_TE.mean(0))
    words.clip_covariance.copy_(near_TE.T.cov(correction=0))
    return words.eval()


def asked_in(words: WordAlignment, asked: Sequence[Asked]) -> Floats:
    """Every query in the sentence space, `[Q, E]`."""
    return words.sentences(torch.from_numpy(np.stack([pooled(each.query) for each in asked]))).numpy()


def _asked(examples: Iterable[Example], components_KE: Floats) -> tuple[Asked, ...]:
    return tuple(_one(example, components_KE) for example in examples)


def _one(example: Example, components_KE: Floats) -> Asked:
    rows_TK, windows_s = example.features.video_TD, example.annotation.windows_s
    assert rows_TK is not None
    assert windows_s is not None
    assert example.query is not None
    rows_TE = rows_TK @ components_KE
    rows_TE /= np.linalg.norm(rows_TE, axis=1, keepdims=True)
    windows_N2 = windows_s / example.features.clip_s
    return Asked(example.annotation, example.query, rows_TE, windows_N2, saliency(example.annotation, len(rows_TE)))


def saliency(annotation: Annotation, num_clips: int) -> Floats:
    """Half how good a clip was found, half how many found it very good; 0 outside of moments."""
    assert annotation.windows_s is not None
    inside_T = clips_in_windows(annotation.windows_s, num_clips, annotation.clip_s)
    ratings_TR = np.zeros((num_clips, 1)) if annotation.ratings_TR is None else annotation.ratings_TR[:num_clips]
    liked_T = np.zeros(num_clips)
    liked_T[: len(ratings_TR)] = (ratings_TR.mean(1) / 4 + (ratings_TR >= 4).mean(1)) / 2
    return (inside_T * liked_T).astype(np.float32)


def _calibrates(asked: Asked) -> bool:
    """By the source video, so that parts of one recording stay together."""
    source = asked.annotation.video_id.rsplit("_", 2)[0]
    return int(hashlib.sha256(source.encode()).hexdigest(), 16) % CALIBRATING == 0
