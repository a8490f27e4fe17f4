"""Weights into networks: every name and every shape must fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from torch import Tensor, nn

from visionaryvids.errors import CheckpointError

M = TypeVar("M", bound=nn.Module)

State = Mapping[str, Tensor]
"""Tensors by the names of the published checkpoint."""

_COUNTER = "num_batches_tracked"


def fill(module: M, state: State, where: str, *, assign: bool = False) -> M:
    """Put weights into a module and set it to evaluation mode; every name and shape must match.

    Args:
        module: what to fill.
        state: the weights.
        where: what to call them in an error.
        assign: take the tensors themselves and not copies of their values.

    Raises:
        CheckpointError: names the missing, left-over or misshapen parameters.
    """
    own = module.state_dict()
    missing, extra = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    shapes = [name for name in own.keys() & state.keys() if own[name].shape != state[name].shape]
    if missing or extra or shapes:
        found = f"{len(missing)} parameters missing, {len(extra)} left over, {len(shapes)} of another shape"
        first = ", ".join((missing + extra + sorted(shapes))[:3])
        raise CheckpointError(where, f"{found} ({first})", "the parameters of its configuration")
    module.load_state_dict(dict(state), assign=assign)
    return module.eval()


def fill_published(module: M, state: State, where: str) -> M:
    """The same for inference with published weights: nothing is copied, and nothing can be trained.

    Counters of batches, which files from before PyTorch 0.4 lack and inference never reads, may be missing.

    Raises:
        CheckpointError: as `fill`.
    """
    counters = {name: value for name, value in module.state_dict().items() if name.endswith(_COUNTER)}
    return fill(module.requires_grad_(False), {**counters, **state}, where, assign=True)
