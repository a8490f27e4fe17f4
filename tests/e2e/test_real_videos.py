"""Real videos stitched in random orders: each sentence finds its own piece among the others."""

from __future__ import annotations

import numpy as np
import pytest

from tests.shared import SHARED, needs_shared
from tests.stitch import Piece, stitch
from visionaryvids.intervals import iou
from visionaryvids.localize import Localizer

QUERIES = {
    "nasa_13013.mp4": "equipment hanging from a crane in a dark hall",
    "car-detection.mp4": "a car drives on the road",
    "one-by-one-person-detection.mp4": "a person stands in the room",
    "flipping_a_pancake.mkv": "someone cooking with a frying pan in a kitchen",
    "skateboarding_dog.mp4": "a dog on a skateboard",
    "playing_guitar.mp4": "someone playing guitar",
    "cockatoo.mp4": "a white parrot",
    "women_long_jump.mp4": "an athlete does a long jump",
}
FOUND = 0.5


def top_overlaps(folder, order, longest_s):
    """The IoU of the best answer to each query with the piece that it is about."""
    names = [list(QUERIES)[index] for index in order]
    pieces = [Piece(SHARED / "videos" / name, to_s=longest_s) for name in names]
    windows = stitch(folder / "stitched.mp4", pieces)
    localizer = Localizer.load(cache=folder)
    findings = localizer.search(localizer.encode(folder / "stitched.mp4"), [QUERIES[name] for name in names])
    best = [answer.moments[0] for answer in findings.answers]
    return [
        float(iou([[moment.start_s, moment.end_s]], [window])[0, 0])
        for moment, window in zip(best, windows, strict=True)
    ]


@needs_shared
def test_sentences_find_their_pieces(tmp_path):
    overlaps = top_overlaps(tmp_path, np.random.default_rng(7).permutation(len(QUERIES)), longest_s=14.0)
    assert np.mean(np.array(overlaps) >= FOUND) >= 0.85, overlaps


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory):
    """The overlaps for whole files, from 10 s to 139 s, in three orders."""
    orders = [np.random.default_rng(seed).permutation(len(QUERIES)) for seed in range(3)]
    return np.concatenate([top_overlaps(tmp_path_factory.mktemp("order"), order, float("inf")) for order in orders])


@needs_shared
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sentences_find_most_whole_files(whole_files):
    assert np.mean(whole_files >= FOUND) >= 0.7, whole_files


@needs_shared
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xfail(strict=True, reason="20 of 24: a car in place of the street, a neighbour of the dark hall")
def test_sentences_find_nine_in_ten_whole_files(whole_files):
    """The goal. When it is reached, this test says so by failing."""
    assert np.mean(whole_files >= FOUND) >= 0.9, whole_files
