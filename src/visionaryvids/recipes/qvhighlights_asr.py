"""Pre-training for QVHighlights on speech: a caption that a recogniser heard, and when it was said (UMT, section 4).

As in UMT (configs/qvhighlights/umt_base_pretrain_100e_asr.py): `subs_train.jsonl` with the captions' token states in
`clip_sub_features/`, 100 epochs, batch 512; the model and the losses of QVHighlights. Nobody rated speech: the saliency
head is not trained (UMT gives its loss weight 0), and fine-tuning starts it as it was drawn. Ours: UMT does not
evaluate; here the moments of QVHighlights' val split are asked for, so that a run shows what it is worth on its own.

Then: visionaryvids train qvhighlights --from RUN/model.safetensors
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from visionaryvids.data import qvhighlights as reader
from visionaryvids.metrics.baselines import Baseline
from visionaryvids.recipes.qvhighlights import qvhighlights
from visionaryvids.recipes.recipe import Examples, Recipe
from visionaryvids.types import Annotation, Prediction

T = TypeVar("T")

ANNOTATIONS = "subs_train.jsonl"
QUERIES = "clip_sub_features"


def qvhighlights_asr() -> Recipe:
    """The recipe of pre-training on speech."""
    return replace(
        qvhighlights(), dataset="qvhighlights-asr", load=_load, score=_score, baselines=_baselines,
        epochs=100, batch_size=512, published={},
    )  # fmt: skip


def _load(root: Path, *, skip_missing: bool = False) -> tuple[Examples, Examples]:
    layout = reader.find_layout(root)
    speech = reader.load(
        root / ANNOTATIONS,
        video_folders=layout.video_folders,
        audio_folder=layout.audio_folder,
        query_folder=root / QUERIES,
        skip_missing=skip_missing,
    )
    return speech, layout.load("val", skip_missing=skip_missing)


def _score(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> dict[str, float]:
    return _of_moments(qvhighlights().score(predictions, annotations))


def _baselines(annotations: Sequence[Annotation], looks: int) -> dict[str, Baseline]:
    return _of_moments(qvhighlights().baselines(annotations, looks))


def _of_moments(values: Mapping[str, T]) -> dict[str, T]:
    """Those of moment retrieval: the saliency head has learned nothing yet."""
    return {name: value for name, value in values.items() if name.startswith("MR-")}
