"""Where the checker finds each data set's files in its folder; one entry of `PLANS` a data set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.annotations import charades as charades_file
from visionaryvids.annotations import qvhighlights as qvhighlights_file
from visionaryvids.annotations import splits
from visionaryvids.annotations import tvsum as tvsum_file
from visionaryvids.annotations import youtube as youtube_file
from visionaryvids.annotations.splits import Split
from visionaryvids.data import charades, highlight_folder, qvhighlights, tvsum, youtube
from visionaryvids.data.arrays import PLACE
from visionaryvids.data.sources import Sources
from visionaryvids.errors import AnnotationError, Problem
from visionaryvids.types import Annotation

Parse = Callable[[Path], tuple[list[Annotation], list[Problem]]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to check in one folder.

    Attributes:
        files: the annotation files.
        parse: reader that collects problems.
        sources: where the arrays lie.
        splits: the published split of each domain, or None for a data set without domains.
    """

    files: tuple[Path, ...]
    parse: Parse
    sources: Sources
    splits: Mapping[str, Split] | None = None


def _tvsum(root: Path) -> Plan:
    sources = highlight_folder.sources(root, use_query=True)
    return Plan((root / tvsum.ANNOTATION_FILE,), tvsum_file.parse, sources, splits.TVSUM)


def _youtube(root: Path) -> Plan:
    sources = highlight_folder.sources(root, use_query=False)
    return Plan((root / youtube.ANNOTATION_FILE,), youtube_file.parse, sources, splits.YOUTUBE)


def _qvhighlights(root: Path) -> Plan:
    layout = qvhighlights.find_layout(root)
    sources = qvhighlights.sources(layout.video_folders, layout.audio_folder, layout.query_folder)
    return Plan(tuple(layout.annotations.values()), qvhighlights_file.parse, sources)


def _charades(root: Path) -> Plan:
    files = tuple(p for p in (root / f"charades_sta_{split}.txt" for split in ("train", "test")) if p.is_file())
    if not files:
        raise AnnotationError(f"{root}", "no annotation file", "charades_sta_train.txt or charades_sta_test.txt", PLACE)
    audio = next((p for p in (root / "audio_features", root / "opt_features") if p.is_dir()), None)
    return Plan(files, charades_file.parse, charades.sources(root / "rgb_features", audio))


PLANS: Mapping[str, Callable[[Path], Plan]] = {
    "tvsum": _tvsum,
    "youtube": _youtube,
    "qvhighlights": _qvhighlights,
    "charades": _charades,
}
"""From a data set's name to what looks at its folder; each may raise `InputError` where nothing is recognised."""
