"""Progress of training on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visionaryvids.cli.options import Verbosity

if TYPE_CHECKING:  # these take long to import
    from tqdm import tqdm

    from visionaryvids.training.protocols import FinishedRun
    from visionaryvids.training.record import EpochRecord

LOG = logging.getLogger("visionaryvids")
LINES = 10  # how often a log that is not a terminal hears of a run


@dataclass(slots=True)
class Progress:
    """Counts epochs of all runs; `on_epoch` and `on_run` are what training calls."""

    bar: tqdm
    epochs_a_run: int
    metric: str
    quiet: bool
    finished: int = 0

    def on_epoch(self, record: EpochRecord) -> None:
        """Take note of one epoch."""
        score = record.scores.get(self.metric)
        text = f"loss {record.loss['total']:.4f}" + ("" if score is None else f", {self.metric} {score:.1f}")
        LOG.debug("epoch %d: %s, %.2f s", record.epoch, text, record.seconds)
        self.bar.set_postfix_str(text, refresh=False)
        self.bar.update(self.finished * self.epochs_a_run + record.epoch - self.bar.n)
        if self.bar.disable and not self.quiet and record.epoch % max(1, self.epochs_a_run // LINES) == 0:
            print(f"run {self.finished + 1}: epoch {record.epoch}/{self.epochs_a_run}: {text}", file=sys.stderr)

    def on_run(self, run: FinishedRun) -> None:
        """Take note of one finished run."""
        self.finished += 1
        self.bar.update(self.finished * self.epochs_a_run - self.bar.n)
        text = f"learning rate {run.lr:g}, seed {run.seed}: last epoch {run.epochs[-1].scores[self.metric]:.1f}"
        if not self.quiet:
            self.bar.write(f"run {self.finished} done, {text} {self.metric}", file=sys.stderr)


@contextmanager
def progress(title: str, runs: int, epochs: int, metric: str, verbosity: Verbosity) -> Generator[Progress]:
    """A bar over the epochs of some runs; silent with -q, and not drawn where stderr is no terminal."""
    from tqdm import tqdm

    disable = True if verbosity.quiet else not sys.stderr.isatty()
    with tqdm(total=runs * epochs, desc=title, unit="epoch", disable=disable, file=sys.stderr) as bar:
        yield Progress(bar, epochs, metric, verbosity.quiet)
