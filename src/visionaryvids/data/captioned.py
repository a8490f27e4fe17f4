"""Short captioned clips as features: `clips.json` and `features.npz` in one folder.

clips.json     [{"id": ..., "caption": ...}, ...], in the order of the features
features.npz   `features` [N, D], all clips one after another; `offsets` [clips + 1]: clip i is rows
offsets[i] to offsets[i + 1]
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.jsonfiles import read_json
from visionaryvids.data.arrays import DAMAGE, read_array
from visionaryvids.errors import AnnotationError, FeatureError
from visionaryvids.types import frozen


@dataclass(frozen=True, slots=True)
class CaptionedClip:
    """One clip.

    Attributes:
        clip_id: its name in the data set.
        caption: one sentence that somebody wrote about it.
        rows_TD: float32 `[T, D]`, a row a second.
    """

    clip_id: str
    caption: str
    rows_TD: NDArray[np.float32]


def load(root: Path) -> tuple[CaptionedClip, ...]:
    """Every clip of the folder, in its order.

    Raises:
        AnnotationError: `clips.json` is missing or is not a list of ids with captions.
        FeatureError: `features.npz` is missing or damaged, or does not fit the list.
    """
    named = _names(root / "clips.json")
    rows, offsets = _arrays(root / "features.npz", len(named))
    return tuple(
        CaptionedClip(clip_id, caption, frozen(rows[start:end], np.float32, 2, clip_id))
        for (clip_id, caption), start, end in zip(named, offsets[:-1], offsets[1:], strict=True)
    )


def _names(path: Path) -> list[tuple[str, str]]:
    value: Any = read_json(path)
    try:
        named = [(entry["id"], entry["caption"]) for entry in value]
    except (TypeError, KeyError) as error:
        raise AnnotationError(str(path), f"no list of clips ({error!r})", 'entries with "id" and "caption"') from error
    if not named or not all(isinstance(text, str) and text for pair in named for text in pair):
        raise AnnotationError(str(path), "an id or caption that is no text", "text")
    return named


def _arrays(path: Path, clips: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    rows = read_array(path, "features")
    try:
        with np.load(path, allow_pickle=False) as file:
            offsets = file["offsets"]
    except (KeyError, *DAMAGE) as error:
        raise FeatureError(str(path), f"unreadable: {error}", "arrays `features` and `offsets`") from error
    if not _fits(offsets, clips, len(rows)):
        found = f"features {rows.shape}, offsets {offsets.shape} of type {offsets.dtype}"
        raise FeatureError(str(path), found, f"{clips + 1} rising whole numbers from 0 to the number of rows")
    return rows, offsets.astype(np.int64)


def _fits(offsets: NDArray[Any], clips: int, rows: int) -> bool:
    """Whether the offsets cut all rows into that many clips, none of them empty."""
    if offsets.dtype.kind not in "iu" or offsets.shape != (clips + 1,):
        return False
    return offsets[0] == 0 and offsets[-1] == rows and bool((offsets[:-1] < offsets[1:]).all())
