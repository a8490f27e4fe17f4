"""`visionaryvids evaluate custom`: a model answers the lines of the user's own file, and is measured."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from visionaryvids.cli.asking import Asking
from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.own_data import OwnFiles
from visionaryvids.cli.progress import watched
from visionaryvids.errors import ConfigError, NoWordsError

if TYPE_CHECKING:  # these import torch, which takes a second
    from visionaryvids.annotations.custom import Entry
    from visionaryvids.localize import EncodedVideo, Localizer
    from visionaryvids.metrics.evaluation import Evaluation
    from visionaryvids.recipes.own_answers import Encode

LOG = logging.getLogger("visionaryvids")
USUAL = "lite"


@Parameter(name="*")
@dataclass(frozen=True)
class AskingOwn:
    """Your own data (DATASET is custom; docs/custom-data.md)."""

    videos: Annotated[Path | None, Parameter(name="--videos")] = None
    """For custom: folder of the videos that --annotations name."""
    features: Annotated[Path | None, Parameter(name="--features")] = None
    """For custom: folder that `visionaryvids extract` wrote, in the place of --videos."""
    text_track: Annotated[str | None, Parameter(name="--text-track")] = None
    """For --videos: words count too, as for `find`: auto (subtitles in each video, or beside it), captions:MODEL, or,
    where all lines are about one video, a FILE. --model text-track takes auto."""
    track_language: Annotated[str | None, Parameter(name="--track-language")] = None
    """For --videos: which subtitles, where there are several; en if not given."""

    def refuse_for(self, dataset: str) -> None:
        """Refuse these options with a data set that has files of its own.

        Raises:
            ConfigError: one of them is given.
        """
        OwnFiles(features=self.features, videos=self.videos).refuse_for(dataset)
        self._refuse_words(f"given for {dataset}", "custom, for data of your own")

    def words(self) -> Path | None:
        """What --text-track names, if it is a file."""
        return None if self.text_track is None else Path(self.text_track)

    def evaluate(self, annotations: Path | None, asking: Asking, baselines: bool, verbosity: Verbosity) -> Evaluation:
        """Ask and measure.

        Raises:
            InputError: no such model, or files that are not given, missing or wrong.
        """
        from visionaryvids.data.custom_videos import require_one
        from visionaryvids.recipes.own_answers import ALL, ask_own, lines_of, measure_own

        path = OwnFiles(annotations).required()
        require_one(self.features, self.videos)
        if self.features is not None:
            self._refuse_words("given with --features", "--videos, which words are read from")
        model = asking.model or USUAL
        learned = model.endswith(".safetensors")
        split, lines = lines_of(path, asking.split or (None if learned else ALL))
        localizer, encode = self._opened(model, lines, asking, verbosity)
        answers = ask_own(path, localizer, lines, encode)
        asking.keep(answers, verbosity)
        which = "all lines" if split == ALL else f"split {split}"
        return measure_own(answers, f"{which}, model {localizer.name}", with_baselines=baselines)

    def _refuse_words(self, found: str, expected: str) -> None:
        """Refuse the options of words where none are read."""
        for name, given in (("--text-track", self.text_track), ("--track-language", self.track_language)):
            if given is not None:
                raise ConfigError(name, found, expected, f"leave {name} out")

    def _opened(
        self, model: str, lines: tuple[Entry, ...], asking: Asking, verbosity: Verbosity
    ) -> tuple[Localizer, Encode]:
        """The model, and how a video is read for it."""
        from visionaryvids.data.custom import encoders_of
        from visionaryvids.data.custom_videos import find_videos, refuse_absent
        from visionaryvids.localize import Localizer
        from visionaryvids.media.languages import READ

        if self.features is not None:
            localizer = Localizer.load(model, encoders=encoders_of(self.features), device=asking.device)
            return localizer, partial(_from_folder, localizer, self.features, asking.missing == "skip")
        assert self.videos is not None
        wanted = {line.video_id for line in lines}
        there = find_videos(self.videos, wanted)
        if asking.missing == "error":
            refuse_absent(self.videos, wanted, there)
        self._refuse_one_file_for(there)
        language = self.track_language or READ
        localizer = Localizer.load(model, device=asking.device, text_track=self.text_track, track_language=language)
        return localizer, partial(_from_video, localizer, there, asking.missing == "skip", verbosity)

    def _refuse_one_file_for(self, videos: Collection[str]) -> None:
        """Refuse one file of words for several videos: their subtitles differ."""
        from visionaryvids.features.track_source import names_file

        if self.text_track is not None and names_file(self.text_track) and len(videos) > 1:
            found = f"{self.text_track}, one file for {len(videos)} videos"
            remedy = "put the subtitles beside each video (beach.mp4, beach.srt), and give --text-track auto"
            raise ConfigError("--text-track", found, "auto or captions:MODEL", remedy)


def _from_video(
    localizer: Localizer, there: dict[str, Path], skip: bool, verbosity: Verbosity, video_id: str
) -> EncodedVideo | None:
    """A video, and what is to be known of it on stderr; None if it, or the words that alone count, are absent."""
    if video_id not in there:
        return None
    path = there[video_id]
    try:
        with watched(f"reading {path.name}", verbosity) as on_progress:
            video = localizer.encode(path, on_progress=on_progress)
    except NoWordsError:
        if skip:
            return None
        raise
    for warning in video.warnings:
        LOG.warning("%s: %s", path, warning)
    return video


def _from_folder(localizer: Localizer, folder: Path, skip: bool, video_id: str) -> EncodedVideo | None:
    from visionaryvids.data.custom import read_video
    from visionaryvids.errors import FeatureError

    try:
        return localizer.take(Path(video_id), read_video(folder, localizer.encoders, video_id))
    except FeatureError:
        if skip:
            return None
        raise
