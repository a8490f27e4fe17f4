"""`visionaryvids-plus`: one committee for all domains, on descriptors in place of raw features.

Members are the paper's network, narrower and without position codes, trained to put clips in order, from several seeds;
and a linear model. Their scores are brought to one scale in each video and averaged, so an answer costs as much as all
members. No query: with fifty titles its tokens are a way to learn videos by heart. What else was tried stands in
docs/experiments.md.

Axes: T clips of a video, C columns of a descriptor, M members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from visionaryvids.data.example import Example
from visionaryvids.recipes.heldout.descriptors import Describer
from visionaryvids.recipes.heldout.method import Method
from visionaryvids.recipes.heldout.network import Inputs, NetworkLearner
from visionaryvids.recipes.heldout.protocol import Protocol
from visionaryvids.training.losses import LossWeights
from visionaryvids.training.settings import Settings
from visionaryvids.types import Prediction

NAME = "visionaryvids-plus"
NETWORKS = 3
PENALTY = 300.0
"""Of the linear member, in squared units of a standardised column, summed over clips."""
LINEAR_SHARE = 0.5
"""How much the linear member counts; the networks share the rest."""
MODEL: dict[str, Any] = {
    "width": 64, "heads": 4, "feed_forward_ratio": 2, "memory_slots": 1, "video_position": "none",
    "dropout": 0.5, "input_dropout": 0.5,
}  # fmt: skip
EPOCHS = 30


@dataclass(frozen=True, slots=True)
class PlusLearner:
    """Trains the committee on a fold.

    Attributes:
        network: a member, but for its seed.
    """

    network: NetworkLearner

    def __call__(self, train: tuple[Example, ...], test: tuple[Example, ...], seed: int) -> list[Prediction]:
        """Members of neighbouring seeds share no network."""
        describe = Describer.of(train)
        learned, asked = tuple(map(describe, train)), tuple(map(describe, test))
        linear = [standardised(scores_T) for scores_T in linear_scores(learned, asked)]
        networks = [self.network(learned, asked, NETWORKS * seed + member) for member in range(NETWORKS)]
        return [
            replace(said[0], saliency_T=_together(own_T, said))
            for own_T, said in zip(linear, zip(*networks, strict=True), strict=True)
        ]


def plus(protocol: Protocol, epochs: int | None = None, device: str = "cpu") -> Method:
    """The committee as a method."""
    recipe = protocol.recipe()
    settings = Settings(
        epochs=epochs or EPOCHS,
        batch_size=8,
        lr=1e-3,
        seed=1,
        optimizer="adamw",
        weight_decay=0.05,
        losses=LossWeights(saliency=0.0, ranking=1.0),
        device=device,
    )
    member = NetworkLearner(recipe, "visionaryvids", settings, MODEL, Inputs(query=False))
    told = {
        "model": MODEL, "networks": NETWORKS, "penalty": PENALTY, "linear_share": LINEAR_SHARE,
        "settings": member.told_settings,
    }  # fmt: skip
    return Method(NAME, PlusLearner(member), told)


def linear_scores(train: Sequence[Example], test: Sequence[Example]) -> list[NDArray[np.float64]]:
    """Ridge regression to each video's own standardised target; `[T]` for each of `test`."""
    rows_NC = torch.cat([_rows(example) for example in train])
    target_N = torch.cat([torch.from_numpy(standardised(np.array(example.saliency_T, float))) for example in train])
    gram_CC = rows_NC.T @ rows_NC + PENALTY * torch.eye(rows_NC.size(1), dtype=torch.float64)
    weights_C = torch.linalg.solve(gram_CC, rows_NC.T @ target_N)
    return [(_rows(example) @ weights_C).numpy() for example in test]


def standardised(scores_T: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean 0 and deviation 1; all 0 where all are alike."""
    return (scores_T - scores_T.mean()) / max(float(scores_T.std()), 1e-9)


def _together(linear_T: NDArray[np.float64], said: Sequence[Prediction]) -> NDArray[np.float64]:
    networks_MT = np.stack([standardised(np.asarray(p.saliency_T, float)) for p in said])
    return LINEAR_SHARE * linear_T + (1 - LINEAR_SHARE) * networks_MT.mean(0)


def _rows(example: Example) -> torch.Tensor:
    return torch.from_numpy(np.array(example.features.video_TD, np.float64))
