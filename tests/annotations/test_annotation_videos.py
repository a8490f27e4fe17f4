"""TVSum's and YouTube's annotation files: what is read, and each thing that is refused."""

import json

import numpy as np
import pytest

from visionaryvids.annotations import tvsum, youtube
from visionaryvids.errors import AnnotationError


def tvsum_entry(**changes):
    entry = {"fps": 30.0, "frames": "300", "domain": "BK", "title": "Bees", "anno": [[1.0] * 20, [5.0] * 20]}
    return {**entry, **changes}


def youtube_entry(**changes):
    entry = {"fps": 25.0, "frames": "200", "domain": "dog", "clip": [[0.0, 100.0], [50.0, 150.0]], "match": [1, -1]}
    return {**entry, **changes}


def without(entry, key):
    return {k: v for k, v in entry.items() if k != key}


def save(tmp_path, value):
    path = tmp_path / "anno.json"
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
    return path


def test_tvsum_reads_ratings_query_and_duration(tmp_path):
    (a,) = tvsum.read(save(tmp_path, {"-a_B": tvsum_entry()}))
    assert (a.video_id, a.query_id, a.query, a.duration_s, a.clip_s) == ("-a_B", "-a_B", "Bees", 10.0, 2.0)
    assert a.ratings_TR is not None
    np.testing.assert_array_equal(a.ratings_TR, [[1.0] * 20, [5.0] * 20])
    assert not a.ratings_TR.flags.writeable
    assert a.windows_s is None


def test_youtube_reads_labels_without_query(tmp_path):
    (a,) = youtube.read(save(tmp_path, {"v": youtube_entry()}))
    assert (a.query, a.duration_s, a.clip_s) == (None, 8.0, 50 / 30)
    np.testing.assert_array_equal(a.ratings_TR, [[1], [-1]])


COMMON = {
    "no frames": (lambda e: without(e, "frames"), "no 'frames'; expected the keys fps, frames, domain"),
    "fps 0": (lambda e: {**e, "fps": 0}, "fps = 0; expected a number above 0"),
    "frames not a number": (lambda e: {**e, "frames": "12x"}, "frames = '12x'"),
    "endless": (lambda e: {**e, "fps": 0.001, "frames": "999999"}, "frames / fps = .* from 0 to 604800"),
    "domain": (lambda e: {**e, "domain": 5}, "domain = 5; expected text"),
    "entry": (lambda e: [e], "expected an object with the video's annotation"),
}
TVSUM = {
    "rating above 5": ({"anno": [[1] * 19 + [6]]}, r"anno\[0\] holds 6; expected numbers from 1 to 5"),
    "rating below 1": ({"anno": [[1] * 20, [0] * 20]}, r"anno\[1\] holds 0"),
    "19 raters": ({"anno": [[1] * 20, [1] * 19]}, r"anno\[1\] has 19 values; expected 20 values"),
    "row of text": ({"anno": ["abc"]}, r"anno\[0\] has 'abc'"),
    "no clips": ({"anno": []}, r"anno = \[\]; expected a list that is not empty"),
    "true": ({"anno": [[True] * 20]}, r"anno\[0\] holds True"),
    "null": ({"anno": [[None] + [1] * 19]}, r"anno\[0\] holds None"),
    "infinite": ({"anno": [[1e999] + [1] * 19]}, "Infinity"),
    "empty title": ({"title": " "}, "title = ' '; expected text that is not empty"),
    "half a character": ({"title": "a\ud800"}, r"title = 'a\\ud800' has half a character"),
}
YOUTUBE = {
    "label 2": ({"match": [2, 0]}, r"match\[0\] = 2; expected -1, 0 or 1"),
    "label 0.5": ({"match": [0.5, 0]}, r"match\[0\] = 0.5"),
    "label true": ({"match": [True, 0]}, r"match\[0\] = True"),
    "no labels": ({"match": []}, r"match = \[\]"),
    "one label": ({"match": [1]}, "1 labels for 2 clips"),
    "clip ends at start": ({"clip": [[0, 100], [50, 50]]}, r"clip\[1\] = \[50, 50\]; expected an end after its start"),
    "clip of three": ({"clip": [[0, 1, 2], [0, 1, 2]]}, r"clip\[0\] has 3 values"),
}
BAD = {
    **{f"tvsum {k}": (tvsum, change(tvsum_entry()), message) for k, (change, message) in COMMON.items()},
    **{f"youtube {k}": (youtube, change(youtube_entry()), message) for k, (change, message) in COMMON.items()},
    **{f"tvsum {k}": (tvsum, tvsum_entry(**change), message) for k, (change, message) in TVSUM.items()},
    **{f"youtube {k}": (youtube, youtube_entry(**change), message) for k, (change, message) in YOUTUBE.items()},
}


@pytest.mark.parametrize(("module", "entry", "message"), BAD.values(), ids=BAD)
def test_bad_entries_are_named_by_line_and_video(tmp_path, module, entry, message):
    with pytest.raises(AnnotationError, match=r"anno\.json:\d+.*" + message):
        module.read(save(tmp_path, {"some-video": entry}))


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/b", "a\\b", "", ".", "..", "a\0b", "C:x", "x" * 300, "\ud800"]
)
def test_names_that_leave_the_folder_are_refused(tmp_path, name):
    with pytest.raises(AnnotationError, match=r"video id = .*; expected a plain name that stays in its folder"):
        tvsum.read(save(tmp_path, {name: tvsum_entry()}))


@pytest.mark.parametrize("value", [{}, [], 3, None])
def test_a_file_without_videos_is_refused(tmp_path, value):
    with pytest.raises(AnnotationError, match=r"anno\.json:1: .*expected an object from video names to annotations"):
        youtube.read(save(tmp_path, value))


def test_parse_lists_every_problem_and_keeps_the_sound_ones(tmp_path):
    bad = tvsum_entry(title="", anno=[[9] * 20, [1]])
    path = save(tmp_path, {"good": tvsum_entry(), "bad": bad, "worse": 1})
    annotations, problems = tvsum.parse(path)
    assert [a.video_id for a in annotations] == ["good"]
    assert [p.where.rsplit(": ")[-1] for p in problems] == ["'bad'"] * 3 + ["'worse'"]
    line = path.read_text().split("\n").index(' "bad": {') + 1
    assert problems[0].where == f"{path}:{line}: 'bad'"


def test_duplicate_video_is_refused(tmp_path):
    path = tmp_path / "anno.json"
    entry = json.dumps(tvsum_entry())
    path.write_text('{"v": ' + entry + ',\n "v": ' + entry + "}")
    with pytest.raises(AnnotationError, match=r"anno\.json:2: duplicate key 'v'"):
        tvsum.read(path)
