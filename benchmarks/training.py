"""How fast training is, against the same computation written plainly; ratios from one run on one machine.

(a) End to end: TVSum BK, every epoch evaluated and its state saved to disk, against UMT's pipeline.
(c) One training step of the model against the same step in plain eager PyTorch; and the share outside matrix products.

    python -m benchmarks.training [--data ../shared/data/tvsum] [--epochs 6] [--threads 1]
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks import plain_umt
from benchmarks.bk import real_or_made
from visionaryvids.data.batch import collate
from visionaryvids.model.checkpoint import from_umt
from visionaryvids.model.config import preset
from visionaryvids.model.network import build
from visionaryvids.recipes.tvsum import tvsum
from visionaryvids.training.lion import Lion
from visionaryvids.training.loop import train
from visionaryvids.training.losses import LossWeights, compute_losses
from visionaryvids.training.settings import Task

EPOCHS = 500
PRODUCTS = ("mm", "addmm", "bmm", "baddbmm", "matmul", "linear")


def end_to_end(task: Task, epochs: int) -> None:
    ours, plain = [], []
    for _ in range(2):  # in turn, so that a drift of the machine hits both
        plain += plain_epochs(task, epochs)
        ours += our_epochs(task, epochs)
    slow, fast = statistics.median(plain), statistics.median(ours)
    print(f"(a) one epoch of TVSum BK with its evaluation: plain pipeline {slow:.3f} s, ours {fast:.3f} s (medians)")
    print(f"    {EPOCHS} epochs: {EPOCHS * slow:.0f} s against {EPOCHS * fast:.0f} s, ratio {slow / fast:.1f}")


def plain_epochs(task: Task, epochs: int) -> list[float]:
    model = plain(task)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
    training, testing = plain_umt.loader(task.train, True), plain_umt.loader(task.test, False)
    ratings = [torch.tensor(a.ratings_TR) for a in task.annotations("test")]
    seconds = []
    for _ in range(epochs):
        start = time.perf_counter()
        model.train()
        for data in training:
            plain_umt.step(model, optimizer, data)
        plain_umt.evaluate(model, testing, ratings)
        seconds.append(time.perf_counter() - start)
    return seconds


def our_epochs(task: Task, epochs: int) -> list[float]:
    recipe = tvsum("BK")
    with tempfile.TemporaryDirectory() as folder:
        stamps = [time.perf_counter()]
        settings = recipe.settings("visionaryvids", epochs=epochs)
        model = recipe.model(task, "visionaryvids")
        train(task, model, settings, Path(folder), on_epoch=lambda _: stamps.append(time.perf_counter()))
        return [b - a for a, b in itertools.pairwise(stamps[1:])]  # the first includes the set-up


def plain(task: Task) -> plain_umt.PlainUMT:
    first = task.train[0]
    torch.manual_seed(0)
    widths = first.features.video_TD, first.features.audio_TD, first.query.tokens_LD
    return plain_umt.PlainUMT(*(array.shape[1] for array in widths))


def one_step(task: Task) -> None:
    slow_model = plain(task)
    batches = [collate([e]) for e in task.train]
    same = from_umt(slow_model.state_dict())
    with torch.no_grad():
        slow_model.eval()
        expected = slow_model(batches[0].video_BTD, batches[0].audio_BTD, batches[0].query_BLD)
        torch.testing.assert_close(same(batches[0]).saliency_BT, expected, atol=1e-4, rtol=1e-4)
    slow_model.train()
    adam = torch.optim.Adam(slow_model.parameters(), lr=1e-3, weight_decay=1e-4)
    dicts = [
        {"video": b.video_BTD, "audio": b.audio_BTD, "query": b.query_BLD, "saliency": b.saliency_BT} for b in batches
    ]
    slow = timed(lambda: [plain_umt.step(slow_model, adam, d) for d in dicts]) / len(dicts)
    table_rows = {"umt": 512, "visionaryvids": 512}
    for name, rows in table_rows.items():
        step = our_step(task, name, rows, batches)
        fast = timed(step) / len(batches)
        outside = 1 - product_share(step)
        print(
            f"(c) a training step: plain {slow * 1e3:.1f} ms, ours (preset {name}) {fast * 1e3:.1f} ms, "
            f"ratio {slow / fast:.2f}; outside matrix products: {100 * outside:.0f}%"
        )
    outside = 1 - product_share(lambda: plain_umt.step(slow_model, adam, dicts[0]))
    print(f"    plain, outside matrix products: {100 * outside:.0f}%")


def our_step(task: Task, name: str, rows: int, batches: list) -> Callable[[], None]:
    first = task.train[0]
    widths = {
        "video_dim": first.features.video_TD.shape[1],
        "audio_dim": first.features.audio_TD.shape[1],
        "query_dim": first.query.tokens_LD.shape[1],
    }
    network = build(preset(name, "small", max_clips=rows, **widths), 0).train()
    optimizer = Lion(network.parameters(), lr=1e-4, weight_decay=1e-4)

    def step() -> None:
        for batch in batches:
            optimizer.zero_grad(set_to_none=True)
            compute_losses(network(batch), batch, LossWeights(), network.config.compat).total.backward()
            optimizer.step()

    return step


def timed(run: Callable[[], object], times: int = 7) -> float:
    run()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def product_share(run: Callable[[], object]) -> float:
    """Share of the processor's time that a step spends inside matrix products."""
    run()
    with profile(activities=[ProfilerActivity.CPU]) as found:
        run()
    events = found.key_averages()
    total = sum(e.self_cpu_time_total for e in events)
    return sum(e.self_cpu_time_total for e in events if e.key.removeprefix("aten::") in PRODUCTS) / total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tvsum"))
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"{options.threads} thread(s), torch {torch.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        data = real_or_made(options.data, Path(folder))
        task = tvsum("BK").task(data)
        one_step(task)
        end_to_end(task, options.epochs)


if __name__ == "__main__":
    main()
