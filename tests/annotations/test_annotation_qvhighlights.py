"""QVHighlights' annotation file: what is read, and each thing that is refused."""

import json

import numpy as np
import pytest

from visionaryvids.annotations.qvhighlights import parse, read
from visionaryvids.errors import AnnotationError

RECORD = {
    "qid": 7,
    "query": "A dog jumps.",
    "duration": 11,
    "vid": "abc_0.0_11.0",
    "relevant_windows": [[2, 6], [8, 12]],
    "relevant_clip_ids": [1, 2, 4],
    "saliency_scores": [[1, 2, 3], [4, 4, 4], [0, 0, 1]],
}


def save(tmp_path, *records):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def test_reads_windows_and_ratings_of_every_clip(tmp_path):
    (a,) = read(save(tmp_path, RECORD))
    assert (a.video_id, a.query_id, a.query) == ("abc_0.0_11.0", "7", "A dog jumps.")
    assert (a.duration_s, a.clip_s) == (11.0, 2.0)
    np.testing.assert_array_equal(a.windows_s, [[2, 6], [8, 12]])
    np.testing.assert_array_equal(a.ratings_TR, [[0, 0, 0], [1, 2, 3], [4, 4, 4], [0, 0, 0], [0, 0, 1]])


def test_without_labels_they_are_none(tmp_path):
    (a,) = read(save(tmp_path, {k: RECORD[k] for k in ("qid", "query", "duration", "vid")}))
    assert a.windows_s is None
    assert a.ratings_TR is None


def test_pretraining_records_have_text_ids_and_windows_only(tmp_path):
    record = {k: RECORD[k] for k in ("query", "duration", "vid", "relevant_windows")}
    (a,) = read(save(tmp_path, {**record, "qid": "vid_3"}))
    assert a.query_id == "vid_3"
    assert a.windows_s is not None
    assert a.ratings_TR is None


BAD = {
    "no vid": ({"vid": ...}, "no 'vid'; expected the keys qid, vid, query, duration"),
    "qid true": ({"qid": True}, "qid = True; expected a plain name"),
    "qid path": ({"qid": "../x"}, r"qid = '\.\./x'"),
    "vid path": ({"vid": "a/../../x"}, "vid = .*expected a plain name"),
    "empty query": ({"query": ""}, "query = ''; expected text that is not empty"),
    "duration text": ({"duration": "150"}, "duration = '150'; expected a number from 2"),
    "duration 0": ({"duration": 0}, "duration = 0"),
    "duration huge": ({"duration": 10**300}, "duration = a whole number of more than 60 digits"),
    "end at start": ({"relevant_windows": [[4, 4]]}, r"relevant_windows\[0\] = \[4, 4\]; expected an end after"),
    "end before start": ({"relevant_windows": [[2, 4], [8, 6]]}, r"relevant_windows\[1\] = \[8, 6\]"),
    "window after the end": ({"relevant_windows": [[2, 14]]}, r"relevant_windows\[0\] holds 14; .* from 0 to 12"),
    "window before 0": ({"relevant_windows": [[-2, 4]]}, r"relevant_windows\[0\] holds -2"),
    "window of three": ({"relevant_windows": [[2, 4, 6]]}, r"relevant_windows\[0\] has 3 values"),
    "no window": ({"relevant_windows": []}, r"relevant_windows = \[\]; expected a list that is not empty"),
    "windows null": ({"relevant_windows": None}, "relevant_windows = None"),
    "clip outside": ({"relevant_clip_ids": [1, 2, 5]}, r"relevant_clip_ids\[2\] = 5; expected .* from 0 to 4"),
    "clip negative": ({"relevant_clip_ids": [-1, 2, 3]}, r"relevant_clip_ids\[0\] = -1"),
    "clip text": ({"relevant_clip_ids": ["1", 2, 3]}, r"relevant_clip_ids\[0\] = '1'"),
    "clip true": ({"relevant_clip_ids": [True, 2, 3]}, r"relevant_clip_ids\[0\] = True"),
    "clip twice": ({"relevant_clip_ids": [1, 1, 2]}, r"relevant_clip_ids\[1\] = 1 appears twice"),
    "clips missing": ({"relevant_clip_ids": ...}, "relevant_clip_ids = None"),
    "fewer scores": ({"saliency_scores": [[1, 1, 1]]}, "3 relevant_clip_ids and 1 saliency_scores"),
    "two raters": ({"saliency_scores": [[1, 1, 1], [1, 1], [1, 1, 1]]}, r"saliency_scores\[1\] has 2 values"),
    "score 5": ({"saliency_scores": [[1, 1, 5]] * 3}, r"saliency_scores\[0\] holds 5; expected numbers from 0 to 4"),
    "score text": ({"saliency_scores": [["1", 1, 1]] * 3}, r"saliency_scores\[0\] holds '1'"),
    "no scores": ({"saliency_scores": []}, r"saliency_scores = \[\]"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_bad_records_are_named_by_line(tmp_path, change, message):
    record = {k: v for k, v in {**RECORD, **change}.items() if v is not ...}
    with pytest.raises(AnnotationError, match=r"a\.jsonl:2: .*" + message):
        read(save(tmp_path, {**RECORD, "qid": 1}, record))


def test_duplicate_qid_names_both_lines(tmp_path):
    with pytest.raises(AnnotationError, match=r"a\.jsonl:3: duplicate qid 7, first on line 1"):
        read(save(tmp_path, RECORD, {**RECORD, "qid": 8}, {**RECORD, "qid": "7"}))


def test_parse_goes_on_after_every_problem(tmp_path):
    path = save(
        tmp_path, {**RECORD, "query": "", "duration": -1}, RECORD, {**RECORD, "qid": 9, "relevant_windows": [[4, 2]]}
    )
    path.write_text(path.read_text() + "nonsense\n")
    annotations, problems = parse(path)
    assert [a.query_id for a in annotations] == ["7"]
    assert sorted(p.where.rsplit(":", 1)[1] for p in problems) == ["1", "1", "3", "4"]
