"""One step of learning: forward, losses, backward, optimizer; whole batches or pieces, one process or several."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields

import torch
from torch.optim import Optimizer

from visionaryvids.data.batch import Batch
from visionaryvids.errors import TrainingError
from visionaryvids.model.network import Network, Outputs
from visionaryvids.training.compiling import compile_network
from visionaryvids.training.lion import Lion
from visionaryvids.training.losses import Losses, compute_losses
from visionaryvids.training.precision import cast, in_float32, make_scaler
from visionaryvids.training.processes import Processes
from visionaryvids.training.settings import Settings
from visionaryvids.training.shares import Share, as_part, count

LOSS_NAMES = tuple(part.name for part in fields(Losses))


class Learner:
    """A network and what it learns with.

    Args:
        network: on its device.
        settings: how to train.
        processes: who takes each step together.
    """

    def __init__(self, network: Network, settings: Settings, processes: Processes) -> None:
        self.network = network
        self.settings = settings
        self.processes = processes
        self.optimizer = make_optimizer(network, settings)
        self.scaler = make_scaler(settings.precision, settings.device)
        self._forward = compile_network(network) if settings.compile else network

    def step(self, share: Share, when: str) -> dict[str, float]:
        """Learn from a batch, of which this process does its share; the losses of the whole batch by name.

        Raises:
            TrainingError: a loss is not finite, or there is nothing to learn from; says `when`.
        """
        self.optimizer.zero_grad(set_to_none=True)
        learned = [self._learn(piece, share, when) for piece in share.pieces]
        self.processes.sum_gradients(self.network.parameters())
        values = self._sum(learned)
        refuse_non_finite(values, share.ids, when)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return values

    def _learn(self, piece: Batch, share: Share, when: str) -> Losses:
        """Add a piece's gradients to those that are there; its part of the batch's losses."""
        with cast(self.settings.precision, self.settings.device):
            outputs = self._forward(piece)
        losses = self.losses(outputs, piece, when)
        if share.whole is not None:
            losses = as_part(losses, count(piece, self.network.config.compat), share.whole)
        self.scaler.scale(losses.total).backward()
        return losses

    def losses(self, outputs: Outputs, piece: Batch, when: str) -> Losses:
        """What there is to learn from; an error without any label."""
        losses = compute_losses(in_float32(outputs), piece, self.settings.losses, self.network.config.compat)
        if not losses.parts:
            raise TrainingError(f"{when}, batch of {', '.join(piece.ids)}", "no labels", "labels to learn from")
        return losses

    def _sum(self, learned: Sequence[Losses]) -> dict[str, float]:
        """The losses of all pieces, and of all processes, as plain numbers."""
        values: dict[str, float] = {}
        for losses in learned:
            for name, value in losses.parts.items():
                values[name] = values.get(name, 0.0) + value.item()
        return values if self.processes.count == 1 else self.processes.sum_named(values, LOSS_NAMES)


def make_optimizer(network: Network, settings: Settings) -> Optimizer:
    """The optimizer of the settings over all parameters."""
    makers = {"lion": Lion, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    return makers[settings.optimizer](network.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)


def mean_losses(losses: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of every part over the batches that have it, and their sum as `total`; empty without labels."""
    names = dict.fromkeys(name for loss in losses for name in loss)
    parts = {name: [loss[name] for loss in losses if name in loss] for name in names}
    means = {name: sum(values) / len(values) for name, values in parts.items()}
    return {**means, "total": sum(means.values())} if means else {}


def refuse_non_finite(values: Mapping[str, float], ids: Sequence[str], when: str) -> None:
    """A part of a loss that is not finite stops the run."""
    found = ", ".join(f"{name} loss {value}" for name, value in values.items() if not math.isfinite(value))
    if found:
        remedy = "check these features with `visionaryvids data check`, or lower --lr"
        raise TrainingError(f"{when}, batch of {', '.join(ids)}", found, "finite losses", remedy)
