"""What stands beside the head's scores: chance, the whole video, and peak picking on a similarity curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from visionaryvids.recipes.lite.judging import Question
from visionaryvids.recipes.lite.material import Floats, Material
from visionaryvids.recipes.lite.sources import unit
from visionaryvids.types import Answer, Moment

SMOOTH_CLIPS = 5


def whole_video(questions: Sequence[Question]) -> list[Answer]:
    """The baseline that answers with the whole video."""
    lengths = [sum(piece.length for piece in question.made.pieces) for question in questions]
    return [_one(question, 0.0, float(length), 0.5) for question, length in zip(questions, lengths, strict=True)]


def chance(questions: Sequence[Question], seed: int = 0) -> list[Answer]:
    """The baseline that draws a moment as long as somebody's true one, anywhere, and `present` at random."""
    rng = np.random.default_rng(seed)
    sizes = [end - start for question in questions for start, end in question.made.windows]
    answers = []
    for question in questions:
        length = sum(piece.length for piece in question.made.pieces)
        size = min(float(rng.choice(sizes)), length)
        start = rng.uniform(0, length - size)
        answers.append(_one(question, start, start + size, rng.random()))
    return answers


def peak_picking(questions: Sequence[Question], asked_QE: Floats, view: Sequence[Floats], share: float) -> list[Answer]:
    """The baseline that smooths a similarity over five seconds and takes the run around its peak.

    Args:
        questions: what is asked.
        asked_QE: the query of each question in the space of `view`, unit length.
        view: each clip's rows in that space.
        share: the run ends where the similarity falls below this share of the way from the median to the peak.
    """
    answers = []
    for question, asked_E in zip(questions, asked_QE, strict=True):
        padded = np.pad(unit(question.made.assemble(view)) @ asked_E, SMOOTH_CLIPS // 2, mode="edge")
        smooth_T = np.convolve(padded, np.ones(SMOOTH_CLIPS) / SMOOTH_CLIPS, "valid")
        peak, middle = int(smooth_T.argmax()), float(np.median(smooth_T))
        below = np.flatnonzero(smooth_T < middle + share * (smooth_T[peak] - middle))
        start = int(below[below < peak].max(initial=-1)) + 1
        end = int(below[below > peak].min(initial=len(smooth_T)))
        answers.append(_one(question, start, end, float(np.clip((1 + smooth_T[peak]) / 2, 0, 1))))
    return answers


def prior_rows(material: Material, class_names_CE: Floats) -> tuple[Floats, ...]:
    """Expected class embeddings (ten likeliest classes) of each clip's rows: nothing in them is learned here.

    Args:
        material: the clips, and the image encoder's classifier.
        class_names_CE: what each class's name means.
    """
    names_CE = torch.from_numpy(class_names_CE)
    alignment = material.alignment
    views = []
    for clip in material.clips:
        rows = torch.from_numpy(clip.rows_TD.copy())
        logits = rows @ alignment.classifier.T + alignment.classifier_bias
        best, index = logits.topk(10, dim=1)
        views.append(unit((best.softmax(1)[..., None] * names_CE[index]).sum(1).numpy()))
    return tuple(views)


def _one(question: Question, start: float, end: float, present: float) -> Answer:
    return Answer(question.query.text, present, (Moment(start, end, present),), np.zeros(0))
