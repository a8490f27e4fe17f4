"""A curve as one line of text."""

from __future__ import annotations

from itertools import groupby

from numpy.typing import NDArray

BLOCKS = "▁▂▃▄▅▆▇█"
"""From 0 to 1, in eight steps of the same height."""


def sparkline(scores_T: NDArray, width: int) -> str:
    """Scores in [0, 1] as `width` characters; each shows the highest score of the stretch that it stands for.

    The scale is fixed, so that two lines can be compared and a video without the thing looks flat.

    Args:
        scores_T: one score a clip, `[T]`; at least one.
        width: in characters; more than there are scores repeats them.
    """
    clips = len(scores_T)
    stretches = (scores_T[column * clips // width : -(-(column + 1) * clips // width)] for column in range(width))
    return "".join(BLOCKS[min(int(stretch.max() * len(BLOCKS)), len(BLOCKS) - 1)] for stretch in stretches)


def in_two_colours(line: str, inside: list[bool], colours: tuple[str, str]) -> str:
    """The line with one colour (an ANSI code) for the characters inside, and another one for the rest."""
    runs = groupby(zip(inside, line, strict=True), key=lambda pair: pair[0])
    return "".join(f"{colours[not is_in]}{''.join(c for _, c in run)}\x1b[0m" for is_in, run in runs)
