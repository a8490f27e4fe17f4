"""What a run writes down: a line an epoch, its configuration, its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from visionaryvids.errors import TrainingError
from visionaryvids.files import write_atomically, write_json
from visionaryvids.model.checkpoint import load_checkpoint, save_checkpoint
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Network
from visionaryvids.training.provenance import commit
from visionaryvids.training.settings import Settings


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One epoch.

    Attributes:
        epoch: counted from 1.
        loss: mean training losses by name, and `total`.
        test_loss: the same on the test examples, or None (not evaluated).
        scores: metrics of the test examples in percent; empty where not evaluated.
        seconds: wall time of the epoch, evaluation included.
    """

    epoch: int
    loss: dict[str, float]
    test_loss: dict[str, float] | None
    scores: dict[str, float]
    seconds: float

    def to_line(self) -> str:
        """One line of `metrics.jsonl`."""
        return json.dumps(asdict(self), allow_nan=False) + "\n"


class RunRecord:
    """The folder of one run: `config.json`, `metrics.jsonl`, and at the end `model.safetensors`."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self.metrics = folder / "metrics.jsonl"
        self.weights = folder / "model.safetensors"
        self._epochs = list(read_epochs(self.metrics)) if self.metrics.is_file() else []

    @classmethod
    def open(cls, folder: Path, model: ModelConfig, settings: Settings, *, resume: bool) -> RunRecord:
        """Start a record, or take up the one in `folder`.

        Raises:
            TrainingError: `folder` holds a run and `resume` is off, or the run there was told something else.
        """
        config, told = folder / "config.json", {"model": model.to_dict(), "settings": settings.to_dict()}
        if config.is_file():
            if not resume:
                remedy = "give --resume to go on with it, or another --out"
                raise TrainingError(str(folder), "a run is there already", "an empty folder", remedy)
            there = json.loads(config.read_text(encoding="utf-8"))
            if {name: there.get(name) for name in told} != json.loads(json.dumps(told)):
                remedy = "resume with the options it was started with, or give another --out"
                raise TrainingError(str(config), "a run with other settings", "the same settings", remedy)
        else:
            write_json(config, {**told, "commit": commit()})
        return cls(folder, settings)

    @property
    def epochs(self) -> tuple[EpochRecord, ...]:
        """Every epoch so far."""
        return tuple(self._epochs)

    @property
    def finished(self) -> bool:
        """All epochs are done and the weights are written."""
        return self.weights.is_file() and len(self._epochs) == self.settings.epochs

    def keep_first(self, count: int) -> None:
        """Forget every epoch after the first `count` (their weights were not saved)."""
        self._epochs = self._epochs[:count]
        write_atomically(self.metrics, "".join(line.to_line() for line in self._epochs))

    def append(self, line: EpochRecord) -> None:
        """Write one epoch down."""
        self._epochs.append(line)
        with self.metrics.open("a", encoding="utf-8") as file:
            file.write(line.to_line())

    def finish(self, network: Network, task: str) -> None:
        """Write the weights, with where they come from."""
        provenance: dict[str, Any] = {"task": task, "epoch": len(self._epochs), "settings": self.settings.to_dict()}
        save_checkpoint(self.weights, network, provenance)

    def load_network(self, network: Network) -> Network:
        """Fill `network` with the finished weights."""
        network.load_state_dict(load_checkpoint(self.weights).network.state_dict())
        return network.eval()


def read_epochs(path: Path) -> tuple[EpochRecord, ...]:
    """The lines of a `metrics.jsonl`; a torn last line (a killed writer) is left out."""
    epochs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            epochs.append(EpochRecord(**json.loads(line)))
        except (ValueError, TypeError):
            break
    return tuple(epochs)
