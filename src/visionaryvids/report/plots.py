"""Loss and metric over epochs as one picture, as in the paper's Figures 3-20."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from visionaryvids.files import write_atomically

MARK_EVERY = 12  # a line with at most this many epochs gets dots: one epoch alone would be invisible


@dataclass(frozen=True, slots=True)
class Curve:
    """One run.

    Attributes:
        lr, seed: of the run.
        metric: the name of `score`.
        epochs: counted from 1; the lists below have its length, NaN where not evaluated.
        train_loss, test_loss: sums of the weighted losses.
        score: in percent.
        random, ceiling: what chance and perfection reach in `metric`, or None.
    """

    lr: float
    seed: int
    metric: str
    epochs: Sequence[int]
    train_loss: Sequence[float]
    test_loss: Sequence[float]
    score: Sequence[float]
    random: float | None
    ceiling: float | None


def draw_curves(path: Path, title: str, curves: Sequence[Curve]) -> None:
    """Draw losses (left: training solid, test dashed) and metric (right) of some runs; one colour a learning rate."""
    from matplotlib.figure import Figure  # 0.4 s: only who draws pays for it

    figure = Figure(figsize=(11, 4.2), dpi=110, layout="constrained")
    losses, scores = figure.subplots(1, 2)
    colors = {lr: f"C{index}" for index, lr in enumerate(sorted({c.lr for c in curves}))}
    named: set[float] = set()
    for curve in curves:
        label = None if curve.lr in named else f"learning rate {curve.lr:g}"
        named.add(curve.lr)
        style = {"color": colors[curve.lr], "linewidth": 0.9, "marker": "." if len(curve.epochs) <= MARK_EVERY else ""}
        losses.plot(curve.epochs, curve.train_loss, label=label, **style)
        losses.plot(curve.epochs, curve.test_loss, linestyle="--", alpha=0.6, **style)
        scores.plot(curve.epochs, curve.score, label=label, **style)
    for name in ("random", "ceiling"):
        level = getattr(curves[0], name)
        if level is not None:
            scores.axhline(level, color="gray", linestyle=":", linewidth=1)
            scores.annotate(
                f"{name} {level:.1f}", (1, level), xycoords=("axes fraction", "data"), ha="right", va="bottom"
            )
    losses.set(title="loss (training solid, test dashed)", xlabel="epoch")
    scores.set(title=f"{curves[0].metric} on the test split, %", xlabel="epoch")
    losses.legend(frameon=False)
    figure.suptitle(f"{title}, {len({c.seed for c in curves})} seed(s)")
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    write_atomically(path, picture.getvalue())
