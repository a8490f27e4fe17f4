"""Laws of the line that makes `present` of a trained network a probability, whatever the network said."""

import math
from itertools import pairwise

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from visionaryvids.model.calibration import CERTAIN, Line, logit
from visionaryvids.training.present import FLATTEST, line_of, pairs_of
from visionaryvids.types import Annotation

SURE = st.floats(0, 1)
SAID = st.lists(st.tuples(SURE, st.booleans()), min_size=2, max_size=60)
UNCHANGED = Line(1.0, 0.0)
SLACK = FLATTEST * CERTAIN
"""What a slope that is not quite 0 may cost, in nats."""


def log_loss(line, said):
    """Mean, in nats, against what is true, as far as N queries can tell: Platt's targets, not quite 0 and 1."""
    count = {kind: sum(is_there is kind for _, is_there in said) for kind in (True, False)}
    target = {True: (count[True] + 1) / (count[True] + 2), False: 1 / (count[False] + 2)}
    probability = np.clip([line.probability(sure) for sure, _ in said], 1e-300, 1 - 1e-16)
    aim = np.array([target[is_there] for _, is_there in said])
    return float(-(aim * np.log(probability) + (1 - aim) * np.log1p(-probability)).mean())


@given(SAID)
@settings(max_examples=60)
def test_calibration_makes_no_log_loss_worse(said):
    assert log_loss(line_of(said), said) <= log_loss(UNCHANGED, said) + SLACK


@given(SAID, st.lists(SURE, min_size=2, max_size=20))
@settings(max_examples=60)
def test_calibration_keeps_the_order_and_says_probabilities(said, asked):
    line = line_of(said)
    found = [line.probability(sure) for sure in sorted(asked)]
    assert all(0 <= lower <= higher <= 1 for lower, higher in pairwise(found))


@given(st.floats(0.1, 3), st.floats(-4, 4), st.integers(0, 99))
@settings(max_examples=12)
def test_what_is_true_as_often_as_a_line_says_is_calibrated_and_closer_to_what_happened(slope, offset, seed):
    """Judged by what is true itself, where network and truth differ by a line."""
    rng, line = np.random.default_rng(seed), Line(slope, offset)
    sure = rng.uniform(0.02, 0.98, 3000).tolist()
    said = [(each, bool(rng.random() < line.probability(each))) for each in sure]
    found = line_of(said)
    gap = np.abs([found.probability(each) - line.probability(each) for each in sure])
    assert gap.mean() < 0.05
    assert plain_loss(found, said) <= plain_loss(UNCHANGED, said) + 1e-3


def plain_loss(line, said):
    return -np.mean([math.log(p if is_there else 1 - p) for p, is_there in ((line.probability(s), t) for s, t in said)])


@given(st.lists(SURE, min_size=2, max_size=30, unique=True))
def test_logits_keep_the_order_to_the_very_ends(probabilities):
    assert all(a <= b for a, b in pairwise(map(logit, sorted(probabilities))))
    assert torch.isfinite(torch.tensor(list(map(logit, [*probabilities, 0.0, 1.0])))).all()


LINES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.booleans()), max_size=30)


@given(LINES)
def test_half_of_what_is_asked_is_there_and_nothing_is_asked_that_the_video_was_asked(lines):
    """Unless the file itself says more often that something is absent, or has nothing absent to ask for."""
    windows = {True: np.array([[1.0, 2.0]]), False: np.zeros((0, 2))}
    annotations = [
        Annotation(f"v{video}", f"{n}", f"Sentence {query}", 9.0, 1.0, windows[shown])
        for n, (video, query, shown) in enumerate(lines)
    ]
    pairs = pairs_of(annotations)
    assert [(pair.video, pair.query) for pair in pairs[: len(lines)]] == [(n, n) for n in range(len(lines))]
    assert [pair.is_there for pair in pairs[: len(lines)]] == [shown for _, _, shown in lines]
    added, there = pairs[len(lines) :], sum(pair.is_there for pair in pairs)
    assert len(added) <= max(0, 2 * there - len(lines))
    for pair in added:
        video, query = lines[pair.video][0], lines[pair.query][1]
        assert not pair.is_there
        assert lines[pair.query][2], "what is shown elsewhere"
        assert query not in {asked for other, asked, _ in lines if other == video}


@given(st.lists(st.tuples(st.floats(0.5, 1), st.floats(0, 0.5)), min_size=10, max_size=30))
@settings(max_examples=20)
def test_a_network_that_takes_one_for_the_other_says_how_often_something_is_there(pairs):
    said = [(sure, kind) for high, low in pairs for sure, kind in ((high, False), (low, True))]
    line = line_of(said)
    assert all(abs(line.probability(sure) - 0.5) < 0.01 for sure, _ in said)
    assert line.probability(0.0) < line.probability(0.5) < line.probability(1.0)
