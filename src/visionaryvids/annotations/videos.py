"""Annotation files that are one JSON object from video names to entries: TVSum and YouTube Highlights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from visionaryvids.annotations import checks
from visionaryvids.annotations.jsonfiles import fault, line_of, parse_json, read_text, shorten
from visionaryvids.errors import Problem
from visionaryvids.types import Annotation

Entry = dict[str, Any]
ParseEntry = Callable[[str, str, Entry], tuple[Annotation | None, list[Problem]]]
"""From `where`, a video's name and its entry to the annotation, or to what is wrong with it."""

CLOCK = ("fps", "frames", "domain")
"""What every entry says of its video: frames a second, number of frames (as text), domain."""


def parse_videos(path: Path, parse_entry: ParseEntry) -> tuple[list[Annotation], list[Problem]]:
    """The sound annotations of a file in the file's order, and every problem of the file and of the other entries."""
    value, problems = parse_json(path)
    if problems and value is None:
        return [], problems
    if not isinstance(value, dict) or not value:
        expected = "an object from video names to annotations, with at least one video"
        return [], [*problems, fault(f"{path}:1", shorten(value), expected)]
    source = read_text(path)
    annotations: list[Annotation] = []
    for video_id, entry in value.items():
        where = f"{path}:{line_of(source, video_id)}: {shorten(video_id)}"
        annotation, found = _parse_video(where, video_id, entry, parse_entry)
        problems += found
        annotations += [annotation] if annotation else []
    return annotations, problems


def clock_problems(where: str, entry: Entry) -> list[Problem]:
    """What is wrong with an entry's frame rate, number of frames, domain and the duration that follows from them."""
    found = [
        *checks.positive_text_number(where, "fps", entry["fps"], high=1000.0),
        *checks.positive_text_number(where, "frames", entry["frames"], high=1e9),
        *checks.text(where, "domain", entry["domain"]),
    ]
    return found or [*checks.number(where, "frames / fps", duration_s(entry), 0.0, checks.MAX_DURATION_S)]


def duration_s(entry: Entry) -> float:
    """Length of the video in seconds; `frames` is text in the released files."""
    return checks.to_float(entry["frames"]) / checks.to_float(entry["fps"])


def _parse_video(
    where: str, video_id: str, entry: Any, parse_entry: ParseEntry
) -> tuple[Annotation | None, list[Problem]]:
    faults = [*checks.file_name(where, "video id", video_id)]
    if not isinstance(entry, dict):
        faults.append(fault(where, shorten(entry), "an object with the video's annotation"))
    return (None, faults) if faults else parse_entry(where, video_id, entry)
