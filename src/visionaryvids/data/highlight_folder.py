"""The folder layout that TVSum and YouTube Highlights share, as UMT released them.

ROOT/{dataset}_anno.json
ROOT/video_features/{id}_rgb.npy, {id}_opt.npy    I3D on frames and on optical flow, 1024 columns each
ROOT/audio_features/{id}.npy                      PANNs CNN14, 2048 columns
ROOT/query_features/{id}.npz                      CLIP's token states of the title, 512 columns (TVSum only)
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from visionaryvids.annotations.splits import Split
from visionaryvids.data.example import Example
from visionaryvids.data.sources import Source, Sources, Target, load_example, present
from visionaryvids.errors import AnnotationError, unknown_name
from visionaryvids.types import Annotation

logger = logging.getLogger("visionaryvids")


@dataclass(frozen=True, slots=True)
class HighlightFolder:
    """One such data set.

    Attributes:
        annotation_file: name of the annotation file in the data set's folder.
        read: reader of that file.
        splits: train and test videos of each domain.
        target: from ratings to the training target.
    """

    annotation_file: str
    read: Callable[[Path], tuple[Annotation, ...]]
    splits: Mapping[str, Split]
    target: Target

    def load(
        self, root: Path, video_ids: Iterable[str] | None, *, use_query: bool, skip_missing: bool = False
    ) -> tuple[Example, ...]:
        """Read the named videos in the order of their names, or all in the file's order; no other file is opened.

        With `skip_missing`, videos whose features are absent are left out, and it is logged how many.

        Raises:
            AnnotationError: the annotation file is wrong, or does not know a name.
            FeatureError: a feature file is missing or damaged.
        """
        known = self._annotations(root)
        chosen = tuple(known if video_ids is None else video_ids)
        for video_id in chosen:
            if video_id not in known:
                where, found = f"{Path(root) / self.annotation_file}", f"no video {video_id!r}"
                raise AnnotationError(where, found, f"one of its {len(known)} videos", "see `domains()` for the names")
        annotations, anywhere = tuple(known[video_id] for video_id in chosen), sources(root, use_query=use_query)
        if skip_missing:
            annotations = present(annotations, anywhere, f"{Path(root) / self.annotation_file}")
        places = anywhere.alike(annotations)
        return tuple(load_example(annotation, places, self.target) for annotation in annotations)

    def domains(self, root: Path) -> dict[str, tuple[str, ...]]:
        """The videos of each domain that the annotation file has, training videos first; empty domains left out."""
        known = self._annotations(root)
        listed = {name: (*split.train, *split.test) for name, split in self.splits.items()}
        present = {name: tuple(v for v in videos if v in known) for name, videos in listed.items()}
        return {name: videos for name, videos in present.items() if videos}

    def split(self, domain: str, root: Path) -> Split:
        """The domain's training and test videos that the annotation file has; how many it lacks is logged once.

        Raises:
            ConfigError: there is no such domain.
            AnnotationError: the file has none of the domain's training videos, or none of its test videos.
        """
        if domain not in self.splits:
            raise unknown_name("domain", domain, self.splits)
        listed, known = self.splits[domain], self._annotations(root)
        path = Path(root) / self.annotation_file
        split = Split(*(tuple(v for v in videos if v in known) for videos in (listed.train, listed.test)))
        if not split.train or not split.test:
            found = f"{len(split.train)} training and {len(split.test)} test videos of domain {domain!r}"
            raise AnnotationError(f"{path}", found, f"some of the {len(listed.train)} and {len(listed.test)} published")
        if split != listed:
            _log_once(f"{path}: {missing_videos(domain, listed, known)}")
        return split

    def _annotations(self, root: Path) -> dict[str, Annotation]:
        return {a.video_id: a for a in self.read(Path(root) / self.annotation_file)}


def sources(root: Path, *, use_query: bool) -> Sources:
    """Where the arrays lie, in the form that the loader and the checker share."""
    root = Path(root)
    return Sources(
        video=tuple(Source(part, root / "video_features", f"{{video_id}}_{part}") for part in ("rgb", "opt")),
        audio=Source("audio", root / "audio_features"),
        query=Source("query", root / "query_features", key="token") if use_query else None,
    )


def missing_videos(domain: str, listed: Split, known: Iterable[str]) -> str:
    """How many videos of a published split are absent: `dog: 4 of 44 training and 7 of 24 test videos are not ...`."""
    known = set(known)
    train, test = (sum(v not in known for v in videos) for videos in (listed.train, listed.test))
    absent = f"{train} of {len(listed.train)} training and {test} of {len(listed.test)} test videos"
    return f"{domain}: {absent} of the published split are not here and are left out"


@lru_cache(maxsize=1000)
def _log_once(message: str) -> None:
    logger.warning(message)
