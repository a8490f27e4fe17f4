"""Which method a name means."""

from __future__ import annotations

from visionaryvids.recipes.heldout.chance import chance
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.recipes.heldout.network import NetworkLearner, network
from visionaryvids.recipes.heldout.plus import NAME as PLUS
from visionaryvids.recipes.heldout.plus import plus
from visionaryvids.recipes.heldout.protocol import Protocol
from visionaryvids.recipes.heldout.ridge import ridge

WITHOUT_NETWORK = {"ridge": ridge, "random": chance}
HELD_OUT_ONLY = (*WITHOUT_NETWORK, PLUS)
"""Methods that choose nothing by epoch, so that the paper's protocol does not apply."""

POOLED_EPOCHS = {"tvsum": 50}
"""Epochs of one model for all domains, fixed in advance: about as many steps as the paper's 500 epochs of four videos
are. YouTube keeps the paper's number."""


def choose_method(name: str, protocol: Protocol, epochs: int | None = None, device: str = "cpu") -> Method:
    """A preset of the network, the committee `visionaryvids-plus`, `ridge` or `random`.

    Raises:
        ConfigError: no such name.
    """
    if name in WITHOUT_NETWORK:
        return WITHOUT_NETWORK[name]()
    if name == PLUS:
        return plus(protocol, epochs, device)
    return network(network_learner(name, protocol, epochs, device))


def network_learner(preset: str, protocol: Protocol, epochs: int | None = None, device: str = "cpu") -> NetworkLearner:
    """A preset with the paper's settings at the held-out learning rate."""
    recipe = protocol.recipe()
    usual = POOLED_EPOCHS.get(recipe.dataset, recipe.epochs) if protocol.pooled else recipe.epochs
    settings = recipe.settings(preset, epochs=epochs or usual, device=device)
    return NetworkLearner(recipe, preset, settings)
