"""Untrimmed videos made of clips: what to put where, and what is then true. Plain numbers; no features, no model.

A composition is a list of pieces. One clip is asked for: its pieces are the moments. It can be absent, be alone, come
twice, be cut short, be slowed down (a long, quiet moment), or share a background with everything else (a video without
clear cuts). Clips whose captions say nearly the same as the asked one's are kept out, since they would be moments too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visionaryvids.intervals import windows_from_clips

Rows = Sequence[NDArray[np.float32]] | Mapping[int, NDArray[np.float32]]
"""Rows `[T, D]` by the number of the clip."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows `first` to `last` of a clip, each `slow` times as long."""

    clip: int
    first: int
    last: int
    slow: float = 1.0

    @property
    def length(self) -> int:
        """In rows of the composition."""
        return max(1, round((self.last - self.first) * self.slow))


@dataclass(frozen=True, slots=True)
class Background:
    """A row of some clip that shines through everything, and how much of it."""

    clip: int
    row: int
    share: float


@dataclass(frozen=True, slots=True)
class Composition:
    """A made video.

    Attributes:
        pieces: in the order of time.
        asked: the clip whose caption is the query.
        background: or None.
    """

    pieces: tuple[Piece, ...]
    asked: int
    background: Background | None = None

    @property
    def windows(self) -> NDArray[np.float64]:
        """Where the asked clip is, `[N, 2]` in rows; empty where it is absent."""
        owner = np.repeat([piece.clip for piece in self.pieces], [piece.length for piece in self.pieces])
        return windows_from_clips(owner == self.asked, 1.0)

    @property
    def clips(self) -> set[int]:
        """Every clip that something is taken from."""
        behind = set() if self.background is None else {self.background.clip}
        return behind | {piece.clip for piece in self.pieces}

    def assemble(self, rows: Rows) -> NDArray[np.float32]:
        """The made video's rows `[T, D]`, from each clip's: of all clips, or of those in `clips`."""
        made = np.concatenate([_slowed(rows[piece.clip], piece) for piece in self.pieces])
        if self.background is None:
            return made
        behind = rows[self.background.clip][self.background.row]
        return (1 - self.background.share) * made + self.background.share * behind


def _slowed(rows_TD: NDArray[np.float32], piece: Piece) -> NDArray[np.float32]:
    """A piece's rows; slowed ones are interpolated."""
    part = rows_TD[piece.first : piece.last]
    if piece.slow == 1.0:
        return part
    place = np.linspace(0, len(part) - 1, piece.length)
    low = np.floor(place).astype(int)
    high, share = np.minimum(low + 1, len(part) - 1), (place - low)[:, None].astype(np.float32)
    return (1 - share) * part[low] + share * part[high]


@dataclass(frozen=True, slots=True)
class Rules:
    """How to compose; shares are probabilities.

    Attributes:
        pieces: least and most other clips.
        alone: the video is a single clip, the asked one or, where that is absent, another.
        longest: most rows in all; other clips are left out until it fits.
        absent: the asked clip is not there.
        twice: a clip comes in two parts with others between.
        whole: a clip is taken whole, else a part of it.
        slow: all is slowed down, up to `slowest` times.
        share: the most of `longest` that one slowed clip may take.
        background: everything shares a background.
        alike: clips whose captions' cosine is above this are kept out.
    """

    pieces: tuple[int, int] = (2, 9)
    alone: float = 0.0
    longest: int = 150
    absent: float = 0.3
    twice: float = 0.25
    whole: float = 0.6
    slow: float = 0.0
    slowest: float = 6.0
    share: float = 0.5
    background: float = 0.15
    alike: float = 0.5


def compose(
    rng: np.random.Generator,
    pool: NDArray[np.intp],
    lengths: Sequence[int],
    alike_NN: NDArray[np.float32],
    rules: Rules,
) -> Composition:
    """Make up a video.

    Args:
        rng: all randomness.
        pool: the clips to choose from.
        lengths: rows of each clip.
        alike_NN: cosine between captions.
        rules: how.
    """
    count = int(rng.integers(rules.pieces[0], rules.pieces[1] + 1))
    asked, *others = rng.choice(pool, count + 1, replace=False).tolist()
    others = [clip for clip in others if alike_NN[asked, clip] < rules.alike] or others[:1]
    absent = rng.random() < rules.absent
    if rng.random() < rules.alone:
        others = others[:1] if absent else []
    slow = float(rng.uniform(1, rules.slowest)) if rng.random() < rules.slow else 1.0
    wanted = [] if absent else _parts(rng, asked, lengths[asked], rules, slow)
    room = rules.longest - sum(piece.length for piece in wanted)
    pieces = list(wanted)
    for clip in others:
        parts = _parts(rng, clip, lengths[clip], rules, slow)
        needed = sum(piece.length for piece in parts)
        if needed <= room or not pieces:
            pieces, room = pieces + parts, room - needed
    rng.shuffle(pieces)  # type: ignore[arg-type]
    return Composition(tuple(pieces), asked, _background(rng, pool, lengths, rules))


def _parts(rng: np.random.Generator, clip: int, length: int, rules: Rules, slow: float) -> list[Piece]:
    """A clip whole or in part, in one piece or in two."""
    first, last = 0, length
    if rng.random() >= rules.whole:
        size = int(rng.integers(min(3, length), length + 1))
        first = int(rng.integers(0, length - size + 1))
        last = first + size
    slow = min(slow, rules.share * rules.longest / (last - first))
    slow = slow if slow > 1 else 1.0
    if last - first >= 8 and rng.random() < rules.twice:
        middle = int(rng.integers(first + 3, last - 2))
        return [Piece(clip, first, middle, slow), Piece(clip, middle, last, slow)]
    return [Piece(clip, first, last, slow)]


def _background(
    rng: np.random.Generator, pool: NDArray[np.intp], lengths: Sequence[int], rules: Rules
) -> Background | None:
    if rng.random() >= rules.background:
        return None
    clip = int(rng.choice(pool))
    return Background(clip, int(rng.integers(0, lengths[clip])), float(rng.uniform(0.3, 0.7)))
