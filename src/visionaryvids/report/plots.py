"""Loss and metric over epochs as one picture, as in the paper's Figures 3-20."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from visionaryvids.files import write_atomically

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARK_UP_TO = 12  # a line of at most this many epochs gets dots: one epoch alone would be invisible


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
    """Draw some runs as a PNG: a column for each learning rate, losses above, metric below, a colour for each seed."""
    from matplotlib.figure import Figure  # 0.4 s: only who draws pays for it

    rates = sorted({curve.lr for curve in curves})
    figure = Figure(figsize=(max(6.5, 4.2 * len(rates)), 5.6), dpi=110, layout="constrained")
    panels = figure.subplots(2, len(rates), sharex=True, sharey="row", squeeze=False)
    colors = {seed: f"C{index}" for index, seed in enumerate(sorted({c.seed for c in curves}))}
    for column, rate in enumerate(rates):
        losses, scores = panels[:, column]
        for curve in (c for c in curves if c.lr == rate):
            _draw_run(losses, scores, curve, colors[curve.seed])
        _draw_levels(scores, curves[0])
        losses.set(title=f"learning rate {rate:g}", ylim=_loss_limits(curves))
        scores.set(xlabel="epoch", ylim=(0, 100))
    panels[0, 0].set_ylabel("loss (training solid, test dashed)")
    panels[1, 0].set_ylabel(f"{curves[0].metric} on test, %")
    panels[0, -1].legend(frameon=False)
    figure.suptitle(title)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    write_atomically(path, picture.getvalue())


def _draw_run(losses: Axes, scores: Axes, curve: Curve, color: str) -> None:
    marker = "." if len(curve.epochs) <= MARK_UP_TO else ""
    losses.plot(curve.epochs, curve.train_loss, color=color, linewidth=0.9, marker=marker, label=f"seed {curve.seed}")
    losses.plot(curve.epochs, curve.test_loss, color=color, linewidth=0.9, marker=marker, linestyle="--", alpha=0.6)
    scores.plot(curve.epochs, curve.score, color=color, linewidth=0.7, marker=marker, alpha=0.8)


def _draw_levels(scores: Axes, curve: Curve) -> None:
    """What chance and perfection reach."""
    for name, level in (("random", curve.random), ("ceiling", curve.ceiling)):
        if level is not None:
            scores.axhline(level, color="black", linestyle=":", linewidth=1)
            box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
            scores.text(
                0.99, level, f"{name} {level:.1f}", transform=scores.get_yaxis_transform(),
                ha="right", va="center", fontsize="small", bbox=box,
            )  # fmt: skip


def _loss_limits(curves: Sequence[Curve]) -> tuple[float, float]:
    """What the losses reach after the first twentieth of the epochs: the first few are far above all others."""
    settled = [
        value
        for curve in curves
        for losses in (curve.train_loss, curve.test_loss)
        for value in losses[len(losses) // 20 :]
        if math.isfinite(value)
    ]
    low, high = min(settled), max(settled)
    margin = 0.05 * (high - low) or 0.1
    return low - margin, high + margin
