"""Charades-STA: moments only, features of every sixth of a second, queries as GloVe vectors.

    ROOT/charades_sta_{train,test}.txt
    ROOT/rgb_features/{video}.npy       4096 columns
    ROOT/audio_features/{video}.npy     2048 columns; or opt_features, optical flow in the place of sound; or neither
    ROOT/glove.6B.300d.txt              word vectors; other names: `glove.GLOVE_FILES`

That is UMT's layout (configs/_base_/datasets/charades.py), where the vectors are downloaded on the way. Each clip's
features are brought to length 1 here, and in this data set only, as in the reference (UMT datasets/charades.py:70-79).
There are no highlight labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visionaryvids.annotations.charades import read
from visionaryvids.data.arrays import PLACE
from visionaryvids.data.example import Example, LazyExamples
from visionaryvids.data.glove import find_glove, read_glove
from visionaryvids.data.sources import Source, Sources, load_example, present
from visionaryvids.errors import AnnotationError, FeatureError
from visionaryvids.features.glove import embed, words
from visionaryvids.types import Annotation, Features, Query

VIDEO_FOLDER = "rgb_features"
FLOW_FOLDER = "opt_features"
AUDIO_FOLDERS = ("audio_features", FLOW_FOLDER)
"""Folder names that `find_layout` tries for the second modality, the first that is there wins."""


def load(
    annotation_path: Path,
    *,
    video_folder: Path,
    audio_folder: Path | None,
    query_vectors: Mapping[str, NDArray[np.float32]],
    compat: bool = False,
    skip_missing: bool = False,
) -> LazyExamples:
    """The examples of an annotation file, each read when it is asked for.

    Args:
        annotation_path: `charades_sta_train.txt` or `charades_sta_test.txt`.
        video_folder: folder of `{video}.npy` or `.npz`.
        audio_folder: the same for sound (or optical flow), or None.
        query_vectors: word vectors `[D]` by lower-case word (`glove.read_glove`); a word without one is a zero row.
        compat: take words apart as the reference does (`glove.words`).
        skip_missing: leave out queries whose features are absent, and log how many.

    Raises:
        AnnotationError: the file is wrong.
        FeatureError: there are no vectors, or a file of the first query is missing or damaged; or, when an example is
            asked for, one of its own is, or is not as wide as that of the first query.
    """
    embed("", query_vectors)
    annotations, anywhere = read(Path(annotation_path)), sources(video_folder, audio_folder)
    if skip_missing:
        annotations = present(annotations, anywhere, f"{annotation_path}")
    loader = _Loader(anywhere.alike(annotations), query_vectors, compat)
    return LazyExamples(annotations, loader)


def vocabulary(annotation_path: Path, *, compat: bool = False) -> frozenset[str]:
    """Every word of every query of an annotation file: what `glove.read_glove` has to look for."""
    return words_of(read(Path(annotation_path)), compat=compat)


def words_of(annotations: Iterable[Annotation], *, compat: bool = False) -> frozenset[str]:
    """Every word of every query."""
    return frozenset(word for a in annotations if a.query for word in words(a.query, compat=compat))


def sources(video_folder: Path, audio_folder: Path | None) -> Sources:
    """Where the arrays lie, in the form that the loader and the checker share."""
    audio = Source("audio", Path(audio_folder)) if audio_folder else None
    return Sources(video=(Source("video", Path(video_folder)),), audio=audio)


@dataclass(frozen=True, slots=True)
class Layout:
    """What lies in a Charades-STA folder.

    Attributes:
        annotations: the annotation file of each split that is there (`train`, `test`).
        video_folder: the folder with video features.
        audio_folder: the folder with sound or optical flow, or None.
        glove: the file with word vectors, or where it should be.
    """

    annotations: Mapping[str, Path]
    video_folder: Path
    audio_folder: Path | None
    glove: Path

    def load(self, *splits: str, compat: bool = False, skip_missing: bool = False) -> tuple[LazyExamples, ...]:
        """The examples of some splits (`train`, `test`), see `load`; the word vectors are read once.

        Raises:
            AnnotationError: there is no file of a split, or it is wrong.
            FeatureError: no usable word vectors; or as `load`.
        """
        for split in splits:
            if split not in self.annotations:
                raise AnnotationError("split", f"no file of {split!r}", f"one of {', '.join(self.annotations)}", PLACE)
        files = [self.annotations[split] for split in splits]
        vectors = read_glove(self.glove, frozenset().union(*(vocabulary(file, compat=compat) for file in files)))
        read_one = partial(
            load,
            video_folder=self.video_folder,
            audio_folder=self.audio_folder,
            query_vectors=vectors,
            compat=compat,
            skip_missing=skip_missing,
        )
        return tuple(map(read_one, files))


def find_layout(root: Path) -> Layout:
    """See which annotation files and feature folders a folder has.

    Raises:
        AnnotationError: it has no annotation file.
        FeatureError: it has no folder of video features.
    """
    root = Path(root)
    files = {split: root / f"charades_sta_{split}.txt" for split in ("train", "test")}
    files = {split: path for split, path in files.items() if path.is_file()}
    if not files:
        raise AnnotationError(f"{root}", "no annotation file", "charades_sta_train.txt or charades_sta_test.txt", PLACE)
    video = root / VIDEO_FOLDER
    if not video.is_dir():
        raise FeatureError(f"{root}", "no video features", f"a folder {VIDEO_FOLDER}", PLACE)
    audio = next((root / name for name in AUDIO_FOLDERS if (root / name).is_dir()), None)
    return Layout(files, video, audio, find_glove(root))


@dataclass(frozen=True, slots=True)
class _Loader:
    """Reads one example; a class and not a closure, so that it can be sent to a worker process."""

    sources: Sources
    vectors: Mapping[str, NDArray[np.float32]]
    compat: bool

    def __call__(self, annotation: Annotation) -> Example:
        plain = load_example(annotation, self.sources)
        assert annotation.query is not None, "the reader refuses a line without a sentence"
        query = Query(annotation.query, embed(annotation.query, self.vectors, compat=self.compat))
        unit = Features(annotation.clip_s, unit_rows(plain.features.video_TD), unit_rows(plain.features.audio_TD))
        return replace(plain, features=unit, query=query)


def unit_rows(array_TD: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    """Rows scaled to length 1; a zero row stays zero. None stays None."""
    if array_TD is None:
        return None
    unit_TD = array_TD / np.maximum(np.linalg.norm(array_TD, axis=1, keepdims=True), 1e-12)
    unit_TD.flags.writeable = False  # nobody else has it: `Features` need not copy it
    return unit_TD
