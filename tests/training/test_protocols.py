"""Both protocols, worked out by hand on a few epochs."""

import statistics

import pytest

from visionaryvids.training.protocols import FinishedRun, heldout, paper
from visionaryvids.training.record import EpochRecord


def run(lr, seed, *scores) -> FinishedRun:
    epochs = (
        EpochRecord(i, {"total": 1.0}, {"total": 1.0}, {} if s is None else {"a": s, "b": -s}, 0.1)
        for i, s in enumerate(scores, start=1)
    )
    return FinishedRun(lr, seed, tuple(epochs))


RUNS = [run(1e-4, 1, 10, 50, 30), run(1e-4, 2, 40, 20, 36), run(1e-3, 1, 5, None, 70), run(1e-3, 2, 15, None, 25)]


def test_paper_takes_each_metrics_best_epoch_over_rates_for_each_seed():
    found = paper(RUNS)
    assert [(p.seed, p.lr, p.epoch, p.score) for p in found.scores["a"].picks] == [(1, 1e-3, 3, 70), (2, 1e-4, 1, 40)]
    assert [(p.seed, p.lr, p.epoch) for p in found.scores["b"].picks] == [(1, 1e-3, 1), (2, 1e-3, 1)]
    assert found.scores["a"].mean == 55
    assert found.scores["a"].std == pytest.approx(statistics.stdev([70, 40]))


def test_looks_counts_the_evaluations_a_seed_was_chosen_from():
    assert paper(RUNS).looks == 5
    assert heldout(RUNS, 1e-4).looks == 1


def test_heldout_takes_the_last_epoch_at_one_rate_whatever_the_scores():
    found = heldout(RUNS, 1e-4)
    assert [(p.seed, p.epoch, p.score) for p in found.scores["a"].picks] == [(1, 3, 30), (2, 3, 36)]
    assert found.scores["a"].mean == 33
    assert "last epoch (3), learning rate 0.0001" in found.rule


def test_one_seed_has_no_spread():
    assert heldout(RUNS[:1], 1e-4).scores["a"].std is None


def test_heldout_never_looks_at_earlier_scores():
    """Changing every score but the last changes nothing."""
    other = [run(r.lr, r.seed, *[99] * (len(r.epochs) - 1), r.epochs[-1].scores["a"]) for r in RUNS]
    assert heldout(other, 1e-4).scores == heldout(RUNS, 1e-4).scores
