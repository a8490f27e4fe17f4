"""A folder of feature files that others can read, in the layout of released features.

OUT/video_features/{id}.npy    float16 [T, Dv]; sets of a data set have its own names (`Layout`)
OUT/audio_features/{id}.npy    float16 [T, Da], for videos with sound
OUT/about/{id}.json            the file, its length, its warnings, and once more what made its rows
OUT/encoders.json              what made the rows; one folder holds rows of one encoder set only
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visionaryvids.errors import ConfigError
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.extract import Extracted, rows_of
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.files import whole_file, write_json

SCHEMA = "visionaryvids/extract/1"
ENCODERS_FILE = "encoders.json"


@dataclass(frozen=True, slots=True)
class About:
    """What a folder says of one video.

    Attributes:
        duration_s: its length in seconds.
        clips: how many it has.
        encoders: digest of the spec of its rows; None in folders of older versions.
    """

    duration_s: float
    clips: int
    encoders: str | None


def open_folder(out: Path, spec: FeatureSpec) -> None:
    """Say in a folder what will lie there.

    Raises:
        ConfigError: features of other encoders lie there, or something unreadable does.
        InputError: it cannot be written to.
    """
    there = spec_in(out)
    if there is not None:
        there.refuse_other(spec, f"{out}: the folder holds other features")
    else:
        write_json(out / ENCODERS_FILE, {"schema": SCHEMA, "spec": spec.to_dict()})


def spec_in(folder: Path) -> FeatureSpec | None:
    """What made the features of a folder; None where nothing says so, as with released features.

    Raises:
        ConfigError: what should say so is unreadable.
    """
    path = folder / ENCODERS_FILE
    return _read_spec(path) if path.exists() else None


def about_in(folder: Path, video_id: str) -> About | None:
    """What a folder says of one video; None if nothing, or nothing that can be read."""
    try:
        about = json.loads((folder / "about" / f"{video_id}.json").read_text(encoding="utf-8"))
        return About(float(about["duration_s"]), int(about["clips"]), about.get("encoders"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_features(out: Path, video: Path, extracted: Extracted, encoders: EncoderSet) -> None:
    """Write what was extracted from one video; its id is its file name without the ending.

    Raises:
        InputError: it cannot be written.
    """
    features = extracted.features
    for name, rows in encoders.layout.files(video.stem, rows_of(features)):
        with whole_file(out / name, durable=True) as part, part.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
    about = {
        "file": video.name,
        "duration_s": extracted.duration_s,
        "clip_s": features.clip_s,
        "clips": features.num_clips,
        "encoders": encoders.spec.digest,
        "warnings": list(extracted.warnings),
    }
    write_json(out / "about" / f"{video.stem}.json", about)


def refuse_equal_ids(videos: list[Path]) -> None:
    """Refuse two videos whose features would have one name.

    Raises:
        ConfigError: names them.
    """
    by_id: dict[str, Path] = {}
    for video in videos:
        first = by_id.setdefault(video.stem, video)
        if first is not video:
            remedy = "rename one of them, or give each a folder of its own"
            raise ConfigError(str(video), f"the same name as {first}", "names that differ before the ending", remedy)


def _read_spec(path: Path) -> FeatureSpec:
    try:
        return FeatureSpec.from_dict(json.loads(path.read_text(encoding="utf-8"))["spec"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(str(path), f"unreadable: {error}", "a file of `extract`", "give another --out") from error
