"""What a run writes down: a line an epoch, its configuration, its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import torch

from visionaryvids.errors import TrainingError
from visionaryvids.files import write_atomically, write_json
from visionaryvids.model.checkpoint import load_checkpoint, save_checkpoint
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Network
from visionaryvids.training.processes import Processes
from visionaryvids.training.provenance import commit
from visionaryvids.training.settings import Settings, Task

try:
    import fcntl
except ImportError:  # not on Windows: two processes in one folder are not noticed there
    fcntl = None

LOCK = "lock"


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
    """The folder of one run: `config.json`, `metrics.jsonl`, and at the end `model.safetensors`.

    Attributes:
        threads: what the run was started with; the same number gives the same bits.
        writes: this process is the one that writes; others of the same run keep their record in memory.
    """

    def __init__(self, folder: Path, settings: Settings, threads: int, writes: bool = True) -> None:
        self.writes = writes
        self.folder = folder
        self.settings = settings
        self.threads = threads
        self.metrics = folder / "metrics.jsonl"
        self.weights = folder / "model.safetensors"
        # before anything is read: another process may be writing its last epoch
        self._lock = _lock(folder) if writes else None
        self._epochs = list(read_epochs(self.metrics)) if self.metrics.is_file() else []

    @classmethod
    def open(
        cls, folder: Path, task: Task, model: ModelConfig, settings: Settings, processes: Processes, *, resume: bool
    ) -> RunRecord:
        """Start a record, or take up the one in `folder`; of several processes the first must be through with it.

        Raises:
            TrainingError: `folder` holds a run and `resume` is off, or the run there was told something else, or
                another process is at it.
        """
        config = folder / "config.json"
        told: dict[str, Any] = {"task": task.identity(), "model": model.to_dict(), "settings": settings.to_dict()}
        told["number of processes"] = processes.count  # dropout depends on it
        threads = torch.get_num_threads()
        if not processes.first:
            return cls(folder, settings, json.loads(config.read_text(encoding="utf-8"))["threads"], writes=False)
        if config.is_file():
            if not resume:
                remedy = "give --resume to go on with it, or another --out"
                raise TrainingError(str(folder), "a run is there already", "an empty folder", remedy)
            there = json.loads(config.read_text(encoding="utf-8"))
            _refuse_another(config, there, json.loads(json.dumps(told)))
            threads = there.get("threads", threads)
        else:
            write_json(config, {**told, "threads": threads, "commit": commit()})
        return cls(folder, settings, threads)

    def close(self) -> None:
        """Let other processes at the folder."""
        if self._lock is not None:
            self._lock.close()
            (self.folder / LOCK).unlink(missing_ok=True)

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
        if self.writes:
            write_atomically(self.metrics, "".join(line.to_line() for line in self._epochs))

    def append(self, line: EpochRecord) -> None:
        """Write one epoch down."""
        self._epochs.append(line)
        if not self.writes:
            return
        with self.metrics.open("a", encoding="utf-8") as file:
            file.write(line.to_line())

    def finish(self, network: Network, task: Task) -> None:
        """Write the weights, with where they come from and what made the features that they are for."""
        if not self.writes:
            return
        settings = self.settings.to_dict()
        provenance: dict[str, Any] = {"task": task.name, "epoch": len(self._epochs), "settings": settings}
        save_checkpoint(self.weights, network, provenance, task.inputs)

    def network(self) -> Network:
        """The finished weights."""
        return load_checkpoint(self.weights).network


def _refuse_another(config: Path, there: dict[str, Any], told: dict[str, Any]) -> None:
    """Refuse to resume a run of another task or with other settings, and say what differs."""
    other = [name for name in told if there.get(name) != told[name]]
    if other:
        remedy = "resume with the data and options it was started with, or give another --out"
        raise TrainingError(str(config), f"a run with another {' and '.join(other)}", "the same run", remedy)


def _lock(folder: Path) -> IO[bytes] | None:
    """Hold the folder against other processes; the system lets go of it when this process ends, however it ends."""
    if fcntl is None:
        return None
    file = (folder / LOCK).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise TrainingError(str(folder), "another process is training here", "one at a time", "wait for it") from error
    return file


def count_epochs(folder: Path) -> int:
    """How many epochs a run in `folder` has written down so far."""
    path = folder / "metrics.jsonl"
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def read_epochs(path: Path) -> tuple[EpochRecord, ...]:
    """The lines of a `metrics.jsonl`; a torn last line (a killed writer) is left out."""
    epochs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            epochs.append(EpochRecord(**json.loads(line)))
        except (ValueError, TypeError):
            break
    return tuple(epochs)
