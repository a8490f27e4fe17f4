"""What a recipe is: everything that a published number depends on, as plain values and four small functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from visionaryvids.data.example import Example
from visionaryvids.features.folder import spec_in
from visionaryvids.metrics.baselines import Baseline
from visionaryvids.model.checkpoint import Inputs
from visionaryvids.model.config import ModelConfig, preset
from visionaryvids.model.network import Network
from visionaryvids.training.losses import LossWeights
from visionaryvids.training.present import PresentFit
from visionaryvids.training.settings import OptimizerName, Score, Settings, Task
from visionaryvids.types import Annotation

Examples = Sequence[Example]


class Load(Protocol):
    """How a data folder is read."""

    def __call__(self, root: Path, *, skip_missing: bool = False) -> tuple[Examples, Examples]:
        """Training and test examples.

        Args:
            root: the folder.
            skip_missing: leave out examples whose features are absent, and log how many.
        """
        ...


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
        umt_load: the same as UMT reads it, where that makes a difference; preset `umt` reads so.
        score: predictions and annotations to metrics in percent.
        baselines: annotations and the number of looks to what chance and perfection reach, by metric, in percent.
        primary: the metric that tables lead with.
        size: `small` (1 decoder layer) or `base` (3).
        epochs, batch_size, rates: the paper's settings (section 3.1).
        rate: the learning rate of the held-out protocol, fixed in advance.
        losses: weight of each loss.
        saliency: the model scores clips.
        moments: the model says moments.
        presence: the model says whether the video shows what is asked; some training examples do not.
        calibrate: from the trained network to what makes its `present` a probability, or None (nobody asks whether it
            is there).
        clips: how many the model is to see at once of a long video; None for as many as is usual with its encoders.
        max_clips: rows of learned position tables; longer videos among examples in memory make them longer.
        published: the primary metric as published (best epoch on test), by method: `UMT`, `VisionaryVids`.
        reruns: what other code reached on the same data.
    """

    dataset: str
    domain: str | None
    load: Load
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
    presence: bool = False
    calibrate: Callable[[Network, Task], PresentFit] | None = None
    clips: int | None = None
    max_clips: int = 512
    published: dict[str, float] = field(default_factory=dict)
    reruns: tuple[Rerun, ...] = ()
    umt_load: Load | None = None

    @property
    def name(self) -> str:
        """For messages and tables, e.g. `tvsum BK`."""
        return f"{self.dataset} {self.domain}" if self.domain else self.dataset

    def as_preset(self, name: str) -> Recipe:
        """The recipe that reads its data as the preset of that name wants it."""
        return replace(self, load=self.umt_load) if name == "umt" and self.umt_load is not None else self

    def tolerant(self) -> Recipe:
        """The recipe that leaves out examples whose features are absent, and logs how many."""
        umt_load = self.umt_load and partial(self.umt_load, skip_missing=True)
        return replace(self, load=partial(self.load, skip_missing=True), umt_load=umt_load)

    def task(self, root: Path) -> Task:
        """Read the examples, and what made their features, where the folder says so.

        Raises:
            InputError: files are missing or wrong.
        """
        train, test = self.load(root)
        spec = spec_in(root)
        inputs = None if spec is None else Inputs(spec, self.clips)
        return Task(self.name, train, test, self.score, self.primary, inputs)

    def model(self, task: Task, preset_name: str, **changes: Any) -> ModelConfig:
        """The network for this task: a preset, with the widths of the task's features."""
        own = {"max_clips": self._rows(task), "presence": self.presence, **self._fitting(task)}
        return preset(preset_name, self.size, **{**own, **changes})

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
