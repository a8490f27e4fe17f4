"""The numbers that the reference implementations compute, reproduced.

`cases/charades.json` holds labels, windows and scores by UMT's evaluation (made up; no data set label is in it). The
other goldens need the data sets themselves. Chance and ceilings are compared with what was measured on them.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.shared import SHARED, needs_shared
from visionaryvids.annotations import qvhighlights, splits, tvsum, youtube
from visionaryvids.intervals import NMS_KINDS
from visionaryvids.metrics.baselines import mean_of, qvhighlights_baseline, tvsum_baseline, youtube_baseline
from visionaryvids.metrics.benchmarks import score_charades, score_qvhighlights, score_tvsum, score_youtube
from visionaryvids.metrics.files import read_predictions
from visionaryvids.types import Annotation, Prediction

CHARADES = json.loads((Path(__file__).parent / "cases" / "charades.json").read_text())


@pytest.mark.parametrize("kind", NMS_KINDS)
def test_charades_is_umts(kind):
    annotations, predictions = [], []
    for index, (label, windows) in enumerate(zip(CHARADES["labels"], CHARADES["boundary"], strict=True)):
        video, start, end = label.split("##")[0].split()
        truth = np.array([sorted((float(start), float(end)))])
        annotations.append(Annotation(video, str(index), None, None, 1 / 6, truth))
        predictions.append(Prediction(video, str(index), windows))
    assert score_charades(predictions, annotations, kind) == pytest.approx(CHARADES[kind], abs=1e-5)


def golden():
    path = SHARED / "golden" / "metrics_umt.json"
    return json.loads(path.read_text()) if path.is_file() else {"tvsum": {}, "youtube": {}}


GOLDEN = golden()


def videos(module, scores):
    name = module.__name__.rsplit(".")[-1]
    known = {a.query_id: a for a in module.read(SHARED / "data" / name / f"{name}_anno.json")}
    return [Prediction(video, video, None, values) for video, values in scores.items()], [known[v] for v in scores]


@needs_shared
def test_tvsum_is_umts():
    assert GOLDEN["tvsum"]
    for case in GOLDEN["tvsum"].values():
        predictions, annotations = videos(tvsum, case["scores"])
        for k in (5, 10, 15):
            assert round(score_tvsum(predictions, annotations, k), 5) == pytest.approx(case[f"mAP@{k}"], abs=1e-5)


@needs_shared
def test_youtube_is_umts():
    assert GOLDEN["youtube"]
    for case in GOLDEN["youtube"].values():
        assert round(score_youtube(*videos(youtube, case["scores"])), 5) == pytest.approx(case["mAP"], abs=1e-5)


@needs_shared
@pytest.mark.parametrize("compat", [True, False])
def test_the_qvhighlights_suite_is_the_official_one_to_the_last_digit(compat):
    folder = SHARED / "golden" / "qvhighlights"
    annotations = qvhighlights.read(SHARED / "data" / "qvhighlights" / "highlight_val_release.jsonl")
    predictions = read_predictions(folder / "sample_val_preds.jsonl")
    expected = json.loads((folder / "sample_val_metrics.json").read_text())
    found = score_qvhighlights(predictions, annotations, compat)
    assert list(found) == [*expected, "extra"]
    assert list(found["brief"]) == list(expected["brief"])
    assert {name: found[name] for name in expected} == expected


TVSUM_CEILINGS = {
    "VT": 92.9, "VU": 95.8, "GA": 97.9, "MS": 93.7, "PK": 93.7,
    "PR": 95.5, "FM": 82.5, "BK": 96.9, "BT": 93.7, "DS": 87.5,
}  # fmt: skip


@needs_shared
def test_tvsum_chance_and_ceilings_are_those_on_record():
    """Random 42.6, best of 500 random 84.9 (each domain, then the mean); the search reaches the ceilings on record."""
    known = {a.query_id: a for a in tvsum.read(SHARED / "data" / "tvsum" / "tvsum_anno.json")}
    found = {d: tvsum_baseline([known[split.test[0]]], 500)["mAP@5"] for d, split in splits.TVSUM.items()}
    mean = mean_of(list(found.values()))
    assert 100 * mean.random == pytest.approx(42.6, abs=0.1)
    assert 100 * mean.best_of_n == pytest.approx(84.9, abs=0.5)
    for domain, ceiling in TVSUM_CEILINGS.items():
        assert 100 * found[domain].ceiling >= ceiling - 0.1, domain


@needs_shared
@pytest.mark.parametrize(("domain", "random"), [("dog", 46.6), ("gymnastics", 60.5), ("parkour", 51.8)])
def test_youtube_chance_is_that_on_record(domain, random):
    known = {a.query_id: a for a in youtube.read(SHARED / "data" / "youtube" / "youtube_anno.json")}
    released = [known[video] for video in splits.YOUTUBE[domain].test if video in known]
    found = youtube_baseline(released, draws=100)["mAP"]
    assert 100 * found.random == pytest.approx(random, abs=0.06)
    assert found.ceiling == 1


@needs_shared
def test_qvhighlights_chance_and_ceilings_are_those_on_record():
    annotations = qvhighlights.read(SHARED / "data" / "qvhighlights" / "highlight_val_release.jsonl")
    found = qvhighlights_baseline(annotations, draws=5)
    assert found["HL-min-VeryGood-mAP"].random == pytest.approx(15.4, abs=0.3)
    assert found["HL-min-VeryGood-Hit1"].random == pytest.approx(21.6, abs=1.5)
    assert found["HL-min-VeryGood-mAP"].ceiling == pytest.approx(70.3, abs=0.05)
    assert found["MR-full-mAP"].ceiling == pytest.approx(99.76, abs=0.005)
    assert found["MR-full-R1@0.5"].whole_video == pytest.approx(9.0, abs=0.05)
    assert found["MR-full-mAP"].whole_video == pytest.approx(5.6, abs=0.05)
