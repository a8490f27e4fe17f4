"""Law: whatever a file holds, `read` returns annotations or raises an `AnnotationError` that names file and line."""

import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visionaryvids.annotations import charades, qvhighlights, tvsum, youtube
from visionaryvids.errors import AnnotationError
from visionaryvids.types import Annotation

from .test_annotation_qvhighlights import RECORD
from .test_annotation_videos import tvsum_entry, youtube_entry

SEEDS = {
    tvsum: json.dumps({"v1": tvsum_entry(), "v2": tvsum_entry()}),
    youtube: json.dumps({"v1": youtube_entry()}),
    qvhighlights: "\n".join(json.dumps({**RECORD, "qid": q}) for q in (1, 2)),
    charades: "AB 1.5 20##person opens a door.\nAB 3 2##person laughs.",
}
READERS = pytest.mark.parametrize("module", SEEDS, ids=lambda m: m.__name__.rsplit(".")[-1])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.integers(10**300, 10**310),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def check(module, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "anno"
        path.write_bytes(data)
        try:
            message = ""
            annotations = module.read(path)
        except AnnotationError as error:
            message = str(error)
            annotations = ()
        assert not message or re.match(rf"{re.escape(str(path))}:\d+", message)
        assert all(isinstance(a, Annotation) for a in annotations)
        message.encode()


@READERS
@given(data=st.data())
@settings(max_examples=60)
def test_mangled_bytes(module, data):
    seed = SEEDS[module].encode()
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, len(seed)))
    check(module, seed[:start] + data.draw(st.binary(max_size=8)) + seed[end:])


@READERS
@given(data=st.data())
@settings(max_examples=60)
def test_any_json(module, data):
    value = data.draw(JSON)
    check(module, json.dumps(value).encode())


@pytest.mark.parametrize(
    ("module", "record"), [(tvsum, tvsum_entry()), (youtube, youtube_entry()), (qvhighlights, RECORD)], ids=str
)
@given(data=st.data())
@settings(max_examples=80)
def test_any_value_in_any_field(module, record, data):
    changed = {**record, data.draw(st.sampled_from(sorted(record))): data.draw(JSON)}
    value = changed if module is qvhighlights else {data.draw(st.text()): changed}
    check(module, json.dumps(value).encode())
