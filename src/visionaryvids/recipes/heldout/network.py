"""The paper's network as a method: trained by the ordinary loop, judged after its last epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from visionaryvids.data.batch import collate
from visionaryvids.data.example import Example
from visionaryvids.model.decode import predictions
from visionaryvids.model.network import Network
from visionaryvids.recipes.heldout.descriptors import Describer
from visionaryvids.recipes.heldout.method import Change, Method
from visionaryvids.recipes.recipe import Recipe
from visionaryvids.training.loop import train as train_network
from visionaryvids.training.settings import Settings, Task
from visionaryvids.types import Annotation, Prediction


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the network is given.

    Attributes:
        audio: what is heard beside what is seen.
        query: the title.
        described: descriptors in place of features (`descriptors.py`).
    """

    audio: bool = True
    query: bool = True
    described: bool = False

    def of(self, train: Sequence[Example], test: Sequence[Example]) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
        """The examples without what is off; descriptors are fitted on `train`."""
        learned, asked = (tuple(map(self._of, examples)) for examples in (train, test))
        if not self.described:
            return learned, asked
        describe = Describer.of(learned)
        return tuple(map(describe, learned)), tuple(map(describe, asked))

    def _of(self, example: Example) -> Example:
        features = example.features if self.audio else replace(example.features, audio_TD=None)
        return replace(example, features=features, query=example.query if self.query else None)


@dataclass(frozen=True, slots=True)
class NetworkLearner:
    """Trains a preset on a fold.

    Attributes:
        recipe: sizes and heads; any domain's recipe of the data set.
        preset: `visionaryvids` or `umt`.
        settings: how to train, but for the seed.
        changes: fields of `ModelConfig` to set on top of the preset.
        inputs: what the network is given.
        name: of the method; the preset's without one.
    """

    recipe: Recipe
    preset: str
    settings: Settings
    changes: dict[str, Any] = field(default_factory=dict)
    inputs: Inputs = field(default_factory=Inputs)
    name: str = ""

    @property
    def told_settings(self) -> dict[str, Any]:
        """The settings for the record, without what a trial decides."""
        settings = self.settings.to_dict()
        return {name: value for name, value in settings.items() if name not in ("seed", "evaluate_every")}

    def __call__(self, train: tuple[Example, ...], test: tuple[Example, ...], seed: int) -> list[Prediction]:
        """Train with the settings, predict with the weights after the last epoch."""
        task = Task(self.recipe.name, *self.inputs.of(train, test), _unjudged, self.recipe.primary)
        model = self.recipe.model(task, self.preset, **self.changes)
        last = replace(self.settings, seed=seed, evaluate_every=self.settings.epochs)
        with TemporaryDirectory() as folder:  # nothing of a fold is kept but its predictions
            network = train_network(task, model, last, Path(folder) / "run").network
        return predict(network, task.test, self.settings.device)


def network(learner: NetworkLearner, change: Change | None = None) -> Method:
    """The network as a method; `change` says in words what `learner` has that the preset has not."""
    told = {
        "model": learner.changes,
        "settings": learner.told_settings,
        "inputs": asdict(learner.inputs),
        "size": learner.recipe.size,
    }
    return Method(learner.name or learner.preset, learner, told, change)


@torch.no_grad()
def predict(network: Network, examples: Sequence[Example], device: str) -> list[Prediction]:
    """One prediction for each example; one at a time, so that none depends on its neighbours."""
    found = []
    for example in examples:
        batch = collate([example]).to(device)
        found += predictions(network(batch), batch, (example.annotation.video_id,), network.config.compat)
    return found


def _unjudged(_: Sequence[Prediction], __: Sequence[Annotation]) -> dict[str, float]:
    """The loop has nothing to score: all folds are scored together, later."""
    return {}
