"""TVSum: 50 videos in ten domains, 20 people's ratings of every two-second clip, the title as query.

The training target is the mean rating moved to [0, 1]: (sum of 20 ratings − 20) / 80 (UMT datasets/tvsum.py:90-93).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations import splits
from visionaryvids.annotations.splits import Split
from visionaryvids.annotations.tvsum import HIGHEST, LOWEST, read
from visionaryvids.data.example import Example
from visionaryvids.data.highlight_folder import HighlightFolder

ANNOTATION_FILE = "tvsum_anno.json"


def target(ratings_TR: NDArray[np.float32]) -> NDArray[np.float32]:
    """From ratings `[T, R]` of 1 to 5 to the target `[T]` in [0, 1]."""
    raters = ratings_TR.shape[1]
    return (ratings_TR.sum(axis=1) - LOWEST * raters) / ((HIGHEST - LOWEST) * raters)


def load(
    root: Path, video_ids: Iterable[str] | None = None, *, use_query: bool = True, skip_missing: bool = False
) -> tuple[Example, ...]:
    """Read TVSum: 2048 video columns (frames, then flow), 2048 audio columns, token states of the title.

    Args:
        root: the folder with `tvsum_anno.json` (layout: `data/highlight_folder.py`).
        video_ids: the videos to read, in this order; all of the annotation file without it.
        use_query: False for training without the title.
        skip_missing: leave out videos whose features are absent, and log how many.

    Raises:
        AnnotationError: the annotation file is wrong, or does not know a video.
        FeatureError: a feature file is missing or damaged.
    """
    return _folder().load(root, video_ids, use_query=use_query, skip_missing=skip_missing)


def domains(root: Path) -> dict[str, tuple[str, ...]]:
    """The videos of each domain, training videos first; for rotating the test video through all of them."""
    return _folder().domains(root)


def split(domain: str, root: Path) -> Split:
    """The published split of a domain (BK, BT, DS, FM, GA, MS, PK, PR, VT, VU): four videos to train on, one to test.

    Raises:
        ConfigError: there is no such domain.
        AnnotationError: the annotation file has no training or no test video of it.
    """
    return _folder().split(domain, root)


def _folder() -> HighlightFolder:
    return HighlightFolder(ANNOTATION_FILE, read, splits.TVSUM, target)
