"""`visionaryvids evaluate`: the published numbers of a prediction file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter, validators

Dataset = Literal["tvsum", "youtube", "qvhighlights", "charades"]
Suppression = Literal["fast", "normal", "linear", "gaussian", "none"]


def evaluate(
    dataset: Dataset,
    /,
    *,
    predictions: Path,
    annotations: Path,
    domain: str | None = None,
    k: Annotated[int | None, Parameter(name=["-k", "--top-k"], validator=validators.Number(gte=1))] = None,
    nms: Suppression | None = None,
    compat: Annotated[bool, Parameter(negative="")] = False,
    baselines: bool = True,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    table: Path | None = None,
) -> None:
    """Score a prediction file exactly as the data set's official code does.

    The table shows, beside each score, what a random prediction, the best of 500 random ones, and the best possible
    prediction get.

        visionaryvids evaluate qvhighlights --predictions val.jsonl --annotations highlight_val_release.jsonl --json

    Args:
        dataset: whose metric, and whose annotation format.
        predictions: JSON Lines with `pred_relevant_windows`, `pred_saliency_scores` or both, and `qid` (or `vid`) on
            each line.
        annotations: the data set's own annotation file.
        domain: TVSum (BK, ...) and YouTube Highlights (dog, ...): measure the test videos of this domain. Without it,
            every video in the predictions.
        k: TVSum: how many of the best ranked clips count. 5 if not given.
        nms: Charades-STA: suppression of overlapping windows. gaussian if not given.
        compat: QVHighlights: take windows in the listed order, as the official script does, not in the order of their
            scores.
        baselines: measure random predictions and ceilings too (a second or two).
        as_json: print JSON: the official keys, and ours under `extra`.
        table: also write the table to this file: .md or .csv.
    """
    from visionaryvids.files import write_atomically
    from visionaryvids.metrics.evaluation import Options, evaluate_files
    from visionaryvids.tables import as_text, check_suffix, render

    if table is not None:
        check_suffix(table)
    options = Options(domain=domain, k=k, nms=nms, compat=compat, baselines=baselines)
    result = evaluate_files(dataset, predictions, annotations, options)
    if table is not None:
        write_atomically(table, render(result.table, table))
        print(f"wrote {table}", file=sys.stderr)
    print(json.dumps(result.as_json(), indent=2) if as_json else as_text(result.table))
