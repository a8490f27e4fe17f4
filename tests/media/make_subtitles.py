"""Puts subtitle streams into a video made by `make.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
from av.stream import Disposition


@dataclass(frozen=True)
class Stream:
    """Subtitles in SubRip's syntax, and how their stream is marked."""

    srt: str
    language: str = ""
    forced: bool = False
    default: bool = False


def with_subtitles(video: Path, path: Path, streams: Sequence[Stream]) -> Path:
    """Write a Matroska file with the pictures of a video and subtitles; its suffix must be .mkv."""
    files = [path.with_suffix(f".{index}.input") for index in range(len(streams))]
    for file, stream in zip(files, streams, strict=True):
        file.write_text(stream.srt, encoding="utf-8")
    sources = [av.open(str(video)), *(av.open(str(file), format="srt") for file in files)]
    with av.open(str(path), "w") as container:
        copies = [container.add_stream_from_template(source.streams[0]) for source in sources]
        for copy, stream in zip(copies[1:], streams, strict=True):
            copy.disposition = Disposition.forced * stream.forced | Disposition.default * stream.default
            if stream.language:
                copy.metadata["language"] = stream.language
        for source, copy in zip(sources, copies, strict=True):
            for packet in source.demux(source.streams[0]):
                if packet.dts is not None:
                    packet.stream = copy
                    container.mux(packet)
            source.close()
    for file in files:
        file.unlink()
    return path
