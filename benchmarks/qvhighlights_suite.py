"""How fast is the whole QVHighlights suite on 1,550 queries?

    python -m benchmarks.qvhighlights_suite

Compares, in one run and one process: the suite (everything after the files are parsed), the same with parsing, and a
plain restatement of the official algorithm (tests/metrics/oracle.py: loops over queries, people and thresholds, as the
official script loops). Also prints the ratio to the 5.8 s that the official script itself took on a machine of this
kind. Uses Moment-DETR's sample submission for the val split where it is at hand (../shared), a made-up split of the
same size elsewhere; checks that suite and restatement agree.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.metrics.made import qvhighlights_record, qvhighlights_split
from tests.metrics.oracle import qvhighlights_brief
from tests.shared import SHARED

from visionaryvids.annotations import qvhighlights
from visionaryvids.metrics.benchmarks import score_qvhighlights
from visionaryvids.metrics.files import read_predictions, write_predictions

OFFICIAL_S = 5.8
QUERIES, REPEATS = 1_550, 7


def best_of(repeats: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """The least time of several runs in seconds, and the result."""
    times, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def files(folder: Path) -> tuple[Path, Path]:
    """Predictions and annotations: the official sample, or made up."""
    sample = SHARED / "golden" / "qvhighlights" / "sample_val_preds.jsonl"
    truth = SHARED / "data" / "qvhighlights" / "highlight_val_release.jsonl"
    if sample.is_file() and truth.is_file():
        return sample, truth
    predictions, annotations = qvhighlights_split(queries=QUERIES)
    write_predictions(folder / "predictions.jsonl", predictions)
    lines = [json.dumps(qvhighlights_record(annotation)) + "\n" for annotation in annotations]
    (folder / "annotations.jsonl").write_text("".join(lines))
    return folder / "predictions.jsonl", folder / "annotations.jsonl"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        said, truth = files(Path(folder))
        read_s, (predictions, annotations) = best_of(3, lambda: (read_predictions(said), qvhighlights.read(truth)))
    suite_s, found = best_of(REPEATS, lambda: score_qvhighlights(predictions, annotations, compat=True))
    answers = {prediction.query_id: prediction for prediction in predictions}
    ordered = [answers[annotation.query_id] for annotation in annotations]
    lists = (
        [prediction.windows_N3.tolist() for prediction in ordered],
        [annotation.windows_s.tolist() for annotation in annotations],
        [prediction.saliency_T.tolist() for prediction in ordered],
        [annotation.ratings_TR.tolist() for annotation in annotations],
    )
    plain_s, expected = best_of(1, lambda: qvhighlights_brief(*lists))
    worst = max(abs(found["extra"]["unrounded"][name] - value) for name, value in expected.items())
    assert worst < 1e-9, f"the suite and its plain restatement differ by {worst}"
    print(f"data                        {said.name}, {len(annotations)} queries")
    print(f"suite                       {suite_s:7.3f} s")
    print(f"parsing both files          {read_s:7.3f} s")
    print(f"plain restatement           {plain_s:7.3f} s   {plain_s / suite_s:6.1f} x the suite (same run)")
    print(f"official script (recorded)  {OFFICIAL_S:7.3f} s   {OFFICIAL_S / suite_s:6.1f} x the suite")
    print(f"    with parsing            {'':7}     {OFFICIAL_S / (suite_s + read_s):6.1f} x suite and parsing")


if __name__ == "__main__":
    main()
