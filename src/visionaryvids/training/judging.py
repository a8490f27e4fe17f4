"""What a network answers on the test examples, and its losses there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from visionaryvids.data.batch import Batch
from visionaryvids.model.decode import predictions
from visionaryvids.model.network import Outputs
from visionaryvids.training.batches import Batches
from visionaryvids.training.learner import Learner, mean_losses, refuse_non_finite
from visionaryvids.training.losses import compute_losses
from visionaryvids.types import Annotation, Prediction

# A result does not depend on its neighbours in a batch; with UMT's quirks it does, and UMT evaluates one by one.
EVALUATION_BATCH = 16


@torch.no_grad()
def evaluate(
    learner: Learner,
    batches: Batches,
    annotations: Sequence[Annotation],
    when: str,
    forward: Callable[[Batch], Outputs] | None = None,
) -> tuple[list[Prediction], dict[str, float]]:
    """Predictions for every example, in order, and the mean losses on them; several processes share the work.

    In 32 bits whatever the training runs in: what is judged are the weights as they are saved. `forward` gives the
    network's outputs where somebody else computes them.
    """
    network, compat = learner.network.eval(), learner.network.config.compat
    found = []
    for members, batch in batches.ordered(1 if compat.decoder_sees_padding else EVALUATION_BATCH, learner.processes):
        outputs = (forward or network)(batch)
        ids = tuple(annotations[i].video_id for i in members)
        loss = compute_losses(outputs, batch, learner.settings.losses, compat)
        values = {name: value.item() for name, value in loss.parts.items()}
        refuse_non_finite(values, batch.ids, when)
        found.append((predictions(outputs, batch, ids, compat), values))
    found = learner.processes.interleave(found)
    return [answer for answers, _ in found for answer in answers], mean_losses([values for _, values in found])
