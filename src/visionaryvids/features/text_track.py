"""Encoder `text-track`: timed text on the clip grid; a clip's row is the sentence embedding of what is said in it.

    cues ─ whole sentences ─► what is said when ─ all-MiniLM-L6-v2 ─► a unit embedding each ─► rows

A clip that several sentences share has the direction of their sum, weighted by how long each of them lasts in it. Where
nothing is said the row is zero, and no sentence is like it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from visionaryvids.features import minilm
from visionaryvids.features.encoder import EncoderSet, Rows, TextEncoder
from visionaryvids.features.extract import Extracted, OnProgress, clips_of, features_of
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.features.track_sentences import SETTINGS, sentences
from visionaryvids.media.cues import Cue, TimedText

CLIP_S = 2.0
"""Length of a clip in seconds, as in QVHighlights."""
LEAST_SHARE = 0.25
"""A sentence counts in a clip from this share of it on, and always in the clip of its middle."""

SPEC = FeatureSpec(
    name="text-track",
    version=1,
    clip_s=CLIP_S,
    video_dim=minilm.WIDTH,
    audio_dim=None,
    query_dim=minilm.WIDTH,
    settings={
        "text": dict(minilm.SETTINGS),
        "sentences": SETTINGS,
        "least_share": LEAST_SHARE,
        "rows": "unit length or zero, rounded to float16",
    },
)
"""What models for these features are trained on, and what other features are refused for."""

_AT_ONCE = 256
"""Sentences whose token states are held together."""


def text_track() -> EncoderSet:
    """The set: it reads queries. Its rows come from `encode_track`, since nobody looks or listens."""
    return EncoderSet(SPEC, None, None, minilm.SentenceEncoder())


def encode_track(
    track: TimedText, duration_s: float, text: TextEncoder, *, on_progress: OnProgress | None = None
) -> Extracted:
    """Timed text as features.

    Args:
        track: the cues.
        duration_s: length of the video in seconds; what is said later is left out, with a warning.
        text: the sentence encoder.
        on_progress: told of the seconds that are done, as if sentences were spread evenly, and of all of them.
    """

    def on_share(share: float) -> None:
        if on_progress is not None:
            on_progress(share * duration_s, duration_s)

    inside = [cue for cue in track.cues if cue.start_s < duration_s]
    late = len(track.cues) - len(inside)
    found = [f"cues after the video's end, left out: {late} of {len(track.cues)}"] if late else []
    rows = track_rows(sentences(inside), clips_of(duration_s, CLIP_S), text, on_share)
    return Extracted(features_of({"video": rows}, CLIP_S), duration_s, (*track.warnings, *found))


def track_rows(
    spoken: Sequence[Cue], num_clips: int, text: TextEncoder, on_share: Callable[[float], None] | None = None
) -> Rows:
    """A row a clip, `[T, 384]`: of unit length, or zero where nothing is said.

    Args:
        spoken: sentences with their times.
        num_clips: T.
        text: the sentence encoder.
        on_share: told of the share that is done.
    """
    sums_TD = np.zeros((num_clips, minilm.WIDTH), np.float32)
    for cue, row_D in zip(spoken, embedded([cue.text for cue in spoken], text, on_share), strict=True):
        first, weights_N = _weights(cue, num_clips)
        sums_TD[first : first + len(weights_N)] += weights_N[:, None] * row_D
    lengths_T1 = np.linalg.norm(sums_TD, axis=1, keepdims=True)
    return np.divide(sums_TD, lengths_T1, out=sums_TD, where=lengths_T1 > 0).astype(np.float16)


def embedded(
    texts: Sequence[str], text: TextEncoder, on_share: Callable[[float], None] | None = None
) -> NDArray[np.float32]:
    """The unit embedding of each text, `[N, 384]`; what is said twice is read once. Tells the share that is done."""
    places = {each: place for place, each in enumerate(dict.fromkeys(texts))}
    unique = list(places)
    rows = np.zeros((len(unique), minilm.WIDTH), np.float32)
    for start in range(0, len(unique), _AT_ONCE):
        some = text(unique[start : start + _AT_ONCE])
        rows[start : start + len(some)] = [minilm.pooled(query) for query in some]
        if on_share is not None:
            on_share((start + len(some)) / len(unique))
    return rows[[places[each] for each in texts]]


def said(rows_TD: NDArray[np.float32]) -> NDArray[np.bool_]:
    """In which clips something is said, bool `[T]`."""
    return np.asarray(rows_TD.any(axis=1))


def _weights(cue: Cue, num_clips: int) -> tuple[int, NDArray[np.float32]]:
    """The first clip that a sentence counts in, and how long it lasts in that and in the next ones, in clips."""
    start, end = np.clip([cue.start_s / CLIP_S, cue.end_s / CLIP_S], 0, num_clips)
    first, last = min(int(start), num_clips - 1), max(int(start) + 1, int(np.ceil(end)))
    edges = np.clip(np.arange(first, last + 1), start, end)
    shares_N = np.diff(edges).astype(np.float32)
    middle = min(int((start + end) / 2), num_clips - 1) - first
    counts = (shares_N >= LEAST_SHARE) | (np.arange(len(shares_N)) == middle)
    return first, np.where(counts, np.maximum(shares_N, 1e-3), 0).astype(np.float32)[: num_clips - first]
