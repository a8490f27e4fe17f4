"""A model on a split of a data set's folder: its predictions, and what they are worth by the official metrics.

Features come from the folder, not from videos, so a model is a joint network: a released one, or one that `train` left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from visionaryvids.data.batch import collate
from visionaryvids.data.example import Example, annotations_of
from visionaryvids.errors import ConfigError, unknown_name
from visionaryvids.features.folder import spec_in
from visionaryvids.metrics.evaluation import Dataset, Evaluation, Options, evaluate
from visionaryvids.model.checkpoint import Checkpoint, load_checkpoint
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.decode import predictions
from visionaryvids.model.network import Network
from visionaryvids.model.released import RELEASED, domain_of
from visionaryvids.model.widths import Widths, fit, told, widths_of
from visionaryvids.recipes.split_examples import Wanted, split_examples
from visionaryvids.training.judging import EVALUATION_BATCH
from visionaryvids.training.settings import refuse_device
from visionaryvids.types import Annotation, Prediction

FILES = frozenset({".safetensors", ".pth", ".pt"})
"""Endings of networks; anything else is taken for a name."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be evaluated.

    Attributes:
        dataset: `tvsum`, `youtube`, `qvhighlights` or `charades`.
        data: its folder.
        model: name of a released model, or a file.
        split: None for the one that published numbers are of.
        skip_missing: leave out queries whose features are absent.
        device: where the network runs.
    """

    dataset: Dataset
    data: Path
    model: str
    split: str | None = None
    skip_missing: bool = False
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model said.

    Attributes:
        split: which queries were asked.
        predictions: one for each query whose features are there, in order.
        annotations: of those queries.
        left_out: how many queries have no features.
        domain: of TVSum and YouTube Highlights, else None.
    """

    split: str
    predictions: tuple[Prediction, ...]
    annotations: tuple[Annotation, ...]
    left_out: int
    domain: str | None

    @property
    def labelled(self) -> bool:
        """Whether there is anything to measure by: test splits may have no labels."""
        return any(a.windows_s is not None or a.ratings_TR is not None for a in self.annotations)


def ask(question: Question, domain: str | None = None) -> Answers:
    """Ask a model every query of a split.

    Args:
        question: what to ask, of whom.
        domain: of TVSum and YouTube Highlights; that of a released model, if it is not given.

    Raises:
        InputError: no such model, files that are missing or wrong, or features of another width or preparation than
            those that the model was trained on.
    """
    if question.model not in RELEASED and Path(question.model).suffix not in FILES:
        raise unknown_name("--model", question.model, RELEASED)
    refuse_device(question.device)
    found = load_checkpoint(question.model)
    domain = domain or domain_of(question.model)
    _refuse_other_features(found, question)
    config = found.network.config
    wanted = Wanted(question.data, question.split, domain, config, question.skip_missing)
    split = split_examples(question.dataset, wanted)
    _refuse_widths(config, split.examples[0], question)
    answers = tuple(_predict(found.network.to(question.device), split.examples, question.device))
    annotations = annotations_of(split.examples)
    return Answers(split.name, answers, annotations, split.asked - len(annotations), domain)


def measure(question: Question, answers: Answers, options: Options) -> Evaluation:
    """The official numbers; queries that were left out are counted beside them.

    Raises:
        AnnotationError: there is nothing to measure by.
        ConfigError: options that this data set does not have.
    """
    told = replace(options, domain=answers.domain if answers.split == "test" else None)
    found = evaluate(question.dataset, answers.predictions, answers.annotations, told)
    extra = {**found.extra, "split": answers.split, "left_out": answers.left_out, "model": question.model}
    notes = (f"split {answers.split}, model {question.model}", *_about_left_out(answers))
    return replace(found, extra=extra, table=replace(found.table, notes=(*notes, *found.table.notes)))


def _about_left_out(answers: Answers) -> tuple[str, ...]:
    if not answers.left_out:
        return ()
    asked = answers.left_out + len(answers.annotations)
    return (f"{answers.left_out} of {asked} queries are left out, since their features are absent",)


@torch.no_grad()
def _predict(network: Network, examples: Sequence[Example], device: str) -> Iterator[Prediction]:
    """An answer for each example; one by one where results depend on what else is in the batch."""
    compat = network.config.compat
    size = 1 if compat.decoder_sees_padding else EVALUATION_BATCH
    for start in range(0, len(examples), size):
        some = [examples[index] for index in range(start, min(start + size, len(examples)))]
        batch = collate(some).to(device)
        yield from predictions(network(batch), batch, tuple(e.annotation.video_id for e in some), compat)


def _refuse_other_features(found: Checkpoint, question: Question) -> None:
    """Refuse a folder that says that its features are of other encoders than the model's, where both are known."""
    there = spec_in(question.data)
    if there is not None and found.inputs is not None:
        remedy = f"give the folder of features of {found.inputs.spec.name}, or a model for these"
        found.inputs.spec.refuse_other(there, f"{question.data}", remedy)


def _refuse_widths(config: ModelConfig, example: Example, question: Question) -> None:
    there, wanted = _widths(example), widths_of(config)
    if not fit(there, wanted):
        remedy = f"give features of the encoders that {question.model} was trained with, or another model"
        raise ConfigError(f"{question.data}", f"features with {told(there)}", told(wanted), remedy)


def _widths(example: Example) -> Widths:
    features, query = example.features, example.query
    video, audio = (None if rows is None else rows.shape[1] for rows in (features.video_TD, features.audio_TD))
    return video, audio, None if query is None else query.tokens_LD.shape[1]
