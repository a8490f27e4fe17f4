"""Where the checker finds each data set's files in its folder; one entry of `PLANS` a data set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from visionaryvids.annotations import charades as charades_file
from visionaryvids.annotations import qvhighlights as qvhighlights_file
from visionaryvids.annotations import splits
from visionaryvids.annotations import tvsum as tvsum_file
from visionaryvids.annotations import youtube as youtube_file
from visionaryvids.annotations.jsonfiles import shorten
from visionaryvids.annotations.splits import Split
from visionaryvids.data import charades, highlight_folder, qvhighlights, tvsum, youtube
from visionaryvids.data.glove import read_glove
from visionaryvids.data.sources import Sources
from visionaryvids.errors import FeatureError, Problem
from visionaryvids.types import Annotation

Parse = Callable[[Path], tuple[list[Annotation], list[Problem]]]
Further = Callable[[Sequence[Annotation]], tuple[list[Problem], list[str]]]
"""From the sound annotations to problems and notes about files that are no arrays."""

_SHOWN_WORDS = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to check in one folder.

    Attributes:
        files: the annotation files.
        parse: reader that collects problems.
        sources: where the arrays lie.
        splits: the published split of each domain, or None for a data set without domains.
        further: what else there is to check, or None.
    """

    files: tuple[Path, ...]
    parse: Parse
    sources: Sources
    splits: Mapping[str, Split] | None = None
    further: Further | None = None


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
    layout = charades.find_layout(root)
    sources = charades.sources(layout.video_folder, layout.audio_folder)
    return Plan(
        tuple(layout.annotations.values()), charades_file.parse, sources, further=partial(_check_glove, layout.glove)
    )


def _check_glove(path: Path, annotations: Sequence[Annotation]) -> tuple[list[Problem], list[str]]:
    """Word vectors: a problem if they cannot be used, a note on the words of queries that have none."""
    wanted = charades.words_of(annotations)
    try:
        absent = sorted(wanted - read_glove(path, wanted).keys()) if wanted else []
    except FeatureError as error:
        return [error.problem], []
    if not absent:
        return [], []
    some = ", ".join(map(shorten, absent[:_SHOWN_WORDS])) + (", ..." if len(absent) > _SHOWN_WORDS else "")
    return [], [f"{path.name}: {len(absent)} of the queries' {len(wanted)} words have no vector (zeros): {some}"]


PLANS: Mapping[str, Callable[[Path], Plan]] = {
    "tvsum": _tvsum,
    "youtube": _youtube,
    "qvhighlights": _qvhighlights,
    "charades": _charades,
}
"""From a data set's name to what looks at its folder; each may raise `InputError` where nothing is recognised."""
