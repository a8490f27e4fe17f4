"""Captions and transcripts as JSON: a list of `{"start_s", "end_s", "text"}`, a line each, or whisper's `segments`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from visionaryvids.annotations.jsonfiles import decode, decode_lines, raise_first, shorten
from visionaryvids.errors import AnnotationError
from visionaryvids.media.cues import Cue

_REMEDY = 'e.g. [{"start_s": 0.0, "end_s": 2.0, "text": "a dog runs"}]; docs/text-track.md shows every form'


def captions_of(text: str, path: Path) -> list[Cue]:
    """The cues in a JSON value, or in JSON Lines where the file is called so.

    Args:
        text: of the file.
        path: its name, for messages.

    Raises:
        AnnotationError: not JSON, or not of a known form; names the line or the entry.
    """
    if path.suffix.lower() == ".jsonl":
        records, problems = decode_lines(text, path)
        raise_first(problems)
        return [_cue(value, f"{path}:{line}") for line, value in records]
    value, problems = decode(text, path, first_line=1)
    raise_first(problems)
    segments = value.get("segments") if isinstance(value, dict) else value
    if not isinstance(segments, list):
        expected = 'a list of captions, or an object with "segments"'
        raise AnnotationError(str(path), shorten(value), expected, _REMEDY)
    return [_cue(segment, f"{path}, entry {index}") for index, segment in enumerate(segments)]


def _cue(value: Any, where: str) -> Cue:
    """A caption; whisper writes `start` and `end`."""
    if not isinstance(value, dict):
        raise AnnotationError(where, shorten(value), "a JSON object {...}", _REMEDY)
    start_s, end_s = (value.get(f"{name}_s", value.get(name)) for name in ("start", "end"))
    text = value.get("text")
    if not _is_number(start_s) or not _is_number(end_s) or not isinstance(text, str):
        raise AnnotationError(where, shorten(value), '"start_s" and "end_s" in seconds, and "text"', _REMEDY)
    return Cue(float(start_s), float(end_s), text)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
