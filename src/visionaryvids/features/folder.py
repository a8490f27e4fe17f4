"""A folder of feature files that others can read, in the layout of released features.

OUT/video_features/{id}.npy    float16 [T, Dv]; sets of a data set have its own names (`Layout`)
OUT/audio_features/{id}.npy    float16 [T, Da], for videos with sound
OUT/about/{id}.json            the file, its length, its warnings
OUT/encoders.json              what made the rows; one folder holds rows of one encoder set only
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np

from visionaryvids.errors import ConfigError
from visionaryvids.features.extract import Extracted, rows_of
from visionaryvids.features.layout import Layout
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.files import write_atomically, write_json

SCHEMA = "visionaryvids/extract/1"


def open_folder(out: Path, spec: FeatureSpec) -> None:
    """Say in a folder what will lie there.

    Raises:
        ConfigError: features of other encoders lie there, or something unreadable does.
        InputError: it cannot be written to.
    """
    path = out / "encoders.json"
    if path.exists():
        _read_spec(path).refuse_other(spec, f"{out}: the folder holds other features")
    else:
        write_json(path, {"schema": SCHEMA, "spec": spec.to_dict()})


def write_features(out: Path, video: Path, extracted: Extracted, layout: Layout) -> None:
    """Write what was extracted from one video; its id is its file name without the ending.

    Raises:
        InputError: it cannot be written.
    """
    features = extracted.features
    for name, rows in layout.files(video.stem, rows_of(features)):
        buffer = io.BytesIO()
        np.save(buffer, rows, allow_pickle=False)
        write_atomically(out / name, buffer.getvalue())
    about = {
        "file": video.name,
        "duration_s": extracted.duration_s,
        "clip_s": features.clip_s,
        "clips": features.num_clips,
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
