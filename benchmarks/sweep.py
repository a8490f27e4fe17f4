"""What a sweep costs against its runs one by one; ratios from one run on one machine.

(j) TVSum BK, three learning rates, every epoch evaluated and its state saved: one after another, by turns, stacked;
    processor time of one thread, in turn, so that a drift of the machine hits all. Then the same with a small network.
    On a GPU (`--device cuda`) wall time.
(k) Table 3, all domains that are there: a short sweep in two processes, extrapolated to 500 epochs.

    python -m benchmarks.sweep [--data ../shared/data/tvsum] [--epochs 4] [--jobs 2] [--device cpu] [--table-only]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch

from benchmarks.bk import real_or_made
from visionaryvids.annotations.splits import TVSUM
from visionaryvids.errors import InputError
from visionaryvids.recipes.tvsum import tvsum
from visionaryvids.report.published_scores import UMT_RUN_S
from visionaryvids.training.loop import train
from visionaryvids.training.settings import Settings, Task
from visionaryvids.training.sweep import Sweep, run_sweeps
from visionaryvids.training.together import train_together

EPOCHS = 500
ROUNDS = 3
WARM = 2
"""Epochs that are not counted: the state's two slots are made in them."""
SMALL = {"width": 64, "memory_slots": 4}


def one_by_one(task: Task, told: Sequence[tuple[Settings, Path]], clock: Callable[[], float], **model) -> float:
    seconds = []
    for settings, folder in told:
        stamps: list[float] = []
        network = tvsum("BK").model(task, "visionaryvids", **model)
        train(task, network, settings, folder, on_epoch=lambda _, stamps=stamps: stamps.append(clock()))
        seconds.append((stamps[-1] - stamps[0]) / (len(stamps) - 1))
    return statistics.mean(seconds)


def together(
    task: Task, told: Sequence[tuple[Settings, Path]], clock: Callable[[], float], stacked: bool, **model
) -> float:
    stamps: list[float] = []
    network = tvsum("BK").model(task, "visionaryvids", **model)
    train_together(task, network, told, on_epoch=lambda _: stamps.append(clock()), stacked=stacked)
    return (stamps[-1] - stamps[len(told) - 1]) / (len(stamps) - len(told))  # the first epoch includes the set-up


def ratios(data: Path, epochs: int, device: str, **model) -> None:
    recipe = tvsum("BK")
    task = recipe.task(data)
    clock = time.process_time if device == "cpu" else time.perf_counter
    methods = {
        "one after another": one_by_one,
        "by turns": partial(together, stacked=False),
        "stacked": partial(together, stacked=True),
    }
    found: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(ROUNDS):
        for name, method in methods.items():
            with tempfile.TemporaryDirectory() as folder:
                settings = [
                    recipe.settings("visionaryvids", epochs=epochs, lr=lr, device=device) for lr in recipe.rates
                ]
                told = [(each, Path(folder) / f"{each.lr:g}") for each in settings]
                found[name].append(method(task, told, clock, **model))
    best = {name: min(seconds) for name, seconds in found.items()}
    alone = best["one after another"]
    for name, seconds in best.items():
        print(f"    {name:18} {1e3 * seconds:7.0f} ms an epoch of one run, ratio {alone / seconds:.2f}")


def table(data: Path, epochs: int, jobs: int, precision: str) -> None:
    there = [domain for domain in TVSUM if is_there(data, domain)]
    short, long = (table_seconds(data, there, count, jobs, precision) for count in (WARM, WARM + epochs))
    runs = 3 * len(there)
    wall, cpu = ((b - a) / epochs * EPOCHS for a, b in zip(short, long, strict=True))
    print(f"(k) {len(there)} domains × 3 learning rates, {jobs} processes, {precision}, {epochs} epochs for {EPOCHS}:")
    print(f"    {wall / 60:.0f} minutes of this machine as it was, {wall / runs:.0f} s a run")
    print(f"    {cpu / runs:.0f} s of processor time a run: {cpu / jobs / 60:.0f} minutes where {jobs} cores are idle,")
    print(f"    {cpu / jobs / runs:.0f} s a run (UMT: {UMT_RUN_S['BK']} s a run)")


def table_seconds(data: Path, domains: Sequence[str], epochs: int, jobs: int, precision: str) -> tuple[float, float]:
    """Wall and processor seconds of a whole table with so many epochs."""
    with tempfile.TemporaryDirectory() as folder:
        changes = {"epochs": epochs, "precision": precision}
        sweeps = [sweep(data, domain, Path(folder) / domain, jobs, **changes) for domain in domains]
        started, before = time.perf_counter(), processor_s()
        run_sweeps(sweeps)
        return time.perf_counter() - started, processor_s() - before


def sweep(data: Path, domain: str, folder: Path, jobs: int, **changes) -> Sweep:
    recipe = tvsum(domain)
    load = partial(recipe.task, data)
    model, settings = recipe.model(load(), "visionaryvids"), recipe.settings("visionaryvids", **changes)
    return Sweep(load, model, settings, recipe.rates, (1,), folder, jobs)


def processor_s() -> float:
    """Of worker processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def is_there(data: Path, domain: str) -> bool:
    try:
        return bool(tvsum(domain).task(data))
    except InputError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tvsum"))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--table-only", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        data = real_or_made(options.data, Path(folder))
        if not options.table_only:
            print(f"(j) TVSum BK, 3 learning rates, {options.device}, one thread, torch {torch.__version__}; width 256")
            ratios(data, options.epochs, options.device)
            print(f"    a small network: width {SMALL['width']}")
            ratios(data, options.epochs, options.device, **SMALL)
        if options.device == "cpu":
            for precision in ("fp32", "bf16"):
                table(data, options.epochs, options.jobs, precision)


if __name__ == "__main__":
    main()
