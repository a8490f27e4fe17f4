"""Whole sentences from cues: a sentence that is cut at the width of a screen means little in pieces.

Cues that follow each other are read on as one text and cut where sentences end; when a sentence begins and ends is
told by its letters, which are taken to be spoken evenly within a cue. Tracks that hardly know full stops (captions of
frames, automatic transcripts) are left as they are: nobody can tell where their sentences end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from visionaryvids.media.cue_text import SENTENCE_ENDS
from visionaryvids.media.cues import Cue

Floats = NDArray[np.float64]

GAP_S = 1.5
"""A pause after which nobody goes on with a sentence."""
OVERLAP_S = 0.25
"""Cues that overlap by more are said by two, and are not read on."""
LONGEST_S = 20.0
"""Longer sentences stay the cues that they came in: a moment that long says little of when."""
PUNCTUATED = 0.2
"""The share of cues with the end of a sentence in them from which on a track is taken to know full stops."""

SETTINGS = {"gap_s": GAP_S, "overlap_s": OVERLAP_S, "longest_s": LONGEST_S, "punctuated": PUNCTUATED}
"""Everything that sentences depend on."""

_END = re.compile(rf"[{SENTENCE_ENDS}][\"'”’)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|vs|e\.g|i\.e)\.$")


def sentences(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """Cues in the order of time as one cue a sentence, in the order of time."""
    ended = sum(_END.search(cue.text) is not None for cue in cues)
    if ended < PUNCTUATED * len(cues):
        return tuple(cues)
    return tuple(sorted(sentence for run in _runs(cues) for sentence in _cut(run)))


def _runs(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    """Cues that are read on without a pause."""
    run: list[Cue] = []
    for cue in cues:
        if run and not -OVERLAP_S <= cue.start_s - run[-1].end_s <= GAP_S:
            yield run
            run = []
        run.append(cue)
    if run:
        yield run


def _cut(run: Sequence[Cue]) -> Iterator[Cue]:
    """The sentences of a run."""
    text = " ".join(cue.text for cue in run)
    lengths = np.array([len(cue.text) for cue in run], np.float64)
    ends = np.cumsum(lengths + 1) - 1
    letters = np.column_stack([ends - lengths, ends]).ravel()  # where each cue begins and ends
    times_s = np.maximum.accumulate([second for cue in run for second in (cue.start_s, cue.end_s)])
    for span in _spans(text):
        for start, end in _pieces(span, letters, times_s):
            begins_s, ends_s = np.interp([start, end], letters, times_s).tolist()
            yield Cue(begins_s, ends_s, text[start:end].strip())


def _pieces(span: tuple[int, int], letters: Floats, times_s: Floats) -> Iterator[tuple[int, int]]:
    """A sentence whole, or a long one as it lies in its cues."""
    begins_s, ends_s = np.interp(span, letters, times_s)
    inner = letters[1::2] if ends_s - begins_s > LONGEST_S else letters[:0]
    edges = [span[0], *(int(edge) for edge in inner if span[0] < edge < span[1]), span[1]]
    yield from pairwise(edges)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """First letter and end of each sentence."""
    start = 0
    for match in _END.finditer(text):
        if not _ABBREVIATION.search(text[start : match.end()]):
            yield start, match.end()
            start = match.end() + 1
    if start < len(text):
        yield start, len(text)
