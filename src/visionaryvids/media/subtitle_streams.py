"""Timed text that comes with a video: streams inside the file, and files of the same name beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.subtitles.stream import SubtitleStream

from visionaryvids.errors import NoWordsError
from visionaryvids.media.container import open_media
from visionaryvids.media.cues import Cue, TimedText, tidy
from visionaryvids.media.info import MAX_DURATION_S
from visionaryvids.media.languages import language_of, language_warnings, preferred
from visionaryvids.media.packets import packets, seconds
from visionaryvids.media.subtitles import SUBTITLE_SUFFIXES

PICTURES = frozenset({"dvd_subtitle", "dvb_subtitle", "hdmv_pgs_subtitle", "xsub", "dvb_teletext"})
"""Subtitles that are drawn, not written; nobody here reads them."""
REMEDY = "give --text-track FILE (.srt, .vtt, .json), or --text-track captions:MODEL to have frames described"


def sidecar(video: Path, language: str) -> Path | None:
    """The file of subtitles beside a video: `holiday.srt`, `holiday.en.vtt`; the one in that language first."""
    try:
        siblings = sorted(video.parent.iterdir())
    except OSError:
        return None
    named = [p for p in siblings if p.suffix.lower() in SUBTITLE_SUFFIXES and _belongs(p.stem, video.stem)]
    found = preferred(named, language, lambda path: sidecar_language(path, video))
    return next((path for path in found if path.is_file()), None)


def sidecar_language(path: Path, video: Path) -> str:
    """What a name says between the video's and the suffix: `en` of `holiday.en.srt`."""
    parts = path.stem[len(video.stem) :].split(".")
    return next((part for part in parts if language_of(part)), "")


def _belongs(stem: str, video_stem: str) -> bool:
    return stem == video_stem or stem.startswith(f"{video_stem}.")


def embedded_subtitles(video: Path, language: str, origin_s: float) -> TimedText:
    """The cues of the best stream of timed text inside a video.

    Args:
        video: the file.
        language: two letters; see `preferred`.
        origin_s: the file's own time of second 0 (`MediaInfo.origin_s`).

    Raises:
        NoWordsError: there is no such stream.
        MediaError: the file cannot be opened.
    """
    with open_media(video) as container:
        stream = _best(container, language)
        if stream is None:
            drawn = any(_codec(each) in PICTURES for each in container.streams.subtitles)
            found = "its subtitles are pictures of text" if drawn else "no subtitles in it or beside it"
            raise NoWordsError(str(video), found, "timed text", REMEDY)
        raw = list(_cues(container, stream, origin_s))
        return tidy(raw, language_warnings(stream.language or "", language))


def _best(container: InputContainer, language: str) -> SubtitleStream | None:
    """In the language; then for everybody rather than for foreign parts only; then the default one."""
    written = [each for each in container.streams.subtitles if _codec(each) not in PICTURES | {""}]
    forced, default = Disposition.forced, Disposition.default
    ranked = sorted(written, key=lambda each: (bool(each.disposition & forced), not each.disposition & default))
    return next(iter(preferred(ranked, language, lambda each: each.language or "")), None)


def _codec(stream: SubtitleStream) -> str:
    return stream.codec_context.codec.canonical_name if stream.codec_context is not None else ""


def _cues(container: InputContainer, stream: SubtitleStream, origin_s: float) -> Iterator[Cue]:
    """A cue lasts as its packet says, else until the next one."""
    for packet in packets(container, stream):
        start_s, length_s = seconds(packet.pts, stream), seconds(packet.duration, stream) or 0.0
        if start_s is not None and start_s <= MAX_DURATION_S:
            for text in _texts(packet):
                yield Cue(start_s - origin_s, start_s - origin_s + length_s, text)


def _texts(packet: Packet) -> list[str]:
    """What a packet says; nothing where it is damaged."""
    try:
        return [each.dialogue.decode("utf-8", "replace") for each in packet.decode() if hasattr(each, "dialogue")]
    except (av.FFmpegError, ValueError):
        return []
