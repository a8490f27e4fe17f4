"""A user's own data in small: features as `extract` writes them, and annotations that fit them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.extract import Extracted
from visionaryvids.features.folder import open_folder, write_features
from visionaryvids.features.lite import lite
from visionaryvids.types import Features

TOPICS = ("a dog runs", "people dance", "a car drives")


def write_rows(folder: Path, video_id: str, clips: int, encoders: EncoderSet, *, silent: bool = False) -> None:
    """One video's features, random."""
    rng, spec = np.random.default_rng([clips, len(video_id)]), encoders.spec
    video = rng.normal(size=(clips, spec.video_dim))
    audio = None if silent or spec.audio_dim is None else rng.normal(size=(clips, spec.audio_dim))
    extracted = Extracted(Features(spec.clip_s, video, audio), clips * spec.clip_s, ())
    write_features(folder, Path(f"{video_id}.mp4"), extracted, encoders)


def write_own(
    root: Path,
    *,
    videos: int = 6,
    encoders: EncoderSet | None = None,
    labels: tuple[str, ...] = ("windows", "saliency"),
) -> tuple[Path, Path]:
    """Annotations and features of `v0`, `v1`, ...; the second is silent, and the last does not show what is asked."""
    chosen = encoders or lite()
    records = []
    open_folder(root / "features", chosen.spec)
    for number in range(videos):
        clips = 20 + number
        write_rows(root / "features", f"v{number}", clips, chosen, silent=number == 1)
        half_s = clips * chosen.spec.clip_s / 2
        start_s = half_s - 4 * chosen.spec.clip_s
        record = {"video": f"v{number}.mp4", "query": TOPICS[number % len(TOPICS)], "windows": [[start_s, half_s]]}
        record["saliency"] = [[start_s, half_s, 0.75]]
        records.append({name: value for name, value in record.items() if name in ("video", "query", *labels)})
    if "windows" in labels:
        records[-1]["windows"] = []
    path = root / "mine.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path, root / "features"


def edit_line(path: Path, number: int, **changes) -> None:
    """Change fields of one line, counted from 1."""
    lines = path.read_text().splitlines()
    lines[number - 1] = json.dumps({**json.loads(lines[number - 1]), **changes})
    path.write_text("\n".join(lines) + "\n")
