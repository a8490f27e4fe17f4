"""`visionaryvids evaluate custom`: a model answers the lines of the user's own file, and is measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from visionaryvids.cli.asking import Asking
from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.own_data import OwnFiles
from visionaryvids.cli.progress import watched

if TYPE_CHECKING:  # these import torch, which takes a second
    from visionaryvids.annotations.custom import Entry
    from visionaryvids.localize import EncodedVideo, Localizer
    from visionaryvids.metrics.evaluation import Evaluation
    from visionaryvids.recipes.own_answers import Encode

USUAL = "lite"


@Parameter(name="*")
@dataclass(frozen=True)
class AskingOwn:
    """Your own data (DATASET is custom; docs/custom-data.md)."""

    videos: Annotated[Path | None, Parameter(name="--videos")] = None
    """For custom: folder of the videos that --annotations name."""
    features: Annotated[Path | None, Parameter(name="--features")] = None
    """For custom: folder that `visionaryvids extract` wrote, in the place of --videos."""

    def refuse_for(self, dataset: str) -> None:
        """Refuse these options with a data set that has files of its own.

        Raises:
            ConfigError: one of them is given.
        """
        OwnFiles(features=self.features, videos=self.videos).refuse_for(dataset)

    def evaluate(self, annotations: Path | None, asking: Asking, baselines: bool, verbosity: Verbosity) -> Evaluation:
        """Ask and measure.

        Raises:
            InputError: no such model, or files that are not given, missing or wrong.
        """
        from visionaryvids.data.custom_videos import require_one
        from visionaryvids.recipes.own_answers import ALL, ask_own, lines_of, measure_own

        path = OwnFiles(annotations).required()
        require_one(self.features, self.videos)
        model = asking.model or USUAL
        learned = model.endswith(".safetensors")
        split, lines = lines_of(path, asking.split or (None if learned else ALL))
        localizer, encode = self._opened(model, lines, asking, verbosity)
        answers = ask_own(path, localizer, lines, encode)
        asking.keep(answers, verbosity)
        which = "all lines" if split == ALL else f"split {split}"
        return measure_own(answers, f"{which}, model {model}", with_baselines=baselines)

    def _opened(
        self, model: str, lines: tuple[Entry, ...], asking: Asking, verbosity: Verbosity
    ) -> tuple[Localizer, Encode]:
        """The model, and how a video is read for it."""
        from visionaryvids.data.custom import encoders_of
        from visionaryvids.data.custom_videos import find_videos, refuse_absent
        from visionaryvids.localize import Localizer

        if self.features is not None:
            localizer = Localizer.load(model, encoders=encoders_of(self.features), device=asking.device)
            return localizer, partial(_from_folder, localizer, self.features, asking.missing == "skip")
        assert self.videos is not None
        wanted = {line.video_id for line in lines}
        there = find_videos(self.videos, wanted)
        if asking.missing == "error":
            refuse_absent(self.videos, wanted, there)
        localizer = Localizer.load(model, device=asking.device)
        return localizer, partial(_from_video, localizer, there, verbosity)


def _from_video(
    localizer: Localizer, there: dict[str, Path], verbosity: Verbosity, video_id: str
) -> EncodedVideo | None:
    if video_id not in there:
        return None
    with watched(f"reading {there[video_id].name}", verbosity) as on_progress:
        return localizer.encode(there[video_id], on_progress=on_progress)


def _from_folder(localizer: Localizer, folder: Path, skip: bool, video_id: str) -> EncodedVideo | None:
    from visionaryvids.data.custom import read_video
    from visionaryvids.errors import FeatureError

    try:
        return localizer.take(Path(video_id), read_video(folder, localizer.encoders, video_id))
    except FeatureError:
        if skip:
            return None
        raise
