"""Fit an alignment in closed form: a ridge regression from features to caption embeddings, a few means, a whitening.

Chosen by five-fold cross-validation on the training clips against a contrastive loss trained by gradients, which
learned the few hundred captions by heart, and against kernels (radial, square-root of class probabilities), which were
no better than the linear map.

Axes: N clips, D feature width, C classes, E width of the sentence space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from visionaryvids.model.alignment import Alignment, AlignmentSize, expected_class_embedding

RIDGE = 3.0
"""Penalty as a share of the mean squared length of a clip's features."""
WHITENING = 0.3
"""Caption directions are divided by their singular value to this power: 0 leaves them, 1 whitens."""


@dataclass(frozen=True, slots=True)
class Classes:
    """An image classifier: weights `[C, D]`, biases `[C]`, and what its classes mean in sentences `[C, E]`."""

    weight_CD: NDArray[np.float32]
    bias_C: NDArray[np.float32]
    names_CE: NDArray[np.float32]


def fit_alignment(rows: Sequence[NDArray[np.float32]], captions_NE: NDArray[np.float32], classes: Classes) -> Alignment:
    """The alignment of clips and captions.

    Args:
        rows: each clip's features `[T, D]`.
        captions_NE: each caption's unit embedding.
        classes: the image encoder's own classifier.
    """
    mean_ND = torch.stack([torch.from_numpy(row.mean(0)) for row in rows]).double()
    captions = torch.tensor(captions_NE, dtype=torch.float64)
    center = captions.mean(0)
    whitening = _whitening(F.normalize(captions - center, dim=1))
    target = F.normalize(F.normalize(captions - center, dim=1) @ whitening, dim=1)
    feature_map, feature_offset = _ridge(mean_ND, target)
    expected = _expected(rows, classes)
    class_center = expected.mean(0)
    class_length = ((expected - class_center) @ whitening).norm(dim=1).mean()
    fitted = {
        "feature_map": feature_map, "feature_offset": feature_offset, "feature_center": mean_ND.mean(0),
        "classifier": torch.tensor(classes.weight_CD), "classifier_bias": torch.tensor(classes.bias_C),
        "class_names": torch.tensor(classes.names_CE),
        "class_center": class_center, "class_map": whitening / class_length,
        "sentence_center": center, "sentence_map": whitening,
    }  # fmt: skip
    size = AlignmentSize(mean_ND.size(1), len(classes.bias_C), captions.size(1))
    alignment = Alignment(size)
    alignment.load_state_dict(alignment.state_dict() | {name: value.float() for name, value in fitted.items()})
    with torch.no_grad():
        seen_TE = torch.cat([alignment.clips(torch.tensor(row)).best for row in rows])
    alignment.clip_mean.copy_(seen_TE.mean(0))
    alignment.clip_covariance.copy_(seen_TE.T.cov(correction=0))
    return alignment.eval()


def _whitening(centred_NE: Tensor) -> Tensor:
    """A symmetric map `[E, E]` that evens the captions' directions out, in part; directions without captions vanish."""
    _, sizes, directions = torch.linalg.svd(centred_NE, full_matrices=False)
    scale = torch.where(sizes > 1e-6 * sizes[0], (sizes / sizes.mean()).clamp(min=1e-9) ** -WHITENING, 0.0)
    return directions.T * scale @ directions


def _ridge(mean_ND: Tensor, target_NE: Tensor) -> tuple[Tensor, Tensor]:
    """Map `[D, E]` and offset `[E]`; the fitted clips have mean length 1. Solved in the N clips, fewer than D."""
    center, unit = mean_ND.mean(0), mean_ND.std(0, correction=0).mean()
    x_ND = (mean_ND - center) / unit
    gram_NN = x_ND @ x_ND.T
    penalty = RIDGE * gram_NN.diagonal().mean() * torch.eye(len(x_ND), dtype=gram_NN.dtype)
    weights_DE = x_ND.T @ torch.linalg.solve(gram_NN + penalty, target_NE)
    weights_DE = weights_DE / (x_ND @ weights_DE).norm(dim=1).mean() / unit
    return weights_DE, -center @ weights_DE


def _expected(rows: Sequence[NDArray[np.float32]], classes: Classes) -> Tensor:
    """Each clip's mean expected class embedding, unit length, `[N, E]`."""
    weight, bias, names = (torch.tensor(x) for x in (classes.weight_CD, classes.bias_C, classes.names_CE))
    means = [expected_class_embedding(torch.tensor(row) @ weight.T + bias, names).mean(0) for row in rows]
    return F.normalize(torch.stack(means).double(), dim=1)
