"""A batch in pieces gives the losses and the gradients of the whole batch, whatever the pieces' sizes."""

import pytest
import torch

from tests.training.tasks import NO_DROPOUT, losses, small_config, small_settings, uneven_task
from visionaryvids.errors import ConfigError
from visionaryvids.model.network import build
from visionaryvids.training.batches import TrainingBatches
from visionaryvids.training.learner import Learner
from visionaryvids.training.loop import train
from visionaryvids.training.processes import Processes

PRESETS = ("visionaryvids", "umt")


def first_step(name: str, accumulate: int) -> tuple[dict[str, float], list[torch.Tensor | None]]:
    """The losses and gradients of the first batch, all seven examples."""
    config = small_config(name, presence=True, **NO_DROPOUT)
    settings = small_settings(batch_size=7, accumulate=accumulate)
    learner = Learner(build(config, 0).train(), settings, Processes())
    [share] = TrainingBatches(uneven_task().train, settings, config, Processes()).shuffled(1)
    assert len(share.pieces) == accumulate
    return learner.step(share, "now"), [p.grad for p in learner.network.parameters()]


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("accumulate", [2, 3, 7])
def test_losses_and_gradients_of_pieces_are_those_of_the_batch(name, accumulate):
    whole, whole_grads = first_step(name, 1)
    cut, cut_grads = first_step(name, accumulate)
    assert whole.keys() == {"saliency", "center", "window", "offset", "presence"}
    assert cut == pytest.approx(whole, rel=1e-5)
    for one, other in zip(whole_grads, cut_grads, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", PRESETS)
def test_a_run_in_pieces_is_the_run_in_batches(name, tmp_path):
    config = small_config(name, **NO_DROPOUT)
    whole = train(uneven_task(), config, small_settings(batch_size=5, optimizer="adamw"), tmp_path / "whole")
    settings = small_settings(batch_size=5, optimizer="adamw", accumulate=3)
    cut = train(uneven_task(), config, settings, tmp_path / "cut")  # the last batch has fewer examples than pieces
    assert losses(cut) == pytest.approx(losses(whole), rel=1e-3)
    assert cut.epochs[0].loss == pytest.approx(whole.epochs[0].loss, rel=1e-5)


def test_more_pieces_than_examples_are_refused():
    with pytest.raises(ConfigError, match="3 pieces of 2 examples"):
        small_settings(batch_size=2, accumulate=3)


def test_more_processes_than_examples_in_a_batch_are_refused():
    with pytest.raises(ConfigError, match=r"2 examples in a batch and 3 processes(.|\n)*fewer processes"):
        TrainingBatches(uneven_task().train, small_settings(batch_size=2), small_config(), Processes(0, 3))
