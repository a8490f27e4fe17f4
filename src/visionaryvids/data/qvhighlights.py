"""QVHighlights: one query a line, moments and ratings, features of every two-second clip.

    ROOT/highlight_{train,val,test}_release.jsonl
    ROOT/highlight_test_with_gt.jsonl                             if it is there: the test split, labelled since 2026
    ROOT/slowfast_features/{vid}.npz, clip_features/{vid}.npz     video, put side by side: 2304 + 512 columns
    ROOT/pann_features/{vid}.npy                                  audio, 2048 columns
    ROOT/clip_text_features/qid{qid}.npz                          token states of the query, 512 columns

That is UMT's layout (configs/_base_/datasets/qvhighlights.py). Folders of other encoders work the same way:
`caption_features` as video and `query_features` as query are known to `find_layout`; `load` takes any.
The training target is the sum of three ratings / 12, 0 on clips that nobody rated (UMT datasets/qvhighlights.py:73-79).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.jsonfiles import read_json
from visionaryvids.annotations.qvhighlights import HIGHEST, read
from visionaryvids.annotations.splits import Split
from visionaryvids.data.arrays import PLACE
from visionaryvids.data.example import LazyExamples
from visionaryvids.data.sources import Source, Sources, load_example, present
from visionaryvids.errors import AnnotationError, FeatureError

VIDEO_FOLDERS = (("slowfast_features", "clip_features"), ("caption_features",), ("clip_features",))
AUDIO_FOLDERS = ("pann_features",)
LABELLED_TEST = "highlight_test_with_gt.jsonl"
QUERY_FOLDERS = ("clip_text_features", "query_features")
"""Folder names that `find_layout` tries, the first that is there wins."""


def target(ratings_TR: NDArray[np.float32]) -> NDArray[np.float32]:
    """From ratings `[T, R]` of 0 to 4 to the target `[T]` in [0, 1]."""
    return ratings_TR.sum(axis=1) / (HIGHEST * ratings_TR.shape[1])


def load(
    annotation_path: Path,
    *,
    video_folders: Sequence[Path],
    audio_folder: Path | None,
    query_folder: Path,
    qids: Collection[str] | None = None,
    skip_missing: bool = False,
) -> LazyExamples:
    """The examples of an annotation file, each read when it is asked for.

    Args:
        annotation_path: a `highlight_*_release.jsonl`.
        video_folders: folders of `{vid}.npz` or `.npy`; their columns are put side by side in this order.
        audio_folder: folder of `{vid}.npy` or `.npz`, or None for a model without audio.
        query_folder: folder of `qid{qid}.npz` or `.npy`.
        qids: only these queries, in the file's order; all of them without it.
        skip_missing: leave out queries whose features are absent, and log how many.

    Raises:
        AnnotationError: the file is wrong, or lacks one of `qids`.
        FeatureError: a file of the first query is missing or damaged; or, when an example is asked for, one of its own
            is, or is not as wide as that of the first query.
    """
    annotations = read(Path(annotation_path))
    if qids is not None:
        absent = sorted(set(qids) - {a.query_id for a in annotations})
        if absent:
            raise AnnotationError(f"{annotation_path}", f"no qid {absent[0]}", f"all {len(qids)} queries asked for")
        wanted = frozenset(qids)
        annotations = tuple(a for a in annotations if a.query_id in wanted)
    anywhere = sources(video_folders, audio_folder, query_folder)
    if skip_missing:
        annotations = present(annotations, anywhere, f"{annotation_path}")
    places = anywhere.alike(annotations)
    return LazyExamples(annotations, partial(load_example, sources=places, target=target))


def sources(video_folders: Sequence[Path], audio_folder: Path | None, query_folder: Path) -> Sources:
    """Where the arrays lie, in the form that the loader and the checker share."""
    return Sources(
        video=tuple(Source(Path(folder).name, Path(folder)) for folder in video_folders),
        audio=Source("audio", Path(audio_folder)) if audio_folder else None,
        query=Source("query", Path(query_folder), "qid{query_id}"),
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """What lies in a QVHighlights folder.

    Attributes:
        annotations: the annotation file of each split that is there (`train`, `val`, `test`).
        video_folders: the folders whose columns together are the video modality.
        audio_folder: the folder with audio features, or None.
        query_folder: the folder with token states of the queries.
    """

    annotations: Mapping[str, Path]
    video_folders: tuple[Path, ...]
    audio_folder: Path | None
    query_folder: Path

    def load(self, split: str, qids: Collection[str] | None = None, *, skip_missing: bool = False) -> LazyExamples:
        """The examples of one split (`train`, `val`, `test`), all of them or those named; see `load`."""
        if split not in self.annotations:
            raise AnnotationError("split", f"no file of {split!r}", f"one of {', '.join(self.annotations)}")
        return load(
            self.annotations[split],
            video_folders=self.video_folders,
            audio_folder=self.audio_folder,
            query_folder=self.query_folder,
            qids=qids,
            skip_missing=skip_missing,
        )


def find_layout(root: Path) -> Layout:
    """See which annotation files and feature folders a folder has.

    Raises:
        AnnotationError: it has no annotation file.
        FeatureError: it has no folder of video features, or none of query features.
    """
    root = Path(root)
    files = {split: root / f"highlight_{split}_release.jsonl" for split in ("train", "val", "test")}
    labelled = root / LABELLED_TEST
    files = {**files, "test": labelled} if labelled.is_file() else files
    files = {split: path for split, path in files.items() if path.is_file()}
    if not files:
        raise AnnotationError(
            f"{root}", "no annotation file", "highlight_val_release.jsonl or another split's file", PLACE
        )
    video = next((names for names in VIDEO_FOLDERS if all((root / name).is_dir() for name in names)), None)
    audio = next((root / name for name in AUDIO_FOLDERS if (root / name).is_dir()), None)
    query = next((root / name for name in QUERY_FOLDERS if (root / name).is_dir()), None)
    if video is None:
        raise FeatureError(
            f"{root}", "no video features", "slowfast_features and clip_features, or caption_features", PLACE
        )
    if query is None:
        raise FeatureError(f"{root}", "no query features", f"a folder {' or '.join(QUERY_FOLDERS)}", PLACE)
    return Layout(files, tuple(root / name for name in video), audio, query)


def read_split(root: Path) -> Split:
    """The query ids to train on and to test on, from `ROOT/split.json`: `{"train": [qid, ...], "val": [qid, ...]}`.

    Raises:
        AnnotationError: the file is missing, or is not two lists of ids that share none.
    """
    path = Path(root) / "split.json"
    value = read_json(path)
    lists: list[Any] = [value.get(name) if isinstance(value, dict) else None for name in ("train", "val")]
    if not all(isinstance(ids, list) and ids for ids in lists):
        raise AnnotationError(f"{path}", "no lists 'train' and 'val'", "two lists of query ids that are not empty")
    train, test = (tuple(str(qid) for qid in ids) for ids in lists)
    shared = sorted(set(train) & set(test))
    if shared:
        raise AnnotationError(f"{path}", f"qid {shared[0]} is in both lists", "lists that share no query")
    return Split(train, test)
