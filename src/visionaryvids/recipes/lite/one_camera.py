"""Pieces of a made video that become one camera's view, in which what is shown comes and goes.

Axes: T rows, D feature width, V views of the alignment.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from visionaryvids.data.compose import Composition
from visionaryvids.recipes.lite.material import Floats

SELDOM = 0.4
"""How many such pieces show it now and then only, if they are a shot among others and not long: where one camera sees
nothing else, each visit is a moment."""
SHOT = 45
"""The longest shot that is a moment as a whole however seldom it shows what is meant, in rows."""


def coming_and_going(
    rng: np.random.Generator, made: Composition, rows_TD: Floats, views_VT: Floats
) -> tuple[Floats, Floats]:
    """Some pieces become one camera's view in which things come and go: short pauses do not end a moment.

    A background (a row of any piece) shines through such a piece, more or less, and is all of it in its pauses. It may
    be empty for most of the time.
    """
    rows_TD, views_VT = rows_TD.copy(), views_VT.copy()
    among_others = len({piece.clip for piece in made.pieces}) > 1
    start = 0
    for piece in made.pieces:
        end = start + piece.length
        if piece.length >= 12 and rng.random() < 0.5:
            empty = int(rng.integers(0, len(rows_TD)))
            background_D, level_V = rows_TD[empty].copy(), views_VT[:, empty].copy()
            share = rng.uniform(0, 0.6)
            rows_TD[start:end] = (1 - share) * rows_TD[start:end] + share * background_D
            seldom = among_others and piece.length <= SHOT and rng.random() < SELDOM
            for pause in (between_visits if seldom else pauses)(rng, start, end):
                rows_TD[pause] = background_D
                views_VT[:, pause] = level_V[:, None]
        start = end
    return rows_TD, views_VT


def pauses(rng: np.random.Generator, start: int, end: int) -> Iterator[slice]:
    """Parts of a shot in which nothing is seen of what is there for most of the time."""
    for _ in range(int(rng.integers(1, 2 + (end - start) // 8))):
        first = int(rng.integers(start - 2, end - 2))
        yield slice(max(start, first), min(end, first + int(rng.integers(2, 10))))


def between_visits(rng: np.random.Generator, start: int, end: int) -> Iterator[slice]:
    """Parts of a shot in which nothing is seen of what comes now and then, for a few seconds."""
    while start < end:
        after = min(end, start + int(rng.integers(2, 11)))
        yield slice(start, after)
        start = after + int(rng.integers(1, 6))
