"""An invented Charades-STA folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.random import Generator

from visionaryvids.annotations.charades import CLIP_S
from visionaryvids.data.synthetic.moments import TOPICS, segments
from visionaryvids.data.synthetic.writing import Array, noise, save_array, save_text

FOLDERS = ("rgb_features", "audio_features")
QUERIES_A_VIDEO = 2


def write_charades(
    root: Path, *, seed: int = 0, videos: tuple[int, int] = (8, 4), clips: tuple[int, int] = (60, 90), width: int = 16
) -> None:
    """Write a `train` and a `test` file with two queries a video, and a `glove.txt`.

    Args:
        root: folder to write into; made if it is not there.
        seed: what makes the invented numbers.
        videos: how many videos `train` and `test` have.
        clips: fewest and most clips (of a sixth of a second) of a video, both included; at least 12.
        width: columns of the video and audio features, and numbers of a word's vector.
    """
    rng = np.random.default_rng([seed, 4])
    root = Path(root)
    topics = {folder: rng.normal(size=(len(TOPICS), width)) for folder in FOLDERS}
    _write_glove(root / "glove.txt", rng, width)
    for split, names in (("train", range(videos[0])), ("test", range(videos[0], sum(videos)))):
        lines = [_write_video(root, f"SYN{name:02d}", rng, clips, topics) for name in names]
        save_text(root / f"charades_sta_{split}.txt", "".join(lines))


def _write_glove(path: Path, rng: Generator, width: int) -> None:
    """A vector for each word of the queries, and for one that no query has."""
    words = ("a", "person", "is", "the", *TOPICS)
    vectors = rng.normal(size=(len(words), width))
    rows = zip(words, vectors, strict=True)
    save_text(path, "".join(f"{word} {' '.join(f'{x:.5f}' for x in vector)}\n" for word, vector in rows))


def _write_video(root: Path, video: str, rng: Generator, clips: tuple[int, int], topics: Mapping[str, Array]) -> str:
    """Write the arrays of one video; returns its lines of the annotation file."""
    topic_T = segments(rng, int(rng.integers(clips[0], clips[1] + 1)))
    for folder, vectors in topics.items():
        array_TD = vectors[topic_T] + noise(rng, len(topic_T), vectors.shape[1])
        save_array(root / folder / f"{video}.npy", array_TD)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(topic_T)) + 1, [len(topic_T)]])
    chosen = rng.choice(len(edges) - 1, QUERIES_A_VIDEO, replace=False)
    return "".join(
        f"{video} {edges[run] * CLIP_S:.2f} {edges[run + 1] * CLIP_S:.2f}##a person is {TOPICS[topic_T[edges[run]]]}.\n"
        for run in chosen
    )
