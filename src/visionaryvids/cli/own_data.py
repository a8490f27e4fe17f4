"""Options for data of the user's own, which `train` and `data check` share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched
from visionaryvids.errors import ConfigError

if TYPE_CHECKING:  # this imports torch, which takes a second
    from visionaryvids.recipes.recipe import Recipe


@Parameter(name="*")
@dataclass(frozen=True)
class OwnFiles:
    """Your own data (DATASET is custom; docs/custom-data.md)."""

    annotations: Annotated[Path | None, Parameter(name="--annotations")] = None
    """JSON Lines, a query a line; `visionaryvids data template` prints an example."""
    features: Annotated[Path | None, Parameter(name="--features")] = None
    """Folder that `visionaryvids extract` wrote."""
    videos: Annotated[Path | None, Parameter(name="--videos")] = None
    """Folder of the videos themselves, in the place of --features."""

    def refuse_for(self, dataset: str) -> None:
        """Refuse these options with a data set that has files of its own.

        Raises:
            ConfigError: one of them is given.
        """
        for field in fields(self):
            if getattr(self, field.name) is not None:
                name = f"--{field.name}"
                raise ConfigError(name, f"given for {dataset}", "custom, for data of your own", f"leave {name} out")

    def required(self) -> Path:
        """The annotations.

        Raises:
            ConfigError: they are not given.
        """
        if self.annotations is None:
            remedy = "give --annotations FILE; `visionaryvids data template` prints an example"
            raise ConfigError("--annotations", "not given", "a file of your own data", remedy)
        return self.annotations


@Parameter(name="*")
@dataclass(frozen=True)
class OwnData(OwnFiles):
    """Your own data, and how its videos are to be read."""

    encoders: Annotated[str | None, Parameter(name="--encoders")] = None
    """For --videos: what to look and listen with, a set of `visionaryvids encoders`; lite if not given."""

    def recipe(self, out: Path, device: str, verbosity: Verbosity) -> tuple[Recipe, Path]:
        """How to learn from it, and the folder of its features; videos are read first.

        Raises:
            InputError: files are missing or wrong.
        """
        from visionaryvids.data.custom_videos import require_one
        from visionaryvids.recipes.custom import custom

        require_one(self.features, self.videos)
        if self.features is not None and self.encoders is not None:
            raise ConfigError("--encoders", "given with --features", "no --encoders", "the folder says what made them")
        folder = self.features or self._extract(out / "features", device, verbosity)
        return custom(self.required(), folder), folder

    def _extract(self, out: Path, device: str, verbosity: Verbosity) -> Path:
        from visionaryvids.annotations.custom import read
        from visionaryvids.data.custom_videos import extract_videos
        from visionaryvids.features.cache import FeatureCache
        from visionaryvids.features.sets import encoder_set

        assert self.videos is not None
        wanted = {entry.video_id for entry in read(self.required())}
        chosen = encoder_set(self.encoders or "lite", device=device)
        extract_videos(
            self.videos, wanted, chosen, out, FeatureCache.default(), lambda p: watched(f"reading {p.name}", verbosity)
        )
        return out
