"""Lion (EvoLved Sign Momentum), Chen et al. 2023, algorithm 2; weight decay decoupled.

    update = sign(b1 m + (1 − b1) g);  p ← p − lr (update + wd p);  m ← b2 m + (1 − b2) g

As in the paper (2.4) and VisionaryVids (optimizers/lion.py): betas (0.9, 0.99). The same roundings as the lion-pytorch
package, so that both end with the same bits: a sign turns a rounding into a whole step. Ours: `torch._foreach_*`, a few
tensors at a time. A step must read parameter, gradient and momentum and write two of them (20 bytes a value); passes
over all tensors at once move several times that through memory, passes over a group that stays in cache do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, overload

import torch
from torch import Tensor
from torch.optim import Optimizer

GROUP = 1 << 16  # values: 256 KiB of float32; parameter, gradient and momentum together fit in a 1 MiB L2 cache


class Lion(Optimizer):
    """Lion optimizer.

    Args:
        params: parameters or groups, as for every PyTorch optimizer.
        lr: step size; about a tenth of Adam's.
        betas: decay of the update's and the momentum's average.
        weight_decay: decoupled, multiplied by lr.
        foreach: update groups of parameters with `torch._foreach_*` (equal to the one-by-one path).
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        foreach: bool = True,
    ) -> None:
        if lr <= 0 or weight_decay < 0 or not all(0 <= b < 1 for b in betas):
            raise ValueError(
                f"Lion: found lr={lr}, betas={betas}, weight_decay={weight_decay}; expected lr > 0, "
                "betas in [0, 1), weight_decay >= 0"
            )
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "foreach": foreach})

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One update of every parameter that has a gradient."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            pairs = [(p, p.grad) for p in group["params"] if p.grad is not None]
            params, grads = [p for p, _ in pairs], [g for _, g in pairs]
            update = _update_foreach if group["foreach"] else _update_each
            momenta = [self._momentum(p) for p in params]
            update(params, grads, momenta, group["lr"], *group["betas"], group["weight_decay"])
        return loss

    def _momentum(self, param: Tensor) -> Tensor:
        state = self.state[param]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(param)
        return state["momentum"]


def _update_each(
    params: list[Tensor], grads: list[Tensor], momenta: list[Tensor], lr: float, b1: float, b2: float, decay: float
) -> None:
    for param, grad, momentum in zip(params, grads, momenta, strict=True):
        update = (momentum * b1).add_(grad, alpha=1 - b1).sign_()
        param.mul_(1 - lr * decay).add_(update, alpha=-lr)
        momentum.mul_(b2).add_(grad, alpha=1 - b2)


def _update_foreach(
    params: list[Tensor], grads: list[Tensor], momenta: list[Tensor], lr: float, b1: float, b2: float, decay: float
) -> None:
    for p, g, m in _groups(params, grads, momenta):
        update = torch._foreach_mul(m, b1)
        torch._foreach_add_(update, g, alpha=1 - b1)
        torch._foreach_sign_(update)
        torch._foreach_mul_(p, 1 - lr * decay)
        torch._foreach_add_(p, update, alpha=-lr)
        torch._foreach_mul_(m, b2)
        torch._foreach_add_(m, g, alpha=1 - b2)


def _groups(params: list[Tensor], grads: list[Tensor], momenta: list[Tensor]) -> Iterator[list[list[Tensor]]]:
    """Lists of tensors that stay in a core's cache between the five passes; everything at once on a GPU."""
    if any(p.is_cuda for p in params):
        yield [params, grads, momenta]
        return
    held, start = 0, 0
    for index, param in enumerate(params, start=1):
        held += param.numel()
        if held >= GROUP or index == len(params):
            yield [params[start:index], grads[start:index], momenta[start:index]]
            held, start = 0, index
