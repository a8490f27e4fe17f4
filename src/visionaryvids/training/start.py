"""What a run starts from: weights drawn from its seed, or those of a checkpoint (fine-tuning).

Every parameter of the checkpoint that the network has too is taken, and must have its shape. A head or an encoder that
only one of the two has cannot be taken: it is drawn from the seed, or left behind. Anything else that does not fit is
an error; `Settings.fresh` names inputs and heads that are to be learned anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from visionaryvids.errors import CheckpointError
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.model.config import UMT_COMPAT, ModelConfig
from visionaryvids.model.network import Network, build
from visionaryvids.training.settings import FreshPart, Settings

FRESH: dict[FreshPart, str] = {
    "video": "video.mapping.",
    "audio": "audio.mapping.",
    "query": "generator.mapping.",
    "saliency": "saliency.",
    "moments": "boundary.",
}
"""Inputs and heads, with what their parameters' names begin with."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a checkpoint fits a network, by names of parameters.

    Attributes:
        taken: those of the checkpoint.
        fresh: those that are drawn from the seed.
        left: those of the checkpoint that the network has no place for.
    """

    taken: tuple[str, ...]
    fresh: tuple[str, ...]
    left: tuple[str, ...]

    def __str__(self) -> str:
        fresh = f"; learned anew: {_modules(self.fresh)}" if self.fresh else ""
        left = f"; left behind: {_modules(self.left)}" if self.left else ""
        return f"{len(self.taken)} parameters taken{fresh}{left}"


def first_network(model: ModelConfig, settings: Settings) -> Network:
    """The network before its first step.

    Raises:
        CheckpointError: `settings.start` is no checkpoint, or does not fit `model`.
        DownloadError: it is a released one that cannot be fetched.
    """
    network = build(model, settings.seed)
    if settings.start is not None:
        state = load_checkpoint(settings.start).network.state_dict()
        start = fit(network.state_dict(), state, settings.fresh, settings.start)
        network.load_state_dict({name: state[name] for name in start.taken}, strict=False)
    return network


def find_start(settings: Settings, model: ModelConfig) -> Start | None:
    """How `settings.start` fits a network of `model`; None without it.

    Raises:
        CheckpointError: as `first_network`.
    """
    if settings.start is None:
        return None
    with torch.device("meta"):  # names and shapes are all that is asked
        own = Network(model).state_dict()
    return fit(own, load_checkpoint(settings.start).network.state_dict(), settings.fresh, settings.start)


def fit(own: Mapping[str, Tensor], given: Mapping[str, Tensor], fresh: Sequence[FreshPart], where: str) -> Start:
    """See which parameters of a checkpoint a network can take.

    Args:
        own: the network's parameters.
        given: the checkpoint's.
        fresh: inputs and heads that are not to be taken.
        where: the checkpoint, for messages.

    Raises:
        CheckpointError: names what does not fit and what to do.
    """
    anew = tuple(FRESH[part] for part in fresh)
    wanted = [name for name in own if not name.startswith(anew)]
    for name in wanted:
        if name in given and given[name].shape != own[name].shape:
            raise _misfit(where, name, given[name], own[name])
    strangers = [name for name in wanted if name not in given and _module(name) in _parts(given)]
    strangers += [name for name in given if name not in own and _module(name) in _parts(own)]
    if strangers:
        found = f"another architecture: {', '.join(strangers[:3])} on one side only ({len(strangers)} parameters)"
        raise CheckpointError(where, found, "the architecture of the run", "leave --set out: --from brings its own")
    taken = tuple(name for name in wanted if name in given)
    return Start(taken, tuple(sorted(own.keys() - {*taken})), tuple(sorted(given.keys() - own.keys())))


def preset_of(checkpoint: str) -> Literal["visionaryvids", "umt"]:
    """The preset that a checkpoint's network was made by, and is trained like."""
    return "umt" if load_checkpoint(checkpoint).network.config.compat == UMT_COMPAT else "visionaryvids"


def _misfit(where: str, name: str, given: Tensor, own: Tensor) -> CheckpointError:
    found = f"{name} is {list(given.shape)} there and {list(own.shape)} here"
    part = next((part for part, prefix in FRESH.items() if name.startswith(prefix)), None)
    if part in ("video", "audio", "query") and len(given) == len(own):  # else the networks' own widths differ
        remedy = f"use features of the encoders that it was trained with, or learn this input anew: --fresh {part}"
        return CheckpointError(where, found, "features of the same width", remedy)
    return CheckpointError(where, found, "the same shape", "leave --set out: --from brings its own architecture")


def _module(name: str) -> str:
    return name.partition(".")[0]


def _parts(names: Iterable[str]) -> set[str]:
    return {_module(name) for name in names}


def _modules(names: Sequence[str]) -> str:
    """Parameters by the part of the network that they belong to, counted."""
    parts = [_module(name) for name in names]
    return ", ".join(f"{part} ({parts.count(part)})" for part in dict.fromkeys(parts))
