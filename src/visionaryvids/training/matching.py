"""Train the matcher's network on scenes that are made up as it goes: no two batches are alike, so no epochs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn

from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Network, build
from visionaryvids.training.losses import LossWeights, compute_losses
from visionaryvids.training.scenes import Scene, scene_batch

MakeScene = Callable[[np.random.Generator], Scene]
OnStep = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where scenes come from.

    Attributes:
        make: makes one scene.
        share: of the batches; a batch is of one source.
    """

    make: MakeScene
    share: float


@dataclass(frozen=True, slots=True)
class MatchingSettings:
    """How to train.

    Attributes:
        steps: batches.
        batch_size: scenes of a batch.
        lr: the highest learning rate; it rises over `warm_up` steps and falls to 0 along a cosine.
        weight_decay: of AdamW.
        clip_norm: gradients are cut to this length.
        losses: weight of each loss.
        seed: fixes weights, scenes and dropout.
    """

    steps: int
    batch_size: int = 16
    lr: float = 2e-3
    warm_up: int = 100
    weight_decay: float = 1e-2
    clip_norm: float = 1.0
    losses: LossWeights = field(default_factory=LossWeights)
    seed: int = 1


def untrained(make: MakeScene, seed: int) -> Network:
    """The network of a matcher before it learns, as wide as the scenes are.

    Args:
        make: makes scenes of the kind that it will see.
        seed: of the initial weights.
    """
    channels = scene_batch([make(np.random.default_rng(0))]).video_BTD
    assert channels is not None
    config = ModelConfig(
        video_dim=channels.size(-1), audio_dim=None, query_dim=None,
        saliency=True, presence=True, proposals=96, width=64, heads=4,
        video_position="sincos1d", decoder_position="sincos1d", input_dropout=0.0,
    )  # fmt: skip
    return build(config, seed)


def train_matching(
    network: Network, sources: Sequence[Source], settings: MatchingSettings, on_step: OnStep | None = None
) -> None:
    """Train `network` where it is; it is left in evaluation mode.

    Args:
        network: with saliency, presence and proposal heads; changed in place.
        sources: of scenes.
        settings: how.
        on_step: told of every step and its losses.
    """
    rng = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, settings))
    shares = np.array([source.share for source in sources])
    network.train()
    for step in range(1, settings.steps + 1):
        source = sources[rng.choice(len(sources), p=shares / shares.sum())]
        batch = scene_batch([source.make(rng) for _ in range(settings.batch_size)])
        losses = compute_losses(network(batch), batch, settings.losses, network.config.compat)
        optimizer.zero_grad(set_to_none=True)
        losses.total.backward()
        nn.utils.clip_grad_norm_(network.parameters(), settings.clip_norm)
        optimizer.step()
        schedule.step()
        if on_step is not None:
            on_step(step, {name: value.item() for name, value in losses.parts.items()})
    network.eval()


def _rate(step: int, settings: MatchingSettings) -> float:
    """The learning rate of a step as a share of the highest."""
    rise = min(1.0, (step + 1) / settings.warm_up)
    return rise * (1 + np.cos(np.pi * step / settings.steps)) / 2
