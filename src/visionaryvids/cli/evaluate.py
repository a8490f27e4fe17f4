"""`visionaryvids evaluate`: the published numbers of a prediction file, or of a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, validators

from visionaryvids.cli.asking import Asking
from visionaryvids.cli.asking_own import AskingOwn
from visionaryvids.cli.options import Verbosity
from visionaryvids.errors import ConfigError
from visionaryvids.files import refuse_input

if TYPE_CHECKING:  # this takes long to import
    from visionaryvids.metrics.evaluation import Evaluation, Options

Published = Literal["tvsum", "youtube", "qvhighlights", "charades"]
Dataset = Literal["tvsum", "youtube", "qvhighlights", "charades", "custom"]
Suppression = Literal["fast", "normal", "linear", "gaussian", "none"]


def evaluate(
    dataset: Dataset,
    /,
    *,
    predictions: Path | None = None,
    annotations: Path | None = None,
    asking: Asking = Asking(),  # noqa: B008
    own: AskingOwn = AskingOwn(),  # noqa: B008
    domain: str | None = None,
    k: Annotated[int | None, Parameter(name=["-k", "--top-k"], validator=validators.Number(gte=1))] = None,
    nms: Suppression | None = None,
    compat: Annotated[bool, Parameter(negative="")] = False,
    baselines: bool = True,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    table: Path | None = None,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Score a prediction file, or a model, by the data set's own metrics.

    The numbers are those of its official code, but where that depends on an unstable sort, on the order of windows, or
    fails (docs/reference-differences.md). The table shows, beside each score, what a random prediction, the best of 500
    random ones, and the best possible prediction get.

        visionaryvids evaluate qvhighlights --predictions val.jsonl --annotations highlight_val_release.jsonl --json
        visionaryvids evaluate qvhighlights --model umt-qvhighlights --data data/qvhighlights --save val.jsonl
        visionaryvids evaluate custom --annotations mine.jsonl --videos videos

    Parameters
    ----------
    dataset
        Whose metric, and whose annotation format; `custom` is data of your own (docs/custom-data.md).
    predictions
        JSON Lines with `pred_relevant_windows`, `pred_saliency_scores` or both, and `qid` (or `vid`) on each line.
    annotations
        The data set's own annotation file; of `custom`, JSON Lines as `visionaryvids data template` prints them.
    domain
        TVSum (BK, ...) and YouTube Highlights (dog, ...): measure the test videos of this domain. Without it, every
        video in the predictions; or the domain that a released model was trained for.
    k
        TVSum: how many of the best ranked clips count. 5 if not given.
    nms
        Charades-STA: suppression of overlapping windows. gaussian if not given.
    compat
        QVHighlights: take windows in the listed order, as the official script does, not in the order of their scores.
    baselines
        Measure random predictions and ceilings too (a second or two).
    as_json
        Print JSON: the official keys, and ours under `extra`.
    table
        Also write the table to this file: .md or .csv.
    """
    verbosity.apply()
    from visionaryvids.metrics.evaluation import Options
    from visionaryvids.tables import check_suffix

    if table is not None:
        check_suffix(table)
    options = Options(domain=domain, k=k, nms=nms, compat=compat, baselines=baselines)
    for option, out in (("--save", asking.save), ("--table", table)):
        refuse_input(option, out, filter(None, (annotations, predictions, own.words())))
    if dataset == "custom":
        result = _of_own(annotations, predictions, asking, own, options, verbosity)
    else:
        own.refuse_for(dataset)
        result = _of_dataset(dataset, annotations, predictions, asking, options, verbosity)
    if result is not None:
        show(result, as_json, table, verbosity)


def _of_own(
    annotations: Path | None,
    predictions: Path | None,
    asking: Asking,
    own: AskingOwn,
    options: Options,
    verbosity: Verbosity,
) -> Evaluation:
    from visionaryvids.metrics.evaluation import refuse_foreign

    refuse_foreign("custom", options)
    for name, given in (("--predictions", predictions), ("--data", asking.data)):
        if given is not None:
            raise ConfigError(name, "given for custom", "--videos or --features", f"leave {name} out")
    return own.evaluate(annotations, asking, options.baselines, verbosity)


def _of_dataset(
    dataset: Published,
    annotations: Path | None,
    predictions: Path | None,
    asking: Asking,
    options: Options,
    verbosity: Verbosity,
) -> Evaluation | None:
    from visionaryvids.metrics.evaluation import evaluate_files

    if asking.model is not None:
        if predictions is not None or annotations is not None:
            raise ConfigError(
                "--model", "given with --predictions or --annotations", "one or the other", "leave one out"
            )
        return asking.evaluate(dataset, options, verbosity)
    if predictions is None or annotations is None:
        found = "--predictions or --annotations is missing"
        raise ConfigError("evaluate", found, "both, or --model and --data", "see visionaryvids evaluate --help")
    return evaluate_files(dataset, predictions, annotations, options)


def show(result: Evaluation, as_json: bool, table: Path | None, verbosity: Verbosity) -> None:
    """Print the numbers; write the table too, if a file is given."""
    from visionaryvids.files import write_atomically
    from visionaryvids.tables import as_text, render

    if table is not None:
        write_atomically(table, render(result.table, table))
        verbosity.say(f"wrote {table}")
    print(json.dumps(result.as_json(), indent=2) if as_json else as_text(result.table))
