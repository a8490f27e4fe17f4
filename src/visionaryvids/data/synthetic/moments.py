"""An invented QVHighlights folder, and the file of what is said in videos that models are pre-trained with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
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
SPEECH_FOLDER = "clip_sub_features"
UNLABELLED = ("qid", "query", "duration", "vid", "relevant_windows")


@dataclass(frozen=True, slots=True)
class _Names:
    """What a query and its video are called, and the folder of the query's tokens."""

    query_id: int | str
    video_id: str
    folder: str


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
    topics = _topics(rng, width)
    for split, qids in (("train", range(1, videos[0] + 1)), ("val", range(videos[0] + 1, sum(videos) + 1))):
        names = [_Names(qid, f"synthetic-{qid:04d}", QUERY_FOLDER) for qid in qids]
        records = [_write_query(Path(root), each, rng, clips, topics) for each in names]
        save_text(Path(root) / f"highlight_{split}_release.jsonl", "".join(json.dumps(r) + "\n" for r in records))
    cut = videos[0] + max(1, videos[1] * 4 // 5)
    halves = {"train": [*range(videos[0] + 1, cut + 1)], "val": [*range(cut + 1, sum(videos) + 1)]}
    save_text(Path(root) / "split.json", json.dumps(halves))


def write_speech(root: Path, *, seed: int = 0, videos: int = 24, clips: int = 75, width: int = 64) -> None:
    """Write `subs_train.jsonl`: one sentence of each of some more videos, and when it fits, but no ratings.

    Topics look, sound and read as those of `write_qvhighlights` with the same seed and width.

    Args:
        root: folder to write into; made if it is not there.
        seed: what makes the invented numbers.
        videos: how many.
        clips: two-second clips of each video, at least 12.
        width: columns of every kind of features.
    """
    topics = _topics(np.random.default_rng([seed, 3]), width)
    rng = np.random.default_rng([seed, 5])
    names = [_Names(f"speech-{i}", f"speech-{i:04d}", SPEECH_FOLDER) for i in range(1, videos + 1)]
    records = [_write_query(Path(root), each, rng, clips, topics) for each in names]
    lines = (json.dumps({name: record[name] for name in UNLABELLED}) + "\n" for record in records)
    save_text(Path(root) / "subs_train.jsonl", "".join(lines))


def _topics(rng: Generator, width: int) -> dict[str, Array]:
    """The vector `[topics, width]` of each topic in each folder."""
    return {folder: rng.normal(size=(len(TOPICS), width)) for folder in (*TIMED_FOLDERS, QUERY_FOLDER)}


def _write_query(root: Path, names: _Names, rng: Generator, clips: int, topics: Mapping[str, Array]) -> dict[str, Any]:
    """Write the arrays of one video and its query; returns its line of the annotation file."""
    video = names.video_id
    topic_T = segments(rng, clips)
    for folder in TIMED_FOLDERS:
        array_TD = topics[folder][topic_T] + noise(rng, clips, topics[folder].shape[1])
        save_array(root / folder / (f"{video}.npy" if folder == AUDIO_FOLDER else f"{video}.npz"), array_TD, "features")
    topic = int(rng.choice(topic_T))
    sentence = f"Somebody is {TOPICS[topic]}"
    tokens_LD = 0.5 * rng.normal(size=(len(sentence.split()) + 2, topics[QUERY_FOLDER].shape[1]))
    tokens_LD[-2] += topics[QUERY_FOLDER][topic]
    save_array(root / names.folder / f"qid{names.query_id}.npz", tokens_LD, "last_hidden_state")
    relevant = np.flatnonzero(topic_T == topic)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], topic_T == topic, [False]]).astype(int)))
    return {
        "qid": names.query_id,
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
