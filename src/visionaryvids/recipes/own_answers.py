"""How good a model is on your own data: asked as `find` asks, measured as `custom.py` measures.

Any model that `find` takes can be asked, `lite` too, about whole videos of any length. Lines without a moment show
whether `present` tells what is there from what is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from visionaryvids.annotations.custom import Entry, read
from visionaryvids.data.custom_split import Splits, split_of
from visionaryvids.data.custom_times import refuse_wrong_times
from visionaryvids.errors import AnnotationError, unknown_name
from visionaryvids.localize import EncodedVideo, Localizer
from visionaryvids.metrics.evaluation import BEST_OF, Evaluation
from visionaryvids.metrics.moments import MAX_WINDOWS
from visionaryvids.metrics.presence import auc, expected_calibration_error
from visionaryvids.metrics.scoreboard import scoreboard
from visionaryvids.recipes.custom import baselines, score
from visionaryvids.types import Annotation, Answer, Prediction

ALL = "all"
"""In the place of a split: every line."""
Encode = Callable[[str], EncodedVideo | None]
"""A video by its name; None if it is absent and that is no error."""


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """What a model said.

    Attributes:
        predictions: one for each line whose video is there.
        annotations: of those lines.
        present: of those lines, how probable it is that the video shows what is asked.
        left_out: how many lines have no video.
    """

    predictions: tuple[Prediction, ...]
    annotations: tuple[Annotation, ...]
    present: tuple[float, ...]
    left_out: int


def lines_of(path: Path, split: str | None) -> tuple[str, tuple[Entry, ...]]:
    """The lines of a split, those of a video together, and its name.

    Args:
        path: the annotation file.
        split: its name; `all` for every line; None for what a network that learned from this file did not learn from.

    Raises:
        AnnotationError: the file is wrong.
        ConfigError: there is no such split.
    """
    entries = read(path)
    name, chosen = (ALL, entries) if split == ALL else _of_split(split_of(path, entries), split)
    return name, tuple(sorted(chosen, key=lambda entry: entry.video_id))


def _of_split(splits: Splits, name: str | None) -> tuple[str, Sequence[Entry]]:
    name = name or ("test" if "test" in splits else "val")
    if name not in splits:
        raise unknown_name("--split", name, (*splits, ALL))
    return name, splits[name]


def ask_own(path: Path, localizer: Localizer, lines: Sequence[Entry], encode: Encode) -> OwnAnswers:
    """Ask a model every line.

    Args:
        path: the annotation file, for messages.
        localizer: the model with its encoders.
        lines: those of a video together, so that each video is in memory once.
        encode: a video by its name.

    Raises:
        AnnotationError: times outside of a video, saliency that does not fit the model's clips, or no line has a video.
        ConfigError: the model cannot answer one of them.
    """
    asked = [each for _, of_one in groupby(lines, lambda entry: entry.video_id)
             for each in _ask_about_one(path, localizer, list(of_one), encode)]  # fmt: skip
    if not asked:
        raise AnnotationError("--annotations", f"no video of any of {len(lines)} lines", "videos", "check --videos")
    annotations, answers = zip(*asked, strict=True)
    predictions = tuple(b.as_prediction(a.video_id, a.query_id) for a, b in asked)
    present = tuple(answer.present for answer in answers)
    return OwnAnswers(predictions, annotations, present, len(lines) - len(asked))


def _ask_about_one(
    path: Path, localizer: Localizer, lines: Sequence[Entry], encode: Encode
) -> Iterator[tuple[Annotation, Answer]]:
    video = encode(lines[0].video_id)
    if video is None:
        return
    refuse_wrong_times(path, lines, {line.video_id: video.duration_s for line in lines})
    for line in lines:
        _refuse_other_clips(line, video)
    annotations = [line.annotation(video.clip_s, video.duration_s) for line in lines]
    answers = localizer.search(video, [line.query for line in lines], top=MAX_WINDOWS).answers
    yield from zip(annotations, answers, strict=True)


def _refuse_other_clips(line: Entry, video: EncodedVideo) -> None:
    """Refuse a number for each clip where the model's clips are others; the last one may be cut off."""
    if line.clip_scores is not None and abs(len(line.clip_scores) - video.num_clips) > 1:
        found = f"{len(line.clip_scores)} numbers of saliency"
        expected = f"{video.num_clips}, one for each {video.clip_s:g} s of this model"
        remedy = "write stretches [start_s, end_s, score], which fit every model"
        raise AnnotationError(line.query_id, found, expected, remedy)


def measure_own(answers: OwnAnswers, about: str, *, with_baselines: bool = True) -> Evaluation:
    """The numbers that the labels allow, in percent, beside chance and ceiling.

    Args:
        answers: from `ask_own`.
        about: which lines and which model, for the table.
        with_baselines: measure random predictions and ceilings too.

    Raises:
        AnnotationError: there is nothing to measure by.
    """
    scores = score(answers.predictions, answers.annotations)
    beside = baselines(answers.annotations, BEST_OF) if with_baselines else {}
    present = _presence(answers)
    counts = {"queries": len(answers.annotations), "left_out": answers.left_out}
    extra = {**counts, "present": present, "baselines": beside}
    rows = [(name, value, beside.get(name)) for name, value in scores.items()]
    notes = (about, *_notes(present, answers.left_out))
    title = f"Your data: percent, {len(answers.annotations)} queries"
    return Evaluation({"brief": scores}, extra, scoreboard(title, "metric", rows, notes))


def _presence(answers: OwnAnswers) -> dict[str, float] | None:
    """How well `present` tells lines with a moment from lines without; None where one of the two kinds is missing."""
    told = [(len(a.windows_s) > 0, p) for a, p in zip(answers.annotations, answers.present, strict=True)
            if a.windows_s is not None]  # fmt: skip
    there, present = [is_there for is_there, _ in told], [said for _, said in told]
    if len(set(there)) < 2:
        return None
    error = expected_calibration_error(present, there)
    return {"auc": auc(present, there), "calibration_error": error, "there": sum(there), "absent": there.count(False)}


def _notes(present: Mapping[str, float] | None, left_out: int) -> Iterator[str]:
    if present is not None:
        counts = f"{present['there']} lines with a moment and {present['absent']} without"
        worth = f"AUC {present['auc']:.2f} (chance: 0.50), calibration error {present['calibration_error']:.2f}"
        yield f"present: {worth}; {counts}"
    if left_out:
        yield f"{left_out} lines are left out, since their videos, or words in them, are absent"
