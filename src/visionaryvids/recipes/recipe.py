"""What a recipe is: everything that a published number depends on, as plain values and four small functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visionaryvids.data.example import Example
from visionaryvids.metrics.baselines import Baseline
from visionaryvids.model.config import ModelConfig, preset
from visionaryvids.training.losses import LossWeights
from visionaryvids.training.settings import OptimizerName, Score, Settings, Task
from visionaryvids.types import Annotation

Examples = Sequence[Example]


@dataclass(frozen=True, slots=True)
class Rerun:
    """What somebody else's code reaches on the same data, one seed; the primary metric, in percent.

    Attributes:
        code: whose.
        best: best epoch on the test split.
        last: last epoch.
        looks: epochs that the best was chosen from.
    """

    code: str
    best: float
    last: float
    looks: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """One number's making.

    Attributes:
        dataset: `tvsum`, `youtube`, `qvhighlights` or `charades`.
        domain: the part of the data set, or None.
        load: from the data folder to training and test examples.
        score: predictions and annotations to metrics in percent.
        baselines: annotations and the number of looks to what chance and perfection reach, by metric, in percent.
        primary: the metric that tables lead with.
        size: `small` (1 decoder layer) or `base` (3).
        epochs, batch_size, rates: the paper's settings (section 3.1).
        rate: the learning rate of the held-out protocol, fixed in advance.
        losses: weight of each loss.
        saliency: the model scores clips.
        moments: the model says moments.
        max_clips: rows of learned position tables; longer videos among examples in memory make them longer.
        published: the primary metric as published (best epoch on test), by method: `UMT`, `VisionaryVids`.
        reruns: what other code reached on the same data.
    """

    dataset: str
    domain: str | None
    load: Callable[[Path], tuple[Examples, Examples]]
    score: Score
    baselines: Callable[[Sequence[Annotation], int], dict[str, Baseline]]
    primary: str
    size: str
    epochs: int
    batch_size: int
    rates: tuple[float, ...]
    rate: float
    losses: LossWeights = field(default_factory=LossWeights)
    saliency: bool = True
    moments: bool = False
    max_clips: int = 512
    published: dict[str, float] = field(default_factory=dict)
    reruns: tuple[Rerun, ...] = ()

    @property
    def name(self) -> str:
        """For messages and tables, e.g. `tvsum BK`."""
        return f"{self.dataset} {self.domain}" if self.domain else self.dataset

    def task(self, root: Path) -> Task:
        """Read the examples.

        Raises:
            InputError: files are missing or wrong.
        """
        train, test = self.load(root)
        return Task(self.name, train, test, self.score, self.primary)

    def model(self, task: Task, preset_name: str, **changes: Any) -> ModelConfig:
        """The network for this task: a preset, with the widths of the task's features."""
        return preset(preset_name, self.size, **{"max_clips": self._rows(task), **self._fitting(task), **changes})

    def model_like(self, architecture: ModelConfig, task: Task, **changes: Any) -> ModelConfig:
        """The network for this task that is built as another one, but for the task's own widths and heads."""
        return replace(architecture, **{**self._fitting(task), **changes})

    def _fitting(self, task: Task) -> dict[str, Any]:
        """What the task decides of a model: the widths of its features, and its heads."""
        first = task.train[0]
        video, audio, query = first.features.video_TD, first.features.audio_TD, first.query
        return {
            "video_dim": None if video is None else video.shape[1],
            "audio_dim": None if audio is None else audio.shape[1],
            "query_dim": None if query is None else query.tokens_LD.shape[1],
            "saliency": self.saliency,
            "moments": self.moments,
        }

    def settings(self, preset_name: str, **changes: Any) -> Settings:
        """How the preset is trained: Lion as in the paper; Adam 1e-3 for `umt`, as in UMT's own configuration."""
        optimizer: OptimizerName = "adam" if preset_name == "umt" else "lion"
        rate = 1e-3 if preset_name == "umt" else self.rate
        settings = Settings(self.epochs, self.batch_size, rate, seed=1, optimizer=optimizer, losses=self.losses)
        return replace(settings, **changes)

    def _rows(self, task: Task) -> int:
        """Rows that learned position tables need."""
        read = [e for part in (task.train, task.test) if isinstance(part, tuple) for e in part]
        return max([self.max_clips, *(e.features.num_clips for e in read)])
