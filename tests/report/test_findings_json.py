"""The contract `visionaryvids/find/1`: what is written is what is read, and what is wrong is named with its line."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.errors import AnnotationError
from visionaryvids.report.findings_json import from_json, parse_findings, read_findings, to_json, to_lines
from visionaryvids.types import Answer, Findings, Moment

share = st.floats(0, 1)
seconds = st.floats(0, 1e5)
moments = st.tuples(seconds, seconds, share).map(lambda m: Moment(min(m[:2]), max(m[:2]), m[2]))
sentences = st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip)
answers = st.builds(
    Answer,
    query=st.none() | sentences,
    present=share,
    moments=st.lists(moments, max_size=3).map(tuple),
    saliency_T=st.lists(share, max_size=5),
)
anything = st.builds(
    Findings,
    video=st.text(st.characters(exclude_characters="\0"), min_size=1),  # lone surrogates: a name that is not UTF-8
    duration_s=seconds,
    clip_s=st.floats(0.01, 5),
    model=st.just("lite"),
    answers=st.lists(answers, max_size=3).map(tuple),
    warnings=st.lists(sentences, max_size=2).map(tuple),
)


def example():
    answer = Answer("a cat", 0.98765, (Moment(1.23456, 2.00049, 0.912345),), np.array([0.1, 0.123456]))
    return Findings("cat.mp4", 2.0004, 1 / 3, "lite", (answer,))


def test_the_contract_to_the_letter():
    assert to_json(example()) == {
        "schema": "visionaryvids/find/1",
        "video": "cat.mp4",
        "duration_s": 2.0,
        "clip_s": 0.333333333,
        "model": "lite",
        "results": [
            {
                "query": "a cat",
                "present": 0.9877,
                "moments": [{"start_s": 1.235, "end_s": 2.0, "score": 0.9123}],
                "saliency": [0.1, 0.1235],
            }
        ],
    }


@given(st.lists(anything, min_size=1, max_size=3))
def test_written_findings_are_read_back_unchanged_after_the_first_rounding(several):
    text = to_lines(several)
    assert text.isascii()
    again = parse_findings(text, Path("f.json"))
    assert to_lines(again) == text
    assert [found.video for found in again] == [found.video for found in several]
    for old, new in zip(several, again, strict=True):
        for before, after in zip(old.answers, new.answers, strict=True):
            assert (before.query, len(before.moments)) == (after.query, len(after.moments))
            assert np.abs(before.saliency_T - after.saliency_T).max(initial=0) < 1e-4


def test_one_object_may_span_lines_and_unknown_keys_are_left_alone(tmp_path):
    value = to_json(example()) | {"later": 1}
    (tmp_path / "f.json").write_text("\ufeff" + json.dumps(value, indent=2), encoding="utf-8")
    assert [found.video for found in read_findings(tmp_path / "f.json")] == ["cat.mp4"]


def changed(**change):
    return to_json(example()) | change


def moment(**change):
    result = {"query": "q", "present": 1, "moments": [{"start_s": 1, "end_s": 2, "score": 0.5} | change]}
    return changed(results=[result | {"saliency": []}])


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (changed(schema="visionaryvids/find/2"), "find/2"),
        (changed(duration_s=-1), "duration_s"),
        (changed(duration_s=True), "duration_s"),
        (changed(clip_s=0), "clip_s"),
        (changed(video=""), "video"),
        (changed(warnings="all of it"), "warnings"),
        (changed(results={}), "results"),
        (changed(results=[{"query": "q"}]), "'present'"),
        (moment(start_s=3), "end_s"),
        (moment(score=1.5), "score"),
        (moment(start_s="1"), "start_s"),
        ({"schema": "visionaryvids/find/1"}, "'video'"),
        ([1], "JSON object"),
        (3, "JSON object"),
    ],
)
def test_a_wrong_value_is_named(value, says):
    with pytest.raises(AnnotationError, match=says):
        from_json(value)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "f.json:1"),
        (json.dumps(to_json(example()), indent=1).replace('"lite"', "lite"), "f.json:6"),
        (to_lines([example()]) + "\n" + to_lines([example()]).replace("cat.mp4", '"'), "f.json:3"),
        (to_lines([example()]) + json.dumps(changed(duration_s=None)), "f.json:2"),
        (to_lines([example()]) + "7", "f.json:2"),
        ("7", "f.json:1"),
        (to_lines([example()]).replace("0.1,", "NaN,"), "f.json:1"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path, text, where):
    (tmp_path / "f.json").write_text(text, encoding="utf-8")
    with pytest.raises(AnnotationError, match=where) as caught:
        read_findings(tmp_path / "f.json")
    assert "visionaryvids find" in caught.value.problem.remedy


def test_a_file_that_cannot_be_read_is_a_fault_of_the_input(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("missing", "binary", "."):
        with pytest.raises(AnnotationError, match="cannot be read"):
            read_findings(tmp_path / name)
