"""An invented QVHighlights folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from visionaryvids.data.synthetic.writing import Array, noise, save_array, save_text

TOPICS = ("cooking", "surfing", "singing", "driving", "dancing", "reading")
AUDIO_FOLDER = "pann_features"
TIMED_FOLDERS = ("slowfast_features", "clip_features", AUDIO_FOLDER)
QUERY_FOLDER = "clip_text_features"


def write_qvhighlights(
    root: Path, *, seed: int = 0, videos: tuple[int, int] = (24, 10), clips: int = 75, width: int = 64
) -> None:
    """Write a `train` and a `val` file with one query a video, and a `split.json` that cuts the `val` file in two.

    Args:
        root: folder to write into; made if it is not there.
        seed: what makes the invented numbers.
        videos: how many videos `train` and `val` have; at least two in `val`.
        clips: two-second clips of each video, at least 12.
        width: columns of the SlowFast, CLIP, audio and query features.
    """
    rng = np.random.default_rng([seed, 3])
    topics = {folder: rng.normal(size=(len(TOPICS), width)) for folder in (*TIMED_FOLDERS, QUERY_FOLDER)}
    for split, qids in (("train", range(1, videos[0] + 1)), ("val", range(videos[0] + 1, sum(videos) + 1))):
        records = [_write_query(Path(root), qid, rng, clips, topics) for qid in qids]
        save_text(Path(root) / f"highlight_{split}_release.jsonl", "".join(json.dumps(r) + "\n" for r in records))
    cut = videos[0] + max(1, videos[1] * 4 // 5)
    halves = {"train": [*range(videos[0] + 1, cut + 1)], "val": [*range(cut + 1, sum(videos) + 1)]}
    save_text(Path(root) / "split.json", json.dumps(halves))


def _write_query(root: Path, qid: int, rng: Generator, clips: int, topics: Mapping[str, Array]) -> dict[str, Any]:
    """Write the arrays of one video and its query; returns its line of the annotation file."""
    video = f"synthetic-{qid:04d}"
    topic_T = segments(rng, clips)
    for folder in TIMED_FOLDERS:
        array_TD = topics[folder][topic_T] + noise(rng, clips, topics[folder].shape[1])
        save_array(root / folder / (f"{video}.npy" if folder == AUDIO_FOLDER else f"{video}.npz"), array_TD, "features")
    topic = int(rng.choice(topic_T))
    sentence = f"Somebody is {TOPICS[topic]}"
    tokens_LD = 0.5 * rng.normal(size=(len(sentence.split()) + 2, topics[QUERY_FOLDER].shape[1]))
    tokens_LD[-2] += topics[QUERY_FOLDER][topic]
    save_array(root / QUERY_FOLDER / f"qid{qid}.npz", tokens_LD, "last_hidden_state")
    relevant = np.flatnonzero(topic_T == topic)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], topic_T == topic, [False]]).astype(int)))
    return {
        "qid": qid,
        "query": sentence,
        "duration": 2 * clips,
        "vid": video,
        "relevant_windows": (2 * edges.reshape(-1, 2)).tolist(),
        "relevant_clip_ids": relevant.tolist(),
        "saliency_scores": rng.integers(2, 5, size=(len(relevant), 3)).tolist(),
    }


def segments(rng: Generator, clips: int) -> NDArray[np.int64]:
    """The topic of each clip: three to five segments of at least two clips, neighbours differing."""
    count = int(rng.integers(3, 6))
    cuts = np.sort(rng.choice(np.arange(1, clips // 2), size=count - 1, replace=False)) * 2
    steps = rng.integers(1, len(TOPICS), size=count)
    topic_of_segment = np.cumsum(steps) % len(TOPICS)
    return topic_of_segment[np.searchsorted(cuts, np.arange(clips), side="right")]
