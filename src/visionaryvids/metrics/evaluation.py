"""Files in, numbers and a table out: what `visionaryvids evaluate` does.

Conventions:
    Official keys and units are kept as each benchmark's own code prints them: TVSum and YouTube Highlights `mAP` as a
    share with five digits, Charades-STA shares, QVHighlights percent with two digits. Everything of ours is under
    `extra`. The table is in percent throughout.
    TVSum and YouTube Highlights are published by domain. With a domain, its test videos are measured, whatever else the
    files hold. Without one, every video that has a prediction is, and each domain whose test videos are all there gets
    a row of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from visionaryvids.annotations import charades, qvhighlights, splits, tvsum, youtube
from visionaryvids.errors import AnnotationError, ConfigError, unknown_name
from visionaryvids.intervals import Nms
from visionaryvids.metrics import baselines, benchmarks
from visionaryvids.metrics.baselines import Baseline
from visionaryvids.metrics.files import read_numbered
from visionaryvids.metrics.scoreboard import TITLES, domain_rows, scoreboard, share_row
from visionaryvids.tables import Table
from visionaryvids.types import Annotation, Prediction

Dataset = Literal["tvsum", "youtube", "qvhighlights", "charades"]
Annotations = Sequence[Annotation]
Predictions = Sequence[Prediction]

BEST_OF = 500
"""How many random predictions the column "best of" chooses from: the epochs of a published training run."""

_MOST_SEARCHED = 10
"""Ceilings of TVSum are searched (0.1 s a video) for at most this many videos at once."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an evaluation can be told; None means the data set's own default.

    Attributes:
        domain: TVSum, YouTube: measure the test videos of this domain.
        k: TVSum: how many of the best ranked clips count; 5 in the papers.
        nms: Charades-STA: the suppression of overlapping windows; `gaussian` in UMT, `none` for none.
        compat: QVHighlights: take windows in the listed order, as the official script does.
        baselines: measure random predictions and ceilings too.
    """

    domain: str | None = None
    k: int | None = None
    nms: Nms | Literal["none"] | None = None
    compat: bool = False
    baselines: bool = True


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome.

    Attributes:
        official: the benchmark's own keys and units.
        extra: ours.
        table: the same for people, in percent.
    """

    official: dict[str, Any]
    extra: dict[str, Any]
    table: Table

    def as_json(self) -> dict[str, Any]:
        """The official keys, and ours under `extra`; values that are not known are None."""
        return {**self.official, "extra": _json_safe(self.extra)}


def evaluate_files(
    dataset: Dataset, predictions: Path, annotations: Path, options: Options | None = None
) -> Evaluation:
    """Measure a prediction file against an annotation file.

    Args:
        dataset: whose metric and whose annotation format.
        predictions: JSON Lines, see `files`.
        annotations: the data set's own annotation file.
        options: see `Options`.

    Raises:
        AnnotationError: a file is not as it should be (names file and line), or the two do not belong together.
        ConfigError: an option that this data set does not have, or an unknown domain.
    """
    options = options or Options()
    if dataset not in get_args(Dataset):
        raise unknown_name("data set", dataset, get_args(Dataset))
    reader = {"tvsum": tvsum, "youtube": youtube, "qvhighlights": qvhighlights, "charades": charades}[dataset]
    truth = reader.read(annotations)
    numbered = read_numbered(predictions, truth)
    try:
        return evaluate(dataset, [prediction for _, prediction in numbered], truth, options)
    except AnnotationError as error:
        places = {prediction.query_id: f"{predictions}:{line}" for line, prediction in numbered}
        places |= {"predictions": str(predictions), "annotations": str(annotations)}
        problem = error.problem
        where = places.get(problem.where, problem.where)
        raise AnnotationError(where, problem.found, problem.expected, problem.remedy) from error


def evaluate(dataset: Dataset, predictions: Predictions, annotations: Annotations, options: Options) -> Evaluation:
    """Measure predictions against annotations.

    Args:
        dataset: whose metric.
        predictions: one for each annotation.
        annotations: what people said.
        options: see `Options`.

    Raises:
        AnnotationError: the two do not belong together, or there is nothing to measure by.
        ConfigError: an option that this data set does not have, or an unknown domain.
    """
    refuse_foreign(dataset, options)
    if dataset == "qvhighlights":
        return _qvhighlights(predictions, annotations, options)
    if dataset == "charades":
        return _charades(predictions, annotations, options)
    return _domains(dataset, predictions, annotations, options)


def refuse_foreign(dataset: str, options: Options) -> None:
    """Refuse options that mean nothing for this data set, rather than measure something else than was asked for.

    Raises:
        ConfigError: names the first.
    """
    for name, given, owners in (
        ("--domain", options.domain is not None, ("tvsum", "youtube")),
        ("-k", options.k is not None, ("tvsum",)),
        ("--nms", options.nms is not None, ("charades",)),
        ("--compat", options.compat, ("qvhighlights",)),
    ):
        if given and dataset not in owners:
            raise ConfigError(name, f"given for {dataset}", f"{' or '.join(owners)}", f"leave {name} out")
    if options.k is not None and options.k < 1:
        raise ConfigError("-k", str(options.k), "1 or more", "the papers use 5")


def _domains(dataset: Dataset, predictions: Predictions, annotations: Annotations, options: Options) -> Evaluation:
    """TVSum and YouTube Highlights: one mAP over all videos, and one for each domain that is complete."""
    lists = splits.TVSUM if dataset == "tvsum" else splits.YOUTUBE
    if options.domain is not None and options.domain not in lists:
        raise unknown_name("--domain", options.domain, lists)
    ids = {prediction.query_id for prediction in predictions}
    tests = {name: [a for a in annotations if a.query_id in split.test] for name, split in lists.items()}
    if options.domain is not None:
        measured, complete = tests[options.domain], {}
        kept = _of(predictions, measured)
    else:
        measured, kept = [a for a in annotations if a.query_id in ids] or annotations, predictions
        complete = {name: test for name, test in tests.items() if test and all(a.query_id in ids for a in test)}
    score = _scorer(dataset, options)
    value = score(kept, measured)
    domains = {name: score(_of(predictions, test), test) for name, test in complete.items()}
    beside = {name: _video_baseline(dataset, test, options) for name, test in (complete or {"all": measured}).items()}
    extra: dict[str, Any] = {"videos": len(measured), "unrounded": value, "domains": domains, "baselines": beside}
    if dataset == "tvsum":
        extra |= {"k": options.k or 5, **benchmarks.tvsum_correlations(kept, measured)}
    rows = [*domain_rows(domains, beside), share_row(options.domain or "all videos", value, beside.get("all"))]
    return Evaluation(
        {"mAP": round(value, 5)}, extra, scoreboard(*_heading(dataset, extra), rows, _correlations(extra))
    )


def _heading(dataset: Dataset, extra: Mapping[str, Any]) -> tuple[str, str]:
    name = f"top-{extra['k']} mAP" if dataset == "tvsum" else "mAP"
    videos = f"{extra['videos']} video{'s' if extra['videos'] > 1 else ''}"
    return f"{TITLES[dataset]}: {name} in percent, {videos}", "domain"


def _correlations(extra: Mapping[str, Any]) -> tuple[str, ...]:
    if "kendall" not in extra:
        return ()
    return (f"Kendall's tau {extra['kendall']:.3f}, Spearman's rho {extra['spearman']:.3f} (random: 0)",)


def _of(predictions: Predictions, annotations: Annotations) -> list[Prediction]:
    ids = {annotation.query_id for annotation in annotations}
    return [prediction for prediction in predictions if prediction.query_id in ids]


def _scorer(dataset: Dataset, options: Options) -> Callable[[Predictions, Annotations], float]:
    if dataset == "youtube":
        return benchmarks.score_youtube
    return lambda predictions, annotations: benchmarks.score_tvsum(predictions, annotations, options.k or 5)


def _video_baseline(dataset: Dataset, annotations: Annotations, options: Options) -> Baseline | None:
    if not options.baselines:
        return None
    if dataset == "youtube":
        return baselines.youtube_baseline(annotations, BEST_OF)["mAP"]
    k, search = options.k or 5, len(annotations) <= _MOST_SEARCHED
    return baselines.tvsum_baseline(annotations, BEST_OF, k, draws=5_000, ceiling=search)[f"mAP@{k}"]


def _charades(predictions: Predictions, annotations: Annotations, options: Options) -> Evaluation:
    nms = options.nms or "gaussian"
    kind = None if nms == "none" else nms
    scores = benchmarks.score_charades(predictions, annotations, kind)
    beside = baselines.charades_baseline(annotations, BEST_OF, kind, draws=10) if options.baselines else {}
    empty = sum(not prediction.moments for prediction in predictions)
    extra = {"queries": len(predictions), "nms": nms, "empty_windows": empty, "baselines": beside}
    rows = [share_row(name, score, beside.get(name)) for name, score in scores.items()]
    title = f"{TITLES['charades']}: recall in percent, {len(predictions)} queries, {nms} suppression"
    return Evaluation(scores, extra, scoreboard(title, "metric", rows))


def _qvhighlights(predictions: Predictions, annotations: Annotations, options: Options) -> Evaluation:
    scores = benchmarks.score_qvhighlights(predictions, annotations, options.compat)
    about = scores.pop("extra")
    unrounded: dict[str, float] = about["unrounded"]
    known = baselines.qvhighlights_baseline(annotations, BEST_OF, draws=10) if options.baselines else {}
    beside = {name: known[name] for name in unrounded if name in known}
    extra = {**about, "compat": options.compat, "baselines": beside}
    rows = [(name, value, beside.get(name)) for name, value in unrounded.items()]
    short = about.get("short_saliency", 0)
    notes = (f"{short} lists of scores are shorter than the video: the rest counts as 0",) if short else ()
    title = f"{TITLES['qvhighlights']}: percent, {extra['queries']} queries"
    return Evaluation(scores, extra, scoreboard(title, "metric", rows, notes))


def _json_safe(value: Any) -> Any:
    """The same tree as plain JSON: baselines as objects, NaN as None."""
    if isinstance(value, Baseline):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {key: _json_safe(item) for key, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
