"""Your own data: what a line may say, and that every fault is told with its line."""

import json

import numpy as np
import pytest

from visionaryvids.annotations.custom import parse, read, video_name
from visionaryvids.annotations.custom_template import TEMPLATE
from visionaryvids.errors import AnnotationError

SOUND = {"video": "a.mp4", "query": "a dog runs", "windows": [[1, 3.5]]}


def write(path, *records):
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records))
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "mine.jsonl"


def test_a_line_becomes_an_annotation_on_any_grid(file):
    record = {**SOUND, "saliency": [[1, 3.5, 0.5], [3, 4, 0.8]], "duration_s": 6, "id": 7, "split": "val"}
    [entry] = read(write(file, "# a comment", record))
    assert (entry.line, entry.video_id, entry.query_id, entry.split) == (2, "a", "7", "val")
    found = entry.annotation(clip_s=1.0)
    assert (found.query, found.duration_s, found.clip_s) == ("a dog runs", 6.0, 1.0)
    np.testing.assert_array_equal(found.windows_s, [[1, 3.5]])
    np.testing.assert_allclose(found.ratings_TR[:, 0], [0, 0.5, 0.5, 0.8, 0, 0])
    np.testing.assert_allclose(entry.annotation(2.0).ratings_TR[:, 0], [0.5, 0.8, 0])
    assert entry.annotation(2.0, duration_s=8.0).duration_s == 8.0


def test_what_is_left_out(file):
    [entry] = read(write(file, {"video": "v1.2", "query": None, "saliency": [0, 0.25, 1]}))
    found = entry.annotation(1.0)
    assert (found.video_id, found.query_id, found.query) == ("v1.2", "v1.2#1", None)
    assert found.windows_s is None
    np.testing.assert_allclose(found.ratings_TR[:, 0], [0, 0.25, 1])


def test_nothing_matches_and_nothing_is_of_interest(file):
    [entry] = read(write(file, {**SOUND, "windows": [], "saliency": []}))
    found = entry.annotation(1.0, duration_s=3.0)
    assert found.windows_s.shape == (0, 2)
    assert found.ratings_TR.tolist() == [[0], [0], [0]]


def test_the_template_is_valid(file):
    file.write_text(TEMPLATE)
    entries = read(file)
    assert {entry.video_id for entry in entries} == {"beach", "party"}
    assert [len(entry.windows_s) for entry in entries] == [1, 2, 1, 0]


@pytest.mark.parametrize(("video", "name"), [("a.MP4", "a"), ("a.b", "a.b"), ("a.b.mov", "a.b"), ("a", "a")])
def test_only_the_ending_of_a_video_file_goes(video, name):
    assert video_name(video) == name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"video": "../a.mp4"}, "a plain name that stays in its folder"),
        ({"video": None}, "video = None"),
        ({"query": " "}, "text that is not empty"),
        ({"windows": [[3, 1]]}, "windows[0] = [3, 1]; expected an end after its start"),
        ({"windows": [[1, 2, 3]]}, "2 values in each row"),
        ({"windows": [[1, 90]], "duration_s": 60}, "an end within the video's 60 s"),
        ({"windows": None}, "neither 'windows' nor 'saliency'"),
        ({"saliency": [0.5, 1.5, 2]}, "saliency[1] = 1.5 and 1 more"),
        ({"saliency": [[1, 2, 3]]}, "a score from 0 to 1"),
        ({"saliency": "high"}, "saliency = 'high'"),
        ({"duration_s": 0}, "duration_s = 0"),
        ({"duration_s": "60"}, "duration_s = '60'"),
        ({"split": "dev"}, "split = 'dev'; expected train or val or test"),
        ({"id": []}, "id = []"),
        ({"window": [[1, 2]]}, "did you mean windows?"),
        ({"duration": 60}, "did you mean duration_s?"),
    ],
)
def test_a_fault_is_told_with_its_line(file, change, message):
    _, problems = parse(write(file, SOUND, {**SOUND, **change}))
    [problem] = [p for p in problems if p.where == f"{file}:2"]
    assert message in str(problem)


def test_lines_of_qvhighlights_are_told_apart(file):
    record = {"qid": 1, "query": "x", "duration": 150, "vid": "v", "relevant_windows": [[0, 2]]}
    with pytest.raises(AnnotationError, match="train qvhighlights") as refused:
        read(write(file, record))
    for names in ("vid -> video", "qid -> id", "relevant_windows -> windows", "duration -> duration_s"):
        assert names in str(refused.value)


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([{**SOUND, "id": "x"}, {**SOUND, "id": "x"}], "duplicate id 'x', first on line 1"),
        ([SOUND, {**SOUND, "query": None}], "no query on 1 of 2 lines (2)"),
        ([SOUND, {**SOUND, "saliency": []}], "no saliency on 1 of 2 lines (1)"),
        ([SOUND, {"video": "b", "query": "q", "saliency": [1]}], "no windows on 1 of 2 lines (2)"),
        ([{**SOUND, "split": "train"}, SOUND], "no split on 1 of 2 lines (2)"),
        ([{**SOUND, "split": "train"}, {**SOUND, "split": "test"}], "video 'a' is in test and train (lines 1, 2)"),
    ],
)
def test_what_is_wrong_with_lines_together(file, records, message):
    _, problems = parse(write(file, *records))
    assert any(message in str(problem) for problem in problems)


def test_all_problems_at_once(file):
    _, problems = parse(write(file, {**SOUND, "windows": [[3, 1]]}, "{", SOUND, {**SOUND, "video": ""}))
    assert [problem.where.rpartition(":")[2] for problem in problems] == ["2", "1", "4"]
