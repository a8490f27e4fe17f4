"""Seconds as people and subtitle readers write them. Rounded once, as whole units, so that 59.9996 s is 1:00.000."""

from __future__ import annotations


def subtitle_time(seconds: float, point: str) -> str:
    """`HH:MM:SS.mmm`, rounded to a millisecond; WebVTT writes the point as `.`, SRT as `,`."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}{point}{thousandths:03d}"


def clock(seconds: float) -> str:
    """`m:ss`, or `h:mm:ss` from an hour on; the second that has begun, as a player shows it."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
