"""YouTube Highlights: six domains, each clip a highlight or not, no query.

The training target is 1 where the label is 1, and 0 where it is 0 (borderline) or −1 (UMT datasets/youtube.py:16-19).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations import splits
from visionaryvids.annotations.splits import Split
from visionaryvids.annotations.youtube import read
from visionaryvids.data.example import Example
from visionaryvids.data.highlight_folder import HighlightFolder

ANNOTATION_FILE = "youtube_anno.json"


def target(ratings_TR: NDArray[np.float32]) -> NDArray[np.float32]:
    """From labels `[T, 1]` of −1, 0 or 1 to the target `[T]`, 0 or 1."""
    return (ratings_TR[:, 0] > 0).astype(np.float32)


def load(root: Path, video_ids: Iterable[str] | None = None, *, skip_missing: bool = False) -> tuple[Example, ...]:
    """Read YouTube Highlights: 2048 video columns (frames, then flow), 2048 audio columns.

    Args:
        root: the folder with `youtube_anno.json` (layout: `data/highlight_folder.py`).
        video_ids: the videos to read, in this order; all of the annotation file without it.
        skip_missing: leave out videos whose features are absent, and log how many.

    Raises:
        AnnotationError: the annotation file is wrong, or does not know a video.
        FeatureError: a feature file is missing or damaged.
    """
    return _folder().load(root, video_ids, use_query=False, skip_missing=skip_missing)


def domains(root: Path) -> dict[str, tuple[str, ...]]:
    """The videos of each domain that the annotation file has, training videos first."""
    return _folder().domains(root)


def split(domain: str, root: Path) -> Split:
    """The published split of a domain, without the videos that the annotation file lacks; their number is logged.

    Raises:
        ConfigError: there is no such domain (dog, gymnastics, parkour, skating, skiing, surfing).
        AnnotationError: the annotation file has no training or no test video of it.
    """
    return _folder().split(domain, root)


def _folder() -> HighlightFolder:
    return HighlightFolder(ANNOTATION_FILE, read, splits.YOUTUBE, target)
