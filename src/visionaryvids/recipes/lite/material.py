"""What the head learns from, read and brought into one form.

    captioned clips   queries with moments, composed; the only pictures with sentences
    QVHighlights      real queries with real moments, on embeddings of captions: no pictures, but the same space
    TVSum, YouTube    what people found interesting, without a query, on other encoders' features

The network never sees features, only relations between them, so all three can teach it. A query and a clip that the
alignment was fitted on are more alike than they would be in life: every training clip is therefore aligned by a fit
that has not seen it (five folds).

Axes: N clips, T rows, E width of the sentence space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.data import qvhighlights, tvsum, youtube
from visionaryvids.data.captioned import CaptionedClip
from visionaryvids.data.example import Example
from visionaryvids.features.encoder import TextEncoder
from visionaryvids.features.minilm import pooled
from visionaryvids.model.alignment import Alignment
from visionaryvids.recipes.lite.classes import class_knowledge
from visionaryvids.training.alignment import Classes, fit_alignment

Floats = NDArray[np.float32]
Rated = tuple[Example, ...]

HELD_BACK = 100
FOLDS = 5
DIRECTIONS = 96
"""Principal directions of the features that relations are computed on in training: faster, and nearly the same."""


@dataclass(frozen=True, slots=True)
class Material:
    """Captioned clips, ready to be composed.

    Attributes:
        clips: as read.
        train, held_back: indices; nothing is fitted or chosen on the latter.
        alignment: fitted on all training clips.
        captions_NE: each caption in the aligned space; for a training clip in that of the fit that left it out.
        views: for each view of the alignment (joint, learned, classes) each clip's rows `[T, E]`.
        rows: each clip's centred features on the principal directions.
        alike_NN: cosine between captions.
    """

    clips: tuple[CaptionedClip, ...]
    train: NDArray[np.intp]
    held_back: NDArray[np.intp]
    alignment: Alignment
    captions_NE: Floats
    views: tuple[tuple[Floats, ...], ...]
    rows: tuple[Floats, ...]
    alike_NN: Floats

    @property
    def lengths(self) -> list[int]:
        """Rows of each clip."""
        return [len(clip.rows_TD) for clip in self.clips]


def prepare(clips: Sequence[CaptionedClip], text: TextEncoder, seed: int = 0) -> Material:
    """Split, embed, fit and align.

    Args:
        clips: all captioned clips; `HELD_BACK` of them are set aside by `seed`.
        text: the sentence encoder.
        seed: of the split.
    """
    order = np.random.default_rng(seed).permutation(len(clips))
    held_back, train = np.sort(order[:HELD_BACK]), np.sort(order[HELD_BACK:])
    raw_NE = np.stack([pooled(query) for query in text([clip.caption for clip in clips])])
    classes = class_knowledge(text)
    alignment = _fit(clips, raw_NE, train, classes)
    captions_NE, aligned = np.zeros_like(raw_NE), [()] * len(clips)
    folds = [(train[start::FOLDS], _fit(clips, raw_NE, np.setdiff1d(train, train[start::FOLDS]), classes))
             for start in range(FOLDS)]  # fmt: skip
    for members, fit in [*folds, (held_back, alignment)]:
        captions_NE[members] = fit.sentences(torch.from_numpy(raw_NE[members])).numpy()
        for index in members:
            found = fit.clips(torch.from_numpy(clips[index].rows_TD.copy()))
            aligned[index] = tuple(view.numpy() for view in found.views)
    centred_NE = raw_NE - raw_NE[train].mean(0)
    centred_NE /= np.linalg.norm(centred_NE, axis=1, keepdims=True)
    rows = _on_directions([clip.rows_TD for clip in clips], train)
    views = tuple(tuple(each[view] for each in aligned) for view in range(3))
    return Material(tuple(clips), train, held_back, alignment, captions_NE, views, rows, centred_NE @ centred_NE.T)


def _fit(clips: Sequence[CaptionedClip], raw_NE: Floats, members: NDArray[np.intp], classes: Classes) -> Alignment:
    return fit_alignment([clips[index].rows_TD for index in members], raw_NE[members], classes)


def _on_directions(rows: Sequence[Floats], train: NDArray[np.intp]) -> tuple[Floats, ...]:
    """Centred rows on the principal directions of the training rows."""
    seen = np.concatenate([rows[index] for index in train])
    center = seen.mean(0)
    _, _, directions = np.linalg.svd(seen[::6] - center, full_matrices=False)
    return tuple(((row - center) @ directions[:DIRECTIONS].T).astype(np.float32) for row in rows)


def load_qvhighlights(root: Path) -> tuple[Example, ...]:
    """The training queries of the folder's own split; each has a moment."""
    layout = qvhighlights.find_layout(root)
    split_name = next(iter(layout.annotations))
    return tuple(layout.load(split_name, qvhighlights.read_split(root).train))


def load_interest(tvsum_root: Path, youtube_root: Path, part: Literal["train", "test"]) -> tuple[Rated, Rated]:
    """TVSum's and YouTube Highlights' videos of every domain that is there, by the published splits."""
    return _interest(tvsum, tvsum_root, part), _interest(youtube, youtube_root, part)


def _interest(module: ModuleType, root: Path, part: str) -> Rated:
    return tuple(
        example
        for domain in module.domains(root)
        for example in module.load(root, getattr(module.split(domain, root), part))
    )
