"""Which method a name means."""

from __future__ import annotations

from visionaryvids.recipes.heldout.chance import chance
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.recipes.heldout.network import Inputs, NetworkLearner, network
from visionaryvids.recipes.heldout.plus import NAME as PLUS
from visionaryvids.recipes.heldout.plus import plus
from visionaryvids.recipes.heldout.protocol import Protocol
from visionaryvids.recipes.heldout.ridge import ridge
from visionaryvids.training.losses import LossWeights
from visionaryvids.training.settings import Settings

WITHOUT_NETWORK = {"ridge": ridge, "random": chance}
SMALL = "visionaryvids-small"
"""The paper's network, 64 wide, on descriptors of clips, trained to put them in order: on raw features it ends near
chance on videos that it has not seen, and then no part of it can be seen to help or to hurt."""
HELD_OUT_ONLY = (*WITHOUT_NETWORK, PLUS, SMALL)
"""Methods that choose nothing by epoch, so that the paper's protocol does not apply."""

SMALL_EPOCHS, SMALL_RATE = 30, 3e-4
"""Fixed in advance, as far as a look at one seed of three rates (1e-4, 3e-4; AdamW 1e-3) is that."""
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
    """A preset with the paper's settings at the held-out learning rate, or `visionaryvids-small`."""
    recipe = protocol.recipe()
    if preset == SMALL:
        settings = Settings(
            epochs or SMALL_EPOCHS, batch_size=4, lr=SMALL_RATE, seed=1, losses=LossWeights(saliency=0.0, ranking=1.0),
            device=device,
        )  # fmt: skip
        changes = {"width": 64, "heads": 4}
        return NetworkLearner(recipe, "visionaryvids", settings, changes, Inputs(described=True), SMALL)
    usual = POOLED_EPOCHS.get(recipe.dataset, recipe.epochs) if protocol.pooled else recipe.epochs
    settings = recipe.settings(preset, epochs=epochs or usual, device=device)
    return NetworkLearner(recipe, preset, settings)
