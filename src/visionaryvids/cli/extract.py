"""`visionaryvids extract`: raw videos to feature files."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.progress import watched
from visionaryvids.cli.searching import videos_in
from visionaryvids.errors import InputError

LOG = logging.getLogger("visionaryvids")


def extract(
    video: Path,
    /,
    *videos: Path,
    out: Path,
    encoders: str = "lite",
    device: str = "cpu",
    cache: bool = True,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> int:
    """Write the features of videos as files that `train` and other programs read.

    The layout is that of released features: OUT/video_features/NAME.npy and OUT/audio_features/NAME.npy, one row a
    clip (sets of a data set use its own names); OUT/about/NAME.json with length and warnings; OUT/encoders.json, which
    says how the rows were made.

        visionaryvids extract holiday.mp4 party.mov --out features

    Exit status: 0 if every video was read, 2 if one could not be.

    Parameters
    ----------
    video
        The file, or a folder with videos in it.
    videos
        Further files or folders.
    out
        The folder to write to; features that lie there must come from the same encoders.
    encoders
        What to look and listen with: a set of `visionaryvids encoders`.
    device
        Where networks run, e.g. cuda; `lite` always runs on the processor.
    cache
        Keep the features for other commands too, and use those that were kept.
    """
    verbosity.apply()
    from visionaryvids.features.cache import FeatureCache, extract_cached
    from visionaryvids.features.folder import open_folder, refuse_equal_ids, write_features
    from visionaryvids.features.sets import encoder_set

    every, chosen = videos_in([video, *videos]), encoder_set(encoders, device=device)
    refuse_equal_ids(every)
    open_folder(out, chosen.spec)
    kept, status = FeatureCache.default() if cache else None, 0
    for path in every:
        try:
            with watched(f"reading {path.name}", verbosity) as on_progress:
                extracted = extract_cached(path, chosen, kept, on_progress=on_progress)
        except InputError as error:
            print(f"visionaryvids: {error}", file=sys.stderr)
            status = error.exit_status
            continue
        for warning in extracted.warnings:
            LOG.warning("%s: %s", path, warning)
        write_features(out, path, extracted, chosen)
        print(f"{path}: {extracted.features.num_clips} clips of {extracted.features.clip_s:g} s")
    return status
