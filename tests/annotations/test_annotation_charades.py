"""Charades-STA's annotation file: what is read, and each thing that is refused."""

import numpy as np
import pytest

from visionaryvids.annotations.charades import parse, read
from visionaryvids.errors import AnnotationError


def save(tmp_path, text):
    path = tmp_path / "sta.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_lines_swaps_inverted_moments_and_keeps_words(tmp_path):
    text = "3MSZA 24.3 30.4##person turn a light on.\n\nAB 5 2.5##a door, opened\r\nAB 5 2.5##a door, opened\n"
    first, second, third = read(save(tmp_path, text))
    assert (first.video_id, first.query_id, first.query) == ("3MSZA", "3MSZA#1", "person turn a light on")
    assert (first.duration_s, first.clip_s, first.ratings_TR) == (None, 1 / 6, None)
    np.testing.assert_array_equal(first.windows_s, [[24.3, 30.4]])
    np.testing.assert_array_equal(second.windows_s, [[2.5, 5.0]])
    assert second.query == third.query == "a door, opened"
    assert (second.query_id, third.query_id) == ("AB#3", "AB#4")


BAD = {
    "no mark": ("V 1 2 a door.", "expected VIDEO START END##SENTENCE"),
    "two fields": ("V 1##a door.", "expected VIDEO START END##SENTENCE"),
    "no sentence": ("V 1 2##.", "sentence = ''"),
    "no length": ("V 2 2.0##a door.", "the moment 2 to 2.0 has no length"),
    "negative": ("V -1 2##a door.", "time '-1'; expected seconds from 0"),
    "nan": ("V nan 2##a door.", "time 'nan'"),
    "inf": ("V 1 inf##a door.", "time 'inf'"),
    "underscore": ("V 1_0 20##a door.", "time '1_0'"),
    "overflow": ("V 1 1e999##a door.", "time '1e999'"),
    "leaves the folder": ("../V 1 2##a door.", r"video = '\.\./V'; expected a plain name"),
    "too long": ("v" * 201 + " 1 2##a door.", "expected a plain name .* at most 200 bytes"),
    "too long in UTF-8": ("é" * 101 + " 1 2##a door.", "expected a plain name .* at most 200 bytes"),
}


@pytest.mark.parametrize(("line", "message"), BAD.values(), ids=BAD)
def test_bad_lines_are_named(tmp_path, line, message):
    path = save(tmp_path, f"OK 1 2##fine.\n{line}\n")
    with pytest.raises(AnnotationError, match=r"sta\.txt:2: .*" + message):
        read(path)
    annotations, problems = parse(path)
    assert len(annotations) == 1
    assert problems


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(AnnotationError, match="no such file"):
        read(tmp_path / "sta.txt")
    with pytest.raises(AnnotationError, match="the file is empty"):
        read(save(tmp_path, "\n"))
