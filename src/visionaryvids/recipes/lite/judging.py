"""How good the head is: made videos of clips that were held back, its baselines, and its calibration.

Axes: T clips, N moments, Q queries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.data.compose import Composition, Piece, Rules, compose
from visionaryvids.data.example import Example
from visionaryvids.intervals import iou
from visionaryvids.localize import answer
from visionaryvids.metrics.benchmarks import score_tvsum, score_youtube
from visionaryvids.metrics.presence import auc, expected_calibration_error
from visionaryvids.metrics.qvhighlights import score_qvhighlights
from visionaryvids.model.alignment import Aligned
from visionaryvids.model.matcher import Footage, Matcher, footage_of
from visionaryvids.recipes.lite.material import Floats, Material
from visionaryvids.recipes.lite.sources import centred_pictures, unit
from visionaryvids.training.calibration import fit_line
from visionaryvids.types import Annotation, Answer, Features, Moment, Prediction, Query

SMOOTH_CLIPS = 5


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
    """Videos of `pieces` whole held-back clips each; every clip is asked for, and as many absent ones as half of them.

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
            absent = rng.choice(np.setdiff1d(material.held_back, members), pieces // 2, replace=False).tolist()
            questions += [Question(Composition(parts, clip), queries[clip]) for clip in members + absent]
    return questions


def predict(matcher: Matcher, material: Material, questions: Sequence[Question]) -> list[Answer]:
    """The head's answers, by the same path as for a real video."""
    rows = [clip.rows_TD for clip in material.clips]
    answers: list[Answer] = []
    for questions_of_one in _by_video(questions):
        features = Features(1.0, questions_of_one[0].made.assemble(rows), None)
        footage, queries = matcher.watch(features), [question.query for question in questions_of_one]
        answers += _answers(matcher, footage, matcher.ask(queries, footage), [q.text for q in queries], top=100)
    return answers


def _answers(
    matcher: Matcher, footage: Footage, asked_QE: torch.Tensor, words: Sequence[str], top: int
) -> tuple[Answer, ...]:
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
    """R1 at 0.5 and 0.7, mAP (mean over 0.5 ... 0.95), mIoU, in percent; AUC and calibration of `present` in [0, 1]."""
    annotations = [_annotation(index, question) for index, question in enumerate(questions)]
    predictions = [_prediction(index, found) for index, found in enumerate(answers)]
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


def _prediction(index: int, found: Answer) -> Prediction:
    rows = [[moment.start_s, moment.end_s, moment.score] for moment in found.moments]
    return Prediction(str(index), str(index), np.array(rows).reshape(-1, 3))


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


def prior_rows(material: Material) -> tuple[Floats, ...]:
    """Expected class embeddings (ten likeliest classes) of each clip's rows: nothing in them is learned here."""
    alignment = material.alignment
    views = []
    for clip in material.clips:
        rows = torch.from_numpy(clip.rows_TD.copy())
        logits = rows @ alignment.classifier.T + alignment.classifier_bias
        best, index = logits.topk(10, dim=1)
        views.append(unit((best.softmax(1)[..., None] * alignment.class_names[index]).sum(1).numpy()))
    return tuple(views)


def _one(question: Question, start: float, end: float, present: float) -> Answer:
    return Answer(question.query.text, present, (Moment(start, end, present),), np.zeros(0))


@dataclass(frozen=True, slots=True)
class Lines:
    """Slope and offset `[2]` of each kind of logit; see `model.matcher.Calibration`."""

    presence: torch.Tensor
    moment: torch.Tensor
    coarse: torch.Tensor


def calibrate(matcher: Matcher, material: Material, rules: Sequence[Rules], count: int, seed: int) -> Lines:
    """Fit the lines on made videos of training clips, each clip in the view of the fit that left it out.

    Args:
        matcher: with its lines still at slope 1 and offset 0.
        material: the clips.
        rules: how to compose; taken in turn.
        count: videos.
        seed: of the composing.
    """
    rng = np.random.default_rng(seed)
    presence, moments, coarse = [], [], []
    for index in range(count):
        rule = rules[index % len(rules)]
        made = compose(rng, material.train, material.lengths, material.alike_NN, rule)
        asked_E = material.captions_NE[made.asked]
        footage = _footage(material, made)
        [found] = _answers(matcher, footage, torch.from_numpy(asked_E[None]), [""], top=3)
        presence.append((found.present, len(made.windows) > 0))
        moments += [(m.score, _is_right(m.start_s, m.end_s, made.windows)) for m in found.moments]
        similarity_T = unit(made.assemble(material.views[0])) @ asked_E
        inside = np.zeros(len(similarity_T), bool)
        for start, end in made.windows.astype(int):
            inside[start:end] = True
        coarse += list(zip(similarity_T[::10].tolist(), inside[::10].tolist(), strict=True))
    return Lines(_line(presence, is_logit=False), _line(moments, is_logit=False), _line(coarse, is_logit=True))


def _footage(material: Material, made: Composition) -> Footage:
    views = (torch.from_numpy(unit(made.assemble(view))) for view in material.views)
    return footage_of(Aligned(*views), torch.from_numpy(made.assemble(material.rows)))


def _is_right(start: float, end: float, windows: NDArray[np.float64]) -> bool:
    return bool(len(windows)) and float(iou(np.array([[start, end]]), windows).max()) >= 0.5


def _line(pairs: Sequence[tuple[float, bool]], *, is_logit: bool) -> torch.Tensor:
    values = torch.tensor([value for value, _ in pairs], dtype=torch.float64)
    logits = values if is_logit else values.clamp(1e-7, 1 - 1e-7).logit()
    return fit_line(logits, torch.tensor([right for _, right in pairs]))


def judge_interest(matcher: Matcher, tvsum: Sequence[Example], youtube: Sequence[Example]) -> dict[str, float]:
    """Highlights without a query, on other encoders' features, in percent."""
    return {
        "TVSum mAP@5": round(100 * score_tvsum(*_interest(matcher, tvsum)), 2),
        "YouTube mAP": round(100 * score_youtube(*_interest(matcher, youtube)), 2),
    }


def _interest(matcher: Matcher, examples: Sequence[Example]) -> tuple[list[Prediction], list[Annotation]]:
    annotations = [example.annotation for example in examples]
    predictions = []
    for rows_TD, annotation in zip(centred_pictures(examples), annotations, strict=True):
        directions = torch.from_numpy(unit(rows_TD))
        footage = footage_of(Aligned(directions, directions, directions), torch.from_numpy(rows_TD))
        [found] = answer(
            matcher, footage, footage.summary_E[None], [None], clip_s=1.0, duration_s=float(len(rows_TD)), top=1
        )
        predictions.append(Prediction(annotation.video_id, annotation.query_id, saliency_T=found.saliency_T))
    return predictions, annotations
