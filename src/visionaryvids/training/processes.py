"""Several processes that train one network: who is who, and the few things that they tell each other.

`torchrun` starts a process for each GPU (or CPU); each learns from its share of every batch (`shares.py`) and all take
the same step. Not `DistributedDataParallel`: that takes the mean of gradients, wants every process to have examples and
every parameter a gradient. Here shares may differ in size or be empty, losses are divided by counts of the whole batch,
and a head without labels stays untouched, so the sum of gradients is wanted, and it is one message: the paper's network
has four million parameters.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from visionaryvids.errors import ConfigError

T = TypeVar("T")

PATIENCE = timedelta(hours=2)
"""How long processes wait for one that reads data or judges predictions before they take it for dead."""


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among those that train together; alone by default, and then nothing here costs anything.

    Attributes:
        rank: which one this is, from 0.
        count: how many there are.
    """

    rank: int = 0
    count: int = 1

    @classmethod
    def here(cls) -> Processes:
        """Those that `joined` brought together; otherwise this one alone."""
        together = dist.is_available() and dist.is_initialized()
        return cls(dist.get_rank(), dist.get_world_size()) if together else cls()

    @property
    def first(self) -> bool:
        """This is the process that writes and speaks."""
        return self.rank == 0

    @contextmanager
    def first_ahead(self) -> Generator[None]:
        """The others enter when the first one is through. If it fails, they wait until `torchrun` ends them."""
        if not self.first:
            dist.barrier()
        yield
        if self.first and self.count > 1:
            dist.barrier()

    def sum(self, values: Sequence[float]) -> list[float]:
        """The sum over processes of each value."""
        return self._reduced(values, dist.ReduceOp.SUM) if self.count > 1 else list(values)

    def highest(self, value: float) -> float:
        """The highest of all processes' values."""
        return self._reduced([value], dist.ReduceOp.MAX)[0] if self.count > 1 else value

    def sum_named(self, values: Mapping[str, float], names: Sequence[str]) -> dict[str, float]:
        """The sum of each named value over the processes that have it, in the order of `names`."""
        there = self.sum([float(name in values) for name in names])
        sums = self.sum([values.get(name, 0.0) for name in names])
        return {name: total for name, total, count in zip(names, sums, there, strict=True) if count}

    def interleave(self, items: Sequence[T]) -> list[T]:
        """Everybody's items as one list, where process r had every `count`-th item from r on."""
        if self.count == 1:
            return list(items)
        parts: list[list[T]] = [[] for _ in range(self.count)]
        dist.all_gather_object(parts, list(items))
        return [part[i] for i in range(max(map(len, parts))) for part in parts if i < len(part)]

    @torch.no_grad()
    def sum_gradients(self, parameters: Iterable[Tensor]) -> None:
        """Give every parameter the sum of all processes' gradients; none where no process has one."""
        if self.count == 1:
            return
        params = list(parameters)
        has = torch.tensor([p.grad is not None for p in params]).to(params[0])
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in params]
        flat = torch.cat([has, *(grad.reshape(-1) for grad in grads)])
        dist.all_reduce(flat)
        owners, *sums = flat.split([len(params), *(p.numel() for p in params)])
        for param, owned, total in zip(params, owners.tolist(), sums, strict=True):
            param.grad = total.view_as(param) if owned else None

    def _reduced(self, values: Sequence[float], operation: dist.ReduceOp.RedOpType) -> list[float]:
        device = "cuda" if dist.get_backend() == "nccl" else "cpu"
        vector = torch.tensor(values, dtype=torch.float64, device=device)
        dist.all_reduce(vector, operation)
        return vector.tolist()


@contextmanager
def joined(device: str) -> Generator[Processes]:
    """Join the processes that `torchrun` started, if it started this one; a GPU for each where `device` is `cuda`.

    Raises:
        ConfigError: one GPU for all of them, or fewer GPUs than processes.
    """
    if not dist.is_torchelastic_launched() or int(os.environ["WORLD_SIZE"]) == 1:
        yield Processes()
        return
    if device.startswith("cuda"):
        _take_own_gpu(device)
    dist.init_process_group("nccl" if device.startswith("cuda") else "gloo", timeout=PATIENCE)
    try:
        yield Processes.here()
    finally:
        dist.destroy_process_group()


def _take_own_gpu(device: str) -> None:
    local, there = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
    if device != "cuda":
        raise ConfigError("--device", f"{device} for every process", "cuda: each takes a GPU of its own")
    if local >= there:
        remedy = f"torchrun --nproc-per-node {there}" if there else "train with --device cpu"
        raise ConfigError("--device", f"process {local + 1} and {there} GPUs", "a GPU for each process", remedy)
    torch.cuda.set_device(local)
