"""Clips and sentences in one space: where a clip's visual features become comparable with a sentence's embedding.

Ours. Two views of a clip are added up: what a linear map learned from captioned clips says of its features, and the
expected class embedding, which needs no videos: the probabilities of ImageNet's classes times the sentence embeddings
of what each of them means. The first knows what people film; the second knows a thousand things that a few hundred
captions never mention.

Axes: T clips, Q sentences, D feature width, C classes, E width of the sentence space.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TEMPERATURE = 2.0
ROWS_AT_ONCE = 1024
"""Clips that are aligned together: their probabilities of classes take more memory than what becomes of them."""
CLASS_SHARE = 1.0
"""Weight of the expected class embedding beside the learned map. Cross-validation on the training clips finds no
difference between 0.75 and 1.25 (74.6 to 75.2 % of six are told apart)."""


@dataclass(frozen=True, slots=True)
class AlignmentSize:
    """Widths of an alignment: visual features, classes, sentence space."""

    features: int
    classes: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """Clips in the sentence space, from several views.

    Attributes:
        views: `[T, E]` each, rows of unit length. The first one is to be trusted.
        pools: a row stands for so many clips' mean, that of so many such means, and so on; made when it is asked for.
    """

    views: tuple[Tensor, ...]
    pools: tuple[int, ...] = ()

    @property
    def best(self) -> Tensor:
        """The view to be trusted, `[T, E]`."""
        return self._mean(self.views[0])

    def similarities(self, asked_QE: Tensor) -> tuple[Tensor, ...]:
        """Cosine similarity of each sentence with each clip, `[Q, T]`, for each view; of means, the mean of those."""
        return tuple(self._mean(view @ asked_QE.T).T for view in self.views)

    def pooled(self, rows: int) -> Aligned:
        """The mean of every few rows; the last one may stand for fewer. It takes no memory of its own."""
        return replace(self, pools=(*self.pools, rows))

    def _mean(self, rows_TX: Tensor) -> Tensor:
        return reduce(mean_rows, self.pools, rows_TX)


class Alignment(nn.Module):
    """The two views and the sentence side. Nothing here is trained by gradients: `training/alignment.py` fits it."""

    curve_share = 0.0
    """How much similarity itself counts in the curve of clips where the network looked."""

    def __init__(self, size: AlignmentSize) -> None:
        super().__init__()
        self.size = size
        for name, shape in self.shapes(size).items():
            self.register_buffer(name, torch.zeros(shape))

    feature_map: Tensor
    feature_offset: Tensor
    classifier: Tensor
    classifier_bias: Tensor
    class_names: Tensor
    class_center: Tensor
    class_map: Tensor
    sentence_center: Tensor
    sentence_map: Tensor
    feature_center: Tensor
    clip_mean: Tensor
    clip_covariance: Tensor

    @staticmethod
    def shapes(size: AlignmentSize) -> dict[str, tuple[int, ...]]:
        """The shape of every tensor.

        | name                        | what                                                              |
        | feature_map, feature_offset | features to the sentence space, mean length 1 on training clips    |
        | classifier, classifier_bias | features to class logits, from the image encoder's own weights     |
        | class_names                 | sentence embedding of what each class means                        |
        | class_center, class_map     | centre and map of expected class embeddings                        |
        | sentence_center, _map       | centre and softened whitening of sentence embeddings               |
        | feature_center              | mean of the features, for `relations.relate`                       |
        | clip_mean, clip_covariance  | of the training clips' rows in the sentence space, joint view      |
        """
        d, c, e = size.features, size.classes, size.sentence
        return {
            "feature_map": (d, e), "feature_offset": (e,), "classifier": (c, d), "classifier_bias": (c,),
            "class_names": (c, e), "class_center": (e,), "class_map": (e, e),
            "sentence_center": (e,), "sentence_map": (e, e), "feature_center": (d,),
            "clip_mean": (e,), "clip_covariance": (e, e),
        }  # fmt: skip

    def clips(self, video_TD: Tensor) -> Aligned:
        """Features `[T, D]` in the sentence space: both views added up, the learned map alone, the classes alone."""
        views = tuple(video_TD.new_empty(len(video_TD), self.size.sentence) for _ in range(3))
        for start in range(0, len(video_TD), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            for view, made in zip(views, self._views(video_TD[rows]), strict=True):
                view[rows] = made
        return Aligned(views)

    def _views(self, video_TD: Tensor) -> tuple[Tensor, ...]:
        learned = video_TD @ self.feature_map + self.feature_offset
        expected = expected_class_embedding(video_TD @ self.classifier.T + self.classifier_bias, self.class_names)
        classes = (expected - self.class_center) @ self.class_map
        joint = learned + CLASS_SHARE * classes
        return tuple(F.normalize(view, dim=-1) for view in (joint, learned, classes))

    def sentences(self, pooled_QE: Tensor) -> Tensor:
        """Unit sentence embeddings `[Q, E]`, centred and whitened like the clips, unit length."""
        centred = F.normalize(pooled_QE - self.sentence_center, dim=-1)
        return F.normalize(centred @ self.sentence_map, dim=-1)

    def standing(self, asked_QE: Tensor, similarity_Q: Tensor) -> Tensor:
        """See `standing`."""
        return standing(asked_QE, similarity_Q, self.clip_mean, self.clip_covariance)


def standing(asked_QE: Tensor, similarity_Q: Tensor, mean_E: Tensor, covariance_EE: Tensor) -> Tensor:
    """How far similarities are above what the query has with any clip, in spreads of those, `[Q]`.

    Some sentences are a little like everything ("a man is talking"): the same similarity says less of them.

    Args:
        asked_QE: queries in the sentence space.
        similarity_Q: of each with the clip in question.
        mean_E: of many clips in that space.
        covariance_EE: of the same.
    """
    spread_Q = ((asked_QE @ covariance_EE) * asked_QE).sum(1).clamp(min=1e-8).sqrt()
    return (similarity_Q - asked_QE @ mean_E) / spread_Q


def expected_class_embedding(logits_TC: Tensor, class_names_CE: Tensor) -> Tensor:
    """Probabilities of the classes times what they mean, unit length, `[T, E]`."""
    return F.normalize((logits_TC / TEMPERATURE).softmax(1) @ class_names_CE, dim=-1)


def mean_rows(rows_TD: Tensor, count: int) -> Tensor:
    """The mean of every `count` rows; the last one may stand for fewer."""
    even = len(rows_TD) - len(rows_TD) % count
    means_RD = rows_TD[:even].unflatten(0, (even // count, count)).mean(1)  # pooling would copy all rows first
    return means_RD if even == len(rows_TD) else torch.cat((means_RD, rows_TD[even:].mean(0, keepdim=True)))
