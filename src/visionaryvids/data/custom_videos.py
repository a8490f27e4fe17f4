"""From a folder of videos to the folder of features that your own data is read from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from visionaryvids.annotations.custom import video_name
from visionaryvids.errors import ConfigError, MediaError
from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.extract import OnProgress
from visionaryvids.features.folder import open_folder, refuse_equal_ids, write_features
from visionaryvids.files import videos_in_folder

Watch = Callable[[Path], AbstractContextManager[OnProgress | None]]
"""Who is told how far the reading of a video is."""

_SHOWN = 3


def find_videos(folder: Path, video_ids: Collection[str]) -> dict[str, Path]:
    """The file of each video that lies in a folder.

    Raises:
        MediaError: there is no such folder.
        ConfigError: two files have the same name before the ending.
    """
    if not folder.is_dir():
        raise MediaError(f"{folder}", "no such folder", "a folder of videos", "check --videos")
    files = [path for path in videos_in_folder(folder) if video_name(path.name) in video_ids]
    refuse_equal_ids(files)
    return {video_name(path.name): path for path in files}


def refuse_absent(folder: Path, video_ids: Collection[str], found: Mapping[str, Path]) -> None:
    """Refuse to go on without the file of some video.

    Raises:
        MediaError: names the first few.
    """
    absent = sorted(set(video_ids) - found.keys())
    if absent:
        few = ", ".join(absent[:_SHOWN]) + (", ..." if len(absent) > _SHOWN else "")
        what = f"{len(absent)} of {len(video_ids)} videos are not here ({few})"
        raise MediaError(f"{folder}", what, "a file *.mp4 or the like for each", "put them there, or drop their lines")


def extract_videos(
    folder: Path, video_ids: Collection[str], encoders: EncoderSet, out: Path, cache: FeatureCache | None, watch: Watch
) -> None:
    """Write the features of some videos as `extract` does; those in the cache are not read again.

    Args:
        folder: where the videos lie.
        video_ids: names of those that are wanted.
        encoders: what to look and listen with.
        out: the folder to write.
        cache: where features are kept, or None.
        watch: who is told of each video.

    Raises:
        MediaError: a video is not there, or cannot be decoded.
        ConfigError: features of other encoders lie in `out`.
    """
    found = find_videos(folder, video_ids)
    refuse_absent(folder, video_ids, found)
    open_folder(out, encoders.spec)
    for path in found.values():
        with watch(path) as on_progress:
            write_features(out, path, extract_cached(path, encoders, cache, on_progress=on_progress), encoders)


def require_one(features: Path | None, videos: Path | None) -> None:
    """Refuse to be given neither or both.

    Raises:
        ConfigError: see above.
    """
    if (features is None) == (videos is None):
        found = "neither is given" if features is None else "both are given"
        remedy = "give the folder that `extract` wrote, or the folder of the videos themselves"
        raise ConfigError("--features, --videos", found, "one of them", remedy)
