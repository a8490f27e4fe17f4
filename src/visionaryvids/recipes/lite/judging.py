"""How good the head is on made videos of clips that were held back.

Axes: T clips, N moments, Q queries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from visionaryvids.data.compose import Composition, Piece
from visionaryvids.metrics.presence import auc, expected_calibration_error
from visionaryvids.metrics.qvhighlights import score_qvhighlights
from visionaryvids.model.answer import answer
from visionaryvids.model.matcher import Footage, Matcher
from visionaryvids.recipes.lite.material import Material
from visionaryvids.types import Annotation, Answer, Features, Query


@dataclass(frozen=True, slots=True)
class Question:
    """A made video and a query about it."""

    made: Composition
    query: Query

    @property
    def is_there(self) -> bool:
        """Whether anything matches."""
        return len(self.made.windows) > 0


def held_back_questions(
    material: Material, queries: Sequence[Query], pieces: int, rounds: int, seed: int
) -> list[Question]:
    """Videos of `pieces` whole held-back clips each; every clip is asked for, and half as many that are absent.

    Where one clip is the video, as many absent ones are asked for.

    Args:
        material: the clips.
        queries: each clip's caption.
        pieces: clips of a video.
        rounds: how often all held-back clips are shuffled and dealt out.
        seed: of the shuffling.
    """
    rng = np.random.default_rng(seed)
    questions = []
    for _ in range(rounds):
        order = rng.permutation(material.held_back)
        for start in range(0, len(order) - pieces + 1, pieces):
            members = order[start : start + pieces].tolist()
            parts = tuple(Piece(clip, 0, len(material.clips[clip].rows_TD)) for clip in members)
            absent = rng.choice(np.setdiff1d(material.held_back, members), max(1, pieces // 2), replace=False).tolist()
            questions += [Question(Composition(parts, clip), queries[clip]) for clip in members + absent]
    return questions


def predict(matcher: Matcher, material: Material, questions: Sequence[Question]) -> list[Answer]:
    """The head's answers, by the same path as for a real video."""
    rows = [clip.rows_TD for clip in material.clips]
    answers: list[Answer] = []
    for questions_of_one in _by_video(questions):
        features = Features(1.0, questions_of_one[0].made.assemble(rows), None)
        footage, queries = matcher.watch(features), [question.query for question in questions_of_one]
        answers += answers_about(matcher, footage, matcher.ask(queries), [q.text for q in queries], top=100)
    return answers


def answers_about(
    matcher: Matcher, footage: Footage, asked_QE: torch.Tensor, words: Sequence[str], top: int
) -> tuple[Answer, ...]:
    """The answers about a video whose clips are a second long."""
    return answer(matcher, footage, asked_QE, words, clip_s=1.0, duration_s=float(footage.num_clips), top=top)


def _by_video(questions: Sequence[Question]) -> Iterator[list[Question]]:
    """Questions in their order, those about one video together."""
    together: list[Question] = []
    for question in questions:
        if together and together[0].made.pieces != question.made.pieces:
            yield together
            together = []
        together.append(question)
    if together:
        yield together


def score(questions: Sequence[Question], answers: Sequence[Answer]) -> dict[str, float]:
    """R1, mAP (IoU 0.5 ... 0.95) and mIoU in percent; AUC and calibration error of `present` in [0, 1]."""
    annotations = [_annotation(index, question) for index, question in enumerate(questions)]
    predictions = [found.as_prediction(str(index), str(index)) for index, found in enumerate(answers)]
    asked = [(p, a) for p, a in zip(predictions, annotations, strict=True) if a.windows_s is not None]
    suite = score_qvhighlights([p for p, _ in asked], [a for _, a in asked])
    there = [question.is_there for question in questions]
    present = [found.present for found in answers]
    return {
        "R1@0.5": suite["brief"]["MR-full-R1@0.5"],
        "R1@0.7": suite["brief"]["MR-full-R1@0.7"],
        "mAP": suite["brief"]["MR-full-mAP"],
        "mIoU": round(suite["extra"]["mIoU"], 2),
        "present AUC": round(auc(present, there), 4),
        "present calibration error": round(expected_calibration_error(present, there), 4),
    }


def _annotation(index: int, question: Question) -> Annotation:
    windows = question.made.windows
    return Annotation(str(index), str(index), question.query.text, None, 1.0, windows if len(windows) else None)
