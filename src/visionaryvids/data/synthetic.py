"""Small invented data sets in exactly the released layouts, for tests and for machines without the real ones.

What is to be learnt is planted, so that a model that works gets far above chance within a minute:

- TVSum, YouTube: each clip has an interest that changes slowly; features are noise plus interest × a direction that is
  the same in every video; ratings are interest plus each person's own error.
- QVHighlights: each video is a chain of segments with a topic each, and the query names one topic. A topic has a fixed
  vector in each kind of features and in the query's tokens. So features alone do not say what matches: a model has to
  compare them with the query.

The same arguments give the same bytes of numbers. Arrays are float16.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from visionaryvids.annotations import splits
from visionaryvids.annotations.splits import Split
from visionaryvids.annotations.tvsum import NUM_RATERS
from visionaryvids.errors import unknown_name

Array = NDArray[np.float64]

TOPICS = ("cooking", "surfing", "singing", "driving", "dancing", "reading")
AUDIO_FOLDER = "pann_features"
TIMED_FOLDERS = ("slowfast_features", "clip_features", AUDIO_FOLDER)
QUERY_FOLDER = "clip_text_features"


def write_tvsum(
    root: Path, *, seed: int = 0, domain: str = "BK", clips: tuple[int, int] = (40, 60), width: int = 1024
) -> None:
    """Write the five videos of one TVSum domain, under their real names, so that the published split works.

    Args:
        root: folder to write into; made if it is not there.
        seed: what makes the invented numbers.
        domain: one of TVSum's ten.
        clips: fewest and most clips of a video, both included.
        width: columns of the rgb and of the flow features each; audio has twice as many, the query half as many.

    Raises:
        ConfigError: there is no such domain.
    """
    rng = np.random.default_rng([seed, 1])
    title = f"An invented video of the domain {domain}"

    def clock(clips: int) -> dict[str, Any]:
        return {"fps": 30.0, "frames": str(60 * clips), "title": title}

    def labels(interest_T: Array) -> dict[str, Any]:
        errors = rng.normal(0, 0.15, (len(interest_T), NUM_RATERS))
        return {"anno": np.clip(np.rint(1 + 4 * (interest_T[:, None] + errors)), 1, 5).tolist()}

    path = Path(root) / "tvsum_anno.json"
    for video in _write_highlights(path, splits.TVSUM, domain, rng, clips, width, clock, labels):
        tokens_LD = rng.normal(size=(2 + len(title.split()), width // 2))
        _save_array(path.parent / "query_features" / f"{video}.npz", tokens_LD, "token")


def write_youtube(
    root: Path, *, seed: int = 0, domain: str = "parkour", clips: tuple[int, int] = (12, 20), width: int = 1024
) -> None:
    """Write the videos of one YouTube Highlights domain, under their real names; arguments as `write_tvsum`.

    Raises:
        ConfigError: there is no such domain.
    """
    rng = np.random.default_rng([seed, 2])

    def clock(clips: int) -> dict[str, Any]:
        starts = 50.0 * np.arange(clips)
        return {"fps": 30.0, "frames": str(50 * clips + 50), "clip": np.stack([starts, starts + 100], axis=1).tolist()}

    def labels(interest_T: Array) -> dict[str, Any]:
        return {"match": (np.digitize(interest_T, [0.4, 0.6]) - 1).tolist()}

    _write_highlights(Path(root) / "youtube_anno.json", splits.YOUTUBE, domain, rng, clips, width, clock, labels)


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
        _save_text(Path(root) / f"highlight_{split}_release.jsonl", "".join(json.dumps(r) + "\n" for r in records))
    cut = videos[0] + max(1, videos[1] * 4 // 5)
    halves = {"train": [*range(videos[0] + 1, cut + 1)], "val": [*range(cut + 1, sum(videos) + 1)]}
    _save_text(Path(root) / "split.json", json.dumps(halves))


def _write_highlights(
    path: Path,
    published: Mapping[str, Split],
    domain: str,
    rng: Generator,
    clips: tuple[int, int],
    width: int,
    clock: Callable[[int], dict[str, Any]],
    labels: Callable[[Array], dict[str, Any]],
) -> tuple[str, ...]:
    """Write the annotation file and the arrays of one domain's videos; returns the videos' names.

    `clock` gives an entry's frame rate and number of frames from its number of clips, `labels` the rest of it from the
    interest `[T]` in [0, 1] of its clips.
    """
    if domain not in published:
        raise unknown_name("domain", domain, published)
    videos = (*published[domain].train, *published[domain].test)
    widths = {
        "video_features/{}_rgb.npy": width,
        "video_features/{}_opt.npy": width,
        "audio_features/{}.npy": 2 * width,
    }
    directions = {pattern: rng.normal(size=columns) for pattern, columns in widths.items()}
    entries: dict[str, dict[str, Any]] = {}
    for video in videos:
        interest_T = _interest(rng, int(rng.integers(clips[0], clips[1] + 1)))
        for pattern, direction in directions.items():
            array_TD = (interest_T[:, None] - 0.5) * direction + _noise(rng, len(interest_T), len(direction))
            _save_array(path.parent / pattern.format(video), array_TD)
        entries[video] = {**clock(len(interest_T)), "domain": domain, **labels(interest_T)}
    _save_text(path, json.dumps(entries))
    return videos


def _interest(rng: Generator, clips: int) -> Array:
    """Ranks, scaled to [0, 1], of noise averaged over five clips: slow, and every level once."""
    smooth = np.convolve(rng.normal(size=clips + 4), np.ones(5), mode="valid")
    return smooth.argsort().argsort() / (clips - 1)


def _noise(rng: Generator, clips: int, width: int) -> Array:
    """What hides the signal: an offset of the whole video, and each clip's own error."""
    return 0.3 * rng.normal(size=width) + 0.5 * rng.normal(size=(clips, width))


def _write_query(root: Path, qid: int, rng: Generator, clips: int, topics: Mapping[str, Array]) -> dict[str, Any]:
    """Write the arrays of one video and its query; returns its line of the annotation file."""
    video = f"synthetic-{qid:04d}"
    topic_T = _segments(rng, clips)
    for folder in TIMED_FOLDERS:
        array_TD = topics[folder][topic_T] + _noise(rng, clips, topics[folder].shape[1])
        _save_array(
            root / folder / (f"{video}.npy" if folder == AUDIO_FOLDER else f"{video}.npz"), array_TD, "features"
        )
    topic = int(rng.choice(topic_T))
    sentence = f"Somebody is {TOPICS[topic]}"
    tokens_LD = 0.5 * rng.normal(size=(len(sentence.split()) + 2, topics[QUERY_FOLDER].shape[1]))
    tokens_LD[-2] += topics[QUERY_FOLDER][topic]
    _save_array(root / QUERY_FOLDER / f"qid{qid}.npz", tokens_LD, "last_hidden_state")
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


def _segments(rng: Generator, clips: int) -> NDArray[np.int64]:
    """The topic of each clip: three to five segments of at least two clips, neighbours differing."""
    count = int(rng.integers(3, 6))
    cuts = np.sort(rng.choice(np.arange(1, clips // 2), size=count - 1, replace=False)) * 2
    steps = rng.integers(1, len(TOPICS), size=count)
    topic_of_segment = np.cumsum(steps) % len(TOPICS)
    return topic_of_segment[np.searchsorted(cuts, np.arange(clips), side="right")]


def _save_array(path: Path, array: Array, key: str = "") -> None:
    """Write float16 `.npy`, or `.npz` under `key`, by the name's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".npz":
        named: dict[str, Any] = {key: array.astype(np.float16)}
        np.savez(path, **named)
    else:
        np.save(path, array.astype(np.float16))


def _save_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
