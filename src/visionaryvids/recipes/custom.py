"""Your own data: moments, highlights or both, as the labels allow (`annotations/custom.py`).

Measured as QVHighlights is, so that the numbers can be compared: moments by mAP and R1, highlights by mAP and HIT@1
with saliency in QVHighlights' scale (1 becomes its 4), where clips of at least half the interest (`Fair`) are positive.
Learned from the split `train`, judged on `val`, or on `test` where there is no `val`.

Small data sets are the rule here: batches of 8, 100 epochs, Lion 1e-4; the network is that of QVHighlights, or the
small one where only highlights are labelled. Some lines without a moment (`"windows": []`) teach the network to say
that a video does not show what is asked. It sees videos of the training's length at once, longer ones in stretches.
What it says of that becomes a probability by the split `val`; `test` stays unseen, so without `val` it becomes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from visionaryvids.annotations.custom import Entry, read
from visionaryvids.annotations.qvhighlights import HIGHEST
from visionaryvids.data import custom as reader
from visionaryvids.data.custom_split import VAL, judged_on
from visionaryvids.features.folder import about_in
from visionaryvids.metrics.baselines import Baseline, qvhighlights_baseline
from visionaryvids.metrics.benchmarks import score_qvhighlights
from visionaryvids.model.network import Network
from visionaryvids.model.scan import NetworkBrain
from visionaryvids.recipes.recipe import Examples, Recipe
from visionaryvids.training.losses import LossWeights
from visionaryvids.training.present import PresentFit, fit_present
from visionaryvids.training.settings import Task
from visionaryvids.types import Annotation, Prediction

MOMENT_METRICS = ("MR-full-mAP", "MR-full-R1@0.5", "MR-full-R1@0.7")
HIGHLIGHT_METRICS = ("HL-min-Fair-mAP", "HL-min-Fair-Hit1")
FEWEST_CLIPS = 512
"""Rows of position tables, where no video is longer."""


def custom(annotations: Path, features: Path) -> Recipe:
    """The recipe of a file of annotations and a folder of features; the heads follow from the labels.

    Raises:
        AnnotationError: the file is wrong.
    """
    entries = read(annotations)
    moments, saliency = entries[0].windows_s is not None, entries[0].rated  # what one line has, all have
    asked = entries[0].query is not None
    longest = _longest(entries, features)
    return Recipe(
        dataset="custom",
        domain=None,
        load=partial(_load, annotations),
        score=score,
        baselines=baselines,
        primary=MOMENT_METRICS[0] if moments else HIGHLIGHT_METRICS[0],
        size="base" if moments else "small",
        epochs=100,
        batch_size=8,
        rates=(1e-4,),
        rate=1e-4,
        losses=LossWeights(saliency=3.0, center=1.0, window=0.1, offset=1.0),
        saliency=saliency,
        moments=moments,
        presence=moments and len({bool(entry.windows_s) for entry in entries}) > 1,
        calibrate=partial(_calibrate, VAL in {entry.split for entry in entries}) if asked and moments else None,
        clips=longest,
        max_clips=max(FEWEST_CLIPS, longest or 0),
    )


def score(predictions: Sequence[Prediction], annotations: Sequence[Annotation]) -> dict[str, float]:
    """Those of QVHighlights' metrics that the labels allow, in percent."""
    found = score_qvhighlights(predictions, _in_its_scale(annotations))["brief"]
    return {name: found[name] for name in (*MOMENT_METRICS, *HIGHLIGHT_METRICS) if name in found}


def baselines(annotations: Sequence[Annotation], looks: int) -> dict[str, Baseline]:
    """What chance and perfection reach in the same metrics."""
    found = qvhighlights_baseline(_in_its_scale(annotations), n=looks)
    return {name: found[name] for name in (*MOMENT_METRICS, *HIGHLIGHT_METRICS) if name in found}


def _load(annotations: Path, root: Path, *, skip_missing: bool = False) -> tuple[Examples, Examples]:
    splits = reader.load(annotations, root, skip_missing=skip_missing)
    return splits["train"], splits[judged_on(splits)]


def _calibrate(has_val: bool, network: Network, task: Task) -> PresentFit:
    """Fit on `val`, which is what the task is judged by where it is there."""
    if not has_val:
        return PresentFit(None, why="no line has it (field 'split')")
    assert task.inputs is not None  # `encoders_of` refuses folders that do not say what made them
    return fit_present(NetworkBrain(network, task.inputs.spec.name, task.inputs.clips), task.test)


def _longest(entries: Sequence[Entry], features: Path) -> int | None:
    """Clips of the longest video; None if the folder knows of none."""
    about = [about_in(features, video_id) for video_id in {entry.video_id for entry in entries}]
    return max((each.clips for each in about if each is not None), default=None)


def _in_its_scale(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Saliency from 0 to 1 as QVHighlights' ratings from 0 to 4."""
    return [a if a.ratings_TR is None else replace(a, ratings_TR=HIGHEST * a.ratings_TR) for a in annotations]
