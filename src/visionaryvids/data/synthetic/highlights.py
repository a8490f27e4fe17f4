"""Invented TVSum and YouTube Highlights folders."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from visionaryvids.annotations import splits
from visionaryvids.annotations.splits import Split
from visionaryvids.annotations.tvsum import NUM_RATERS
from visionaryvids.data.synthetic.writing import Array, noise, save_array, save_text
from visionaryvids.errors import unknown_name


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
        save_array(path.parent / "query_features" / f"{video}.npz", tokens_LD, "token")


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
            array_TD = (interest_T[:, None] - 0.5) * direction + noise(rng, len(interest_T), len(direction))
            save_array(path.parent / pattern.format(video), array_TD)
        entries[video] = {**clock(len(interest_T)), "domain": domain, **labels(interest_T)}
    save_text(path, json.dumps(entries))
    return videos


def _interest(rng: Generator, clips: int) -> Array:
    """Ranks, scaled to [0, 1], of noise averaged over five clips: slow, and every level once."""
    smooth = np.convolve(rng.normal(size=clips + 4), np.ones(5), mode="valid")
    return smooth.argsort().argsort() / (clips - 1)
