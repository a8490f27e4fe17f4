"""The nouns own their arrays: what a caller does to its own afterwards does not show, and large ones are not copied."""

import numpy as np
import pytest

from visionaryvids.types import Annotation, Features, Prediction, Query, frozen

NOUNS = {
    "windows_s": (lambda a: Annotation("v", "v", None, None, 2.0, windows_s=a), np.zeros((3, 2))),
    "ratings_TR": (lambda a: Annotation("v", "v", None, None, 2.0, ratings_TR=a), np.zeros((3, 2), np.float32)),
    "video_TD": (lambda a: Features(2.0, a, None), np.zeros((3, 2), np.float32)),
    "audio_TD": (lambda a: Features(2.0, None, a), np.zeros((3, 2), np.float32)),
    "tokens_LD": (lambda a: Query("a", a), np.zeros((3, 2), np.float32)),
    "windows_N3": (lambda a: Prediction("v", "v", windows_N3=a), np.zeros((2, 3))),
    "saliency_T": (lambda a: Prediction("v", "v", saliency_T=a), np.zeros(3)),
}


@pytest.mark.parametrize("name", NOUNS)
@pytest.mark.parametrize("seen_as", ["itself", "a view", "a read-only view"])
def test_a_caller_cannot_change_what_a_noun_holds(name, seen_as):
    make, zeros = NOUNS[name]
    mine = zeros.copy()
    given = mine if seen_as == "itself" else mine[:]
    given.flags.writeable = seen_as != "a read-only view"
    noun = make(given)
    mine.flat[0] = 9
    assert not getattr(noun, name).any()
    assert mine.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        getattr(noun, name)[...] = 1


def test_what_is_read_only_already_is_not_copied():
    rows = np.ones((4, 2), np.float32)
    rows.flags.writeable = False
    assert frozen(rows, np.float32, 2, "rows") is rows
    assert np.shares_memory(Features(2.0, rows[:3], None).video_TD, rows)
    from_bytes = np.frombuffer(bytes(32), np.float32).reshape(4, 2)
    assert frozen(from_bytes, np.float32, 2, "rows") is from_bytes


def test_another_type_is_converted_and_another_shape_refused():
    assert frozen([[1, 2]], np.float32, 2, "rows").dtype == np.float32
    with pytest.raises(ValueError, match=r"rows: found 1 axes \(2,\), expected 2"):
        frozen([1, 2], np.float32, 2, "rows")
