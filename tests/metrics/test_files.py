"""Prediction files: what is written is read back, and every fault names its line."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.errors import AnnotationError, InputError
from visionaryvids.metrics.files import read_predictions, write_predictions
from visionaryvids.types import Annotation, Prediction

GOOD = {
    "qid": 1,
    "query": "a dog",
    "vid": "v",
    "pred_relevant_windows": [[0, 2.5, 0.5]],
    "pred_saliency_scores": [1, 0.5],
}
NUMBER = st.floats(-1e6, 1e6)
WINDOWS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER).map(lambda w: [min(w[:2]), max(w[:2]), w[2]]), max_size=4)


def written(tmp_path, *records):
    path = tmp_path / "predictions.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), encoding="utf-8")
    return path


def without(*keys, **changes):
    return {key: value for key, value in {**GOOD, **changes}.items() if key not in keys}


def same(first, second):
    arrays = [(first.windows_N3, second.windows_N3), (first.saliency_T, second.saliency_T)]
    assert (first.video_id, first.query_id) == (second.video_id, second.query_id)
    assert all((a is None) == (b is None) and (a is None or np.array_equal(a, b)) for a, b in arrays)


@given(st.lists(st.tuples(st.none() | WINDOWS, st.none() | st.lists(NUMBER, max_size=4)), min_size=1, max_size=4))
def test_what_is_written_is_read_back(tmp_path_factory, answers):
    path = tmp_path_factory.mktemp("written") / "predictions.jsonl"
    names = ["7", "v1#é", "v2", "007", "v4"]
    before = [
        Prediction(f"v{index}", name, windows, scores if scores is not None or windows is not None else [])
        for index, (name, (windows, scores)) in enumerate(zip(names, answers, strict=False))
    ]
    write_predictions(path, before)
    for first, second in zip(before, read_predictions(path), strict=True):
        same(first, second)


def test_the_written_line_is_the_fields_own(tmp_path):
    path = tmp_path / "p.jsonl"
    predictions = [Prediction("v", "12", [[0, 2, 0.5]], [0.25]), Prediction("w", "w", None, [1])]
    write_predictions(path, predictions, [Annotation("v", "12", "a dog", 150, 2.0)])
    first, second = map(json.loads, path.read_text().splitlines())
    assert first == {
        "qid": 12, "query": "a dog", "vid": "v", "pred_relevant_windows": [[0, 2, 0.5]], "pred_saliency_scores": [0.25]
    }  # fmt: skip
    assert second == {"vid": "w", "pred_saliency_scores": [1]}
    assert [p.name for p in tmp_path.iterdir()] == ["p.jsonl"]


def test_charades_lines_find_their_query_by_video_and_sentence(tmp_path):
    asked = [
        Annotation("v", f"v#{n}", text, None, 1 / 6) for n, text in enumerate(["a dog", "a cat", "a dog"], start=1)
    ]
    lines = [{"vid": "v", "query": text, "pred_relevant_windows": []} for text in ("a dog.", "a dog", "a cat. ")]
    path = written(tmp_path, *lines)
    assert [p.query_id for p in read_predictions(path, asked)] == ["v#1", "v#3", "v#2"]
    with pytest.raises(AnnotationError, match=r"jsonl:4: query 'a dog' of video 'v' once more"):
        read_predictions(written(tmp_path, *lines, lines[1]), asked)
    with pytest.raises(AnnotationError, match=r"jsonl:1: query 'a cow' of video 'v'"):
        read_predictions(written(tmp_path, {**lines[0], "query": "a cow"}), asked)


def test_a_query_of_the_video_needs_no_id(tmp_path):
    path = written(tmp_path, {"vid": "v", "query": "its title", "pred_saliency_scores": [1]})
    assert read_predictions(path)[0].query_id == "v"
    assert read_predictions(path, [Annotation("v", "v", "its title", None, 2.0)])[0].query_id == "v"


BAD = {
    "not JSON": '{"qid": 1, "pred_sal',
    "not an object": "[1, 2]",
    "NaN": '{"vid": "v", "pred_saliency_scores": [NaN]}',
    "infinity": '{"vid": "v", "pred_saliency_scores": [1e999]}',
    "no id": without("qid", "vid"),
    "no answer": without("pred_relevant_windows", "pred_saliency_scores"),
    "null answers": without(pred_relevant_windows=None, pred_saliency_scores=None),
    "qid bool": without(qid=True),
    "qid float": without(qid=1.5),
    "qid list": without(qid=[1]),
    "qid empty": without(qid=""),
    "qid huge": without(qid=10**400),
    "qid half a character": without(qid="\ud800"),
    "vid number": without(vid=3),
    "query number": without(query=3),
    "windows object": without(pred_relevant_windows={"a": 1}),
    "window of two": without(pred_relevant_windows=[[0, 2]]),
    "window of four": without(pred_relevant_windows=[[0, 2, 1, 1]]),
    "flat windows": without(pred_relevant_windows=[0, 2, 0.5]),
    "window text": without(pred_relevant_windows=[[0, "2", 0.5]]),
    "window bool": without(pred_relevant_windows=[[0, 2, True]]),
    "window inverted": without(pred_relevant_windows=[[0, 2, 0.5], [3, 2, 0.5]]),
    "saliency text": without(pred_saliency_scores="0.5"),
    "saliency nested": without(pred_saliency_scores=[[0.5]]),
    "saliency null": without(pred_saliency_scores=[0.5, None]),
    "saliency bool": without(pred_saliency_scores=[0.5, False]),
    "saliency huge": without(pred_saliency_scores=[0.5, 10**400]),
    "saliency large": without(pred_saliency_scores=[1e13]),
    "deep": '{"vid": "v", "pred_saliency_scores": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "many digits": '{"vid": "v", "pred_saliency_scores": [' + "9" * 5_000 + "]}",
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_a_bad_line_is_named(tmp_path, line):
    path = written(tmp_path, without(qid=7), "", line)
    with pytest.raises(AnnotationError) as caught:
        read_predictions(path)
    problem = caught.value.problem
    assert problem.where == f"{path}:3"
    assert problem.found
    assert problem.expected
    assert len(str(problem)) < 600


def test_a_second_line_for_a_query_is_named(tmp_path):
    with pytest.raises(AnnotationError, match=r"jsonl:2: a second prediction for '1'"):
        read_predictions(written(tmp_path, GOOD, without(qid="1")))


def test_what_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(AnnotationError, match="not finite"):
        write_predictions(tmp_path / "p.jsonl", [Prediction("v", "1", None, [float("nan")])])
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_predictions(tmp_path / "file" / "p.jsonl", [Prediction("v", "1", None, [1.0])])
