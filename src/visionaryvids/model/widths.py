"""How wide the rows and tokens are that a network reads, and whether features fit."""

from __future__ import annotations

from visionaryvids.model.config import ModelConfig

Widths = tuple[int | None, int | None, int | None]
"""Columns of video, of audio and of a query's token; None where there is none."""


def widths_of(config: ModelConfig) -> Widths:
    """What a network wants."""
    return config.video_dim, config.audio_dim, config.query_dim


def fit(there: Widths, wanted: Widths) -> bool:
    """Whether everything that is wanted is there; more may be."""
    return all(width is None or width == here for width, here in zip(wanted, there, strict=True))


def told(widths: Widths) -> str:
    """Widths in words, for errors."""
    video, audio, query = (width or "none" for width in widths)
    return f"video {video}, audio {audio}, query {query}"
