"""Trains under `torchrun` what `test_processes.py` compares with one process: python two_processes.py FOLDER CASE..."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.training.tasks import NO_DROPOUT, small_config, small_settings, uneven_task
from visionaryvids.training.loop import RunResult, train
from visionaryvids.training.processes import joined

DEVICE = os.environ.get("DEVICE", "cpu")
CASES = ("visionaryvids", "umt", "unrated", "pieces")


def run(case: str, folder: Path) -> RunResult:
    """Batches of 3 of 7 examples: shares differ in size, and the last one of the second process is empty."""
    name = case if case == "umt" else "visionaryvids"
    dropout = {} if case in ("resumed", "straight") else NO_DROPOUT
    pieces = 2 if case == "pieces" else 1
    settings = small_settings(batch_size=3, optimizer="adamw", weight_decay=0.1, accumulate=pieces, device=DEVICE)
    task, model = uneven_task(rated=case != "unrated"), small_config(name, **dropout)
    if case == "resumed":
        cut_short(lambda stop: train(task, model, settings, folder, on_epoch=stop))
    return train(task, model, settings, folder, resume=case == "resumed")


def cut_short(start) -> None:
    def stop(record) -> None:
        if record.epoch == 2:
            raise KeyboardInterrupt

    try:
        start(stop)
    except KeyboardInterrupt:
        return
    raise AssertionError("was not cut short")


if __name__ == "__main__":
    with joined(DEVICE) as processes:
        for each in (*CASES, "resumed", "straight"):
            run(each, Path(sys.argv[1]) / each)
        assert processes.count == 2
