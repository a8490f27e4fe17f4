"""Files of timed text: SubRip, WebVTT, SubStation and their kin, and JSON of captions or of a transcript.

Parsing is pysubs2's; what is read is tidied (`cues.py`). Streams inside a video: `subtitle_streams.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

from visionaryvids.errors import MediaError
from visionaryvids.media.captions_json import captions_of
from visionaryvids.media.cues import Cue, TimedText, tidy
from visionaryvids.media.subtitle_bytes import decoded

SUBTITLE_SUFFIXES = frozenset({".srt", ".vtt", ".ass", ".ssa"})
"""What a file of subtitles is called that stands beside a video."""
CAPTION_SUFFIXES = frozenset({".json", ".jsonl"})
MAX_BYTES = 32 << 20
"""Larger files are refused: the subtitles of a film are 100 kB."""

_EXPECTED = "SubRip (.srt), WebVTT (.vtt), SubStation (.ass), or a JSON list of captions"
_REMEDY = "name a file of subtitles; docs/text-track.md shows every format"
_WORD_TIMES = re.compile(r"<\d[\d:.]*>")
_NEGATIVE = re.compile(r"^-\d+:\d\d:\d\d[.,]\d+(?=\s*-->)", re.M)


def is_timed_text(path: Path) -> bool:
    """Whether a file is timed text rather than a video, by its name."""
    return path.suffix.lower() in SUBTITLE_SUFFIXES | CAPTION_SUFFIXES


def read_subtitles(path: Path) -> TimedText:
    """The cues of a file.

    Raises:
        MediaError: it cannot be read, is too large, or is no timed text.
        AnnotationError: JSON that is not of the documented form; names the entry.
    """
    text = decoded(content_of(path))
    warnings = [text.warning] if text.warning else []
    if path.suffix.lower() in CAPTION_SUFFIXES:
        return tidy(captions_of(text.text, path), warnings)
    return tidy(_parsed(text.text, path), warnings)


def content_of(path: Path) -> bytes:
    """The bytes of a file of timed text.

    Raises:
        MediaError: it cannot be read, is empty, or too large.
    """
    where = str(path)
    try:
        size = path.stat().st_size if path.is_file() else None
        content = path.read_bytes() if size is not None and 0 < size <= MAX_BYTES else b""
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise MediaError(where, f"cannot be read: {error}", _EXPECTED, "check the path and your rights") from error
    if size is None:
        raise MediaError(where, "no such file" if not path.exists() else "not a file", _EXPECTED, "check the name")
    if not content:
        found = "an empty file (0 bytes)" if size == 0 else f"{size >> 20} MB"
        raise MediaError(where, found, f"{_EXPECTED}, {MAX_BYTES >> 20} MB at most", _REMEDY)
    return content


def _parsed(text: str, path: Path) -> list[Cue]:
    import pysubs2

    try:
        file = pysubs2.SSAFile.from_string(_readable(text))
    except pysubs2.UnknownFPSError as error:
        found, remedy = "times as numbers of frames (MicroDVD)", "convert it to .srt with the video's frame rate"
        raise MediaError(str(path), found, "times in seconds", remedy) from error
    except Exception as error:  # its parsers meet files that nobody foresaw; each of them is the file's fault
        raise MediaError(str(path), "not timed text", _EXPECTED, _REMEDY) from error
    spoken = (event for event in file if not event.is_comment and not event.is_drawing)
    return [Cue(event.start / 1000, event.end / 1000, event.text) for event in spoken]


def _readable(text: str) -> str:
    """The text without what pysubs2 would misread: signs of times; in WebVTT, times of words and names of cues."""
    lines = _NEGATIVE.sub("00:00:00,000", "\n".join(text.splitlines()))
    if not lines.lstrip().startswith("WEBVTT"):
        return lines
    blocks = (block for block in re.split(r"\n\s*\n", _WORD_TIMES.sub("", lines)) if "-->" in block)
    return "\n\n".join(["WEBVTT", *(_from_times_on(block) for block in blocks)])


def _from_times_on(block: str) -> str:
    lines = block.split("\n")
    return "\n".join(lines[next(at for at, line in enumerate(lines) if "-->" in line) :])
