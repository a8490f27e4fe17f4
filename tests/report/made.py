"""Moments and sources that the tests of the exports share."""

from pathlib import Path

from visionaryvids.media.probe import AudioStream, MediaInfo, VideoStream
from visionaryvids.report.picks import Pick
from visionaryvids.types import Moment

HOSTILE = [
    "../../etc/passwd",
    "🦊 ☃",
    "x" * 400,
    "",
    'a\n\n00:00:01.000 --> 00:00:02.000\r\n<b>&amp; "it\'s" ]]>',
    "हिन्दी",
    "CON",
]


def picks(*rows):
    """Picks from rows (query, start_s, end_s, score)."""
    return [
        Pick(n, query, n, Moment(start_s, end_s, score), (start_s + end_s) / 2)
        for n, (query, start_s, end_s, score) in enumerate(rows, start=1)
    ]


def source(rate_hz=25.0, *, path="/videos/my film's.mp4", duration_s=100.0, sound=True):
    """What `probe` would say of a file that need not exist."""
    video = VideoStream(0, "h264", 640, 360, 0, rate_hz, start_s=0.0, delay_s=0.0)
    audio = AudioStream(1, "aac", 48_000, 2, start_s=0.0) if sound else None
    return MediaInfo(Path(path), "mov", duration_s, duration_s, 1, video, audio, ())
