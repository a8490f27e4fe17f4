"""Progress on stderr: a bar on a terminal; of training, a line now and then elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.terminal import is_terminal

if TYPE_CHECKING:  # these take long to import
    from tqdm import tqdm

    from visionaryvids.training.protocols import FinishedRun
    from visionaryvids.training.record import EpochRecord
    from visionaryvids.training.sweep import Watch

LOG = logging.getLogger("visionaryvids")
LINES = 10  # how often a log that is not a terminal hears of a run


@dataclass(slots=True)
class _Progress:
    """Counts epochs of all runs."""

    bar: tqdm
    epochs_a_run: int
    metric: str
    plain: bool
    finished: int = 0
    told: int = 0

    def on_epoch(self, record: EpochRecord) -> None:
        """Take note of one epoch of the run that is on."""
        score = record.scores.get(self.metric)
        text = f"loss {record.loss['total']:.4f}" + ("" if score is None else f", {self.metric} {score:.1f}")
        LOG.debug("epoch %d: %s, %.2f s", record.epoch, text, record.seconds)
        self.bar.set_postfix_str(text, refresh=False)
        self._to(self.finished * self.epochs_a_run + record.epoch, f"epoch {record.epoch}/{self.epochs_a_run}: {text}")

    def on_count(self, epochs: int) -> None:
        """Take note of how many epochs all runs have done."""
        self._to(epochs, "all runs")

    def on_run(self, run: FinishedRun) -> None:
        """Take note of a finished run."""
        self.finished += 1
        last = run.epochs[-1].scores[self.metric]
        LOG.debug("learning rate %g, seed %d: last epoch %s %.1f", run.lr, run.seed, self.metric, last)

    def _to(self, epochs: int, text: str) -> None:
        """Move the bar; elsewhere than on a terminal, say a line for every tenth of a run."""
        self.bar.update(epochs - self.bar.n)
        step = max(1, self.epochs_a_run // LINES)
        if self.plain and epochs // step > self.told:
            self.told = epochs // step
            print(f"{epochs}/{self.bar.total} epochs; {text}", file=sys.stderr)


@contextmanager
def progress(title: str, runs: int, epochs: int, metric: str, verbosity: Verbosity) -> Generator[Watch]:
    """Who is told of epochs and runs: a bar on a terminal, lines elsewhere, nobody with -q."""
    from tqdm import tqdm

    from visionaryvids.training.sweep import Watch

    hidden = verbosity.quiet or not is_terminal(sys.stderr)
    with tqdm(total=runs * epochs, desc=title, unit="epoch", disable=hidden, file=sys.stderr) as bar:
        counter = _Progress(bar, epochs, metric, plain=hidden and not verbosity.quiet)
        yield Watch(counter.on_epoch, counter.on_count, counter.on_run)


@contextmanager
def watched(title: str, verbosity: Verbosity) -> Generator[Callable[[float, float], None]]:
    """Who is told of the seconds of a video done so far and of all its seconds: a bar on a terminal, nobody elsewhere.

    The bar shows how many seconds of video are done in a second, and goes when the video is done.
    """
    from tqdm import tqdm

    shape = "{desc} {percentage:3.0f}%|{bar}| {n:.0f}/{total:.0f} s{postfix}, {remaining} left"
    hidden = verbosity.quiet or not is_terminal(sys.stderr)
    with tqdm(desc=title, total=0, bar_format=shape, leave=False, disable=hidden, file=sys.stderr) as bar:
        started_s = time.monotonic()

        def on_progress(done_s: float, total_s: float) -> None:
            bar.total = total_s
            speed = done_s / max(time.monotonic() - started_s, 1e-3)
            bar.set_postfix_str(f"{speed:.0f}x realtime", refresh=False)
            bar.update(done_s - bar.n)

        yield on_progress
