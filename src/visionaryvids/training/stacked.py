"""Networks of one architecture as one: each parameter of K runs is one tensor `[K, ...]`, each operation one kernel.

For GPUs, where a network this small leaves most of the device idle and the time goes into starting kernels. The model
is the ordinary one, called through `torch.func` (`vmap` over the runs' parameters). On a CPU its matrix products fill a
core as they are, and stacking only pushes them out of the cache: there, runs take turns (`together.py`).

Runs of one seed see the same batches and the same dropout; runs of other seeds have batches of their own, padded to
a common length. Draws are those of a run alone on a CPU: each seed has its generator, and masks have the shapes that
the run's own batch asks for. A run's optimizer and its state on disk see views of the stack, so they are the ordinary
ones, and a run may go on alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import torch
from torch import Tensor
from torch.func import functional_call, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel

from visionaryvids.data.batch import Batch
from visionaryvids.model.dropout import drawn_by, keep_mask
from visionaryvids.model.network import Outputs
from visionaryvids.training.batches import TrainingBatches
from visionaryvids.training.draws import Given, Listed
from visionaryvids.training.learner import Learner, mean_losses, refuse_non_finite
from visionaryvids.training.loop import epoch_seed, judge
from visionaryvids.training.naming import named
from visionaryvids.training.precision import cast
from visionaryvids.training.record import EpochRecord
from visionaryvids.training.run import Material
from visionaryvids.training.stacked_values import Tensors, equally_long, numbers, outputs_of, seen, stack_padded


@dataclass(frozen=True, slots=True)
class Members:
    """Who takes part in an epoch.

    Attributes:
        places: in the stack.
        learners: at these places.
        seeds: each seed among them once.
        group: of each member, the place of its seed in `seeds`.
    """

    places: tuple[int, ...]
    learners: tuple[Learner, ...]
    seeds: tuple[int, ...]
    group: tuple[int, ...]


class Stack:
    """K learners whose networks compute as one.

    Args:
        learners: of one architecture on one device; their parameters become views of the stack.
    """

    def __init__(self, learners: Sequence[Learner]) -> None:
        self._learners = tuple(learners)
        self._network = learners[0].network
        self._asked: dict[tuple[torch.Size, ...], list[tuple[torch.Size, float]]] = {}
        each = [dict(learner.network.named_parameters()) for learner in learners]
        self._values = {name: torch.stack([own[name].detach() for own in each]) for name in each[0]}
        for name, stacked in self._values.items():
            for own, value in zip(each, stacked, strict=True):
                own[name].data = value
            stacked.requires_grad_()

    def learn_epoch(self, places: Sequence[int], material: Material, epoch: int) -> list[EpochRecord]:
        """One epoch of the runs at these places, evaluation included; each gets its share of the time."""
        started = time.perf_counter()
        members = self._members(places)
        losses = self._train_epoch(members, material.training, epoch)
        lines = []
        self._network.eval()
        for learner, loss, forward in zip(members.learners, losses, self._forwards(members), strict=True):
            with named(learner.settings):
                lines.append(EpochRecord(epoch, loss, *judge(learner, material, epoch, forward), seconds=0.0))
        seconds = (time.perf_counter() - started) / len(lines)
        return [replace(line, seconds=seconds) for line in lines]

    def _members(self, places: Sequence[int]) -> Members:
        learners = tuple(self._learners[place] for place in places)
        seeds = tuple(dict.fromkeys(learner.settings.seed for learner in learners))
        return Members(tuple(places), learners, seeds, tuple(seeds.index(each.settings.seed) for each in learners))

    def _train_epoch(self, members: Members, batches: TrainingBatches, epoch: int) -> list[dict[str, float]]:
        self._network.train()
        seeds = [epoch_seed(seed, epoch) for seed in members.seeds]
        device = next(iter(self._values.values())).device
        generators = [torch.Generator(device).manual_seed(seed) for seed in seeds]
        steps = []
        for shares in zip(*(batches.shuffled(seed) for seed in seeds), strict=True):
            steps.append(self._step(members, [share.pieces[0] for share in shares], generators, f"epoch {epoch}"))
        return [mean_losses(own) for own in zip(*steps, strict=True)]

    def _step(
        self, members: Members, batches: Sequence[Batch], generators: Sequence[torch.Generator], when: str
    ) -> list[dict[str, float]]:
        """One step of each member; `batches` and `generators` are those of each seed."""
        settings = members.learners[0].settings
        masks = self._draw(batches, generators, members.group)
        with cast(settings.precision, settings.device):
            outputs = self._forward(members, equally_long(batches), masks)
        own = [batches[group] for group in members.group]
        losses = [
            learner.losses(outputs_of(outputs, place, batch), batch, when)
            for place, (learner, batch) in enumerate(zip(members.learners, own, strict=True))
        ]
        values = numbers(losses)
        for learner, batch, value in zip(members.learners, own, values, strict=True):
            with named(learner.settings):
                refuse_non_finite(value, batch.ids, when)
        torch.stack([loss.total for loss in losses]).sum().backward()
        self._update(members)
        return values

    def _update(self, members: Members) -> None:
        """Each member's own optimizer takes its step with its part of the gradients."""
        for place, learner in zip(members.places, members.learners, strict=True):
            for name, param in learner.network.named_parameters():
                gradient = self._values[name].grad
                param.grad = None if gradient is None else gradient[place]
            learner.optimizer.step()
            learner.optimizer.zero_grad(set_to_none=True)
        for stacked in self._values.values():
            stacked.grad = None

    def _forward(self, members: Members, batches: Sequence[Batch], masks: Sequence[Tensor]) -> Tensors:
        """Outputs of all members, each `[K, ...]`, on one batch for all or one for each seed."""
        values = self._values
        if len(members.places) < len(self._learners):
            values = {name: stacked[list(members.places)] for name, stacked in values.items()}
        tensors, axis = seen(batches[0]), None
        if len(batches) > 1:
            each = [seen(batches[group]) for group in members.group]
            tensors, axis = {name: torch.stack([own[name] for own in each]) for name in tensors}, 0
        one = partial(self._forward_one, batches[0])
        return vmap(one, in_dims=(0, axis, axis))(values, tensors, list(masks))

    def _forward_one(self, like: Batch, values: Tensors, tensors: Tensors, masks: Sequence[Tensor]) -> Tensors:
        with drawn_by(Given(masks)), sdpa_kernel(SDPBackend.MATH):  # other kernels do not know of a stack
            outputs = functional_call(self._network, values, (replace(like, **tensors),))
        found = {part.name: getattr(outputs, part.name) for part in fields(outputs) if part.name != "mask_BT"}
        return {name: value for name, value in found.items() if value is not None}

    def _forwards(self, members: Members) -> list[Callable[[Batch], Outputs]]:
        """For each member what it says of a batch; the first one who is asked computes for all."""
        said: dict[tuple[str, ...], Tensors] = {}

        def forward(place: int, batch: Batch) -> Outputs:
            if batch.ids not in said:
                said[batch.ids] = self._forward(members, [batch], [])
            return outputs_of(said[batch.ids], place, batch)

        return [partial(forward, place) for place in range(len(members.places))]

    def _draw(
        self, batches: Sequence[Batch], generators: Sequence[torch.Generator], group: Sequence[int]
    ) -> list[Tensor]:
        """Dropout masks of a step in the order in which they are asked for: one for all, or `[K, ...]`."""
        each = [
            [keep_mask(shape, rate, generator) for shape, rate in self._asked_for(batch)]
            for batch, generator in zip(batches, generators, strict=True)
        ]
        if len(each) == 1:
            return each[0]
        return [stack_padded(same)[list(group)] for same in zip(*each, strict=True)]

    def _asked_for(self, batch: Batch) -> list[tuple[torch.Size, float]]:
        """Shapes and rates that dropout asks for in a step on this batch, from a pass without numbers."""
        key = tuple(tensor.shape for tensor in seen(batch).values())
        if key not in self._asked:
            values = {name: stacked[0].to("meta") for name, stacked in self._values.items()}
            with drawn_by(listed := Listed()), torch.no_grad():
                functional_call(self._network, values, (batch.to("meta"),))
            self._asked[key] = listed.asked
        return self._asked[key]
