"""The matcher: a video's features and a sentence's tokens to what matches, for videos of any length.

    features ─ alignment ─► clips in the sentence space ─┐
                                                         ├─ similarities ─┐
    tokens ─── alignment ─► sentence in the same space ──┘                ├─ relations ─ Network ─► Outputs
    features ───────────────────────────────────────────── shots, novelty ┘
                                                                        └ Interest ─► highlights without a query

The network sees `STRETCH` rows at once. A long video is cut into stretches that overlap by half, at several scales: a
row is one clip, then the mean of three, of nine, ... until the whole video is one stretch. So every moment, short or
long, lies whole in the middle of some stretch. `watch` does what needs no query, once a video; `compare` is the coarse
look, a matrix product over all rows; `look` is the fine one, only at stretches where `compare` found something.

Ours; the network inside is the paper's with another input. Axes: Q queries, T clips of the video, R rows of a scale,
S stretches, W rows of a stretch, P pairs of a query and a stretch, C channels.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from visionaryvids.data.batch import Batch
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.model.alignment import Aligned, Alignment, mean_rows
from visionaryvids.model.calibration import Calibration
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.interest import Interest
from visionaryvids.model.network import Network, Outputs
from visionaryvids.model.proposals import between_cuts, propose_all
from visionaryvids.model.relations import Level, Relations, level_of, query_channels, relate
from visionaryvids.model.stretches import STRETCH
from visionaryvids.model.words import WordAlignment
from visionaryvids.types import Features, Query

SCALE_STEP = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """A video at one scale, before any query.

    Attributes:
        clips: how many clips are one row.
        num_rows: R.
        aligned: the rows in the sentence space.
        starts_S: the first row of each stretch.
        relations: of each stretch.
    """

    clips: int
    num_rows: int
    aligned: Aligned
    starts_S: Tensor
    relations: Relations


@dataclass(frozen=True, slots=True)
class Footage:
    """What the matcher knows of a video before any query.

    Attributes:
        scales: from the finest, where a row is a clip, to the one where the whole video is one stretch.
        interest_T: in [0, 1], how interesting each clip is where nothing is asked.
    """

    scales: tuple[Scale, ...]
    interest_T: NDArray[np.float64]

    @property
    def num_clips(self) -> int:
        """T."""
        return self.scales[0].num_rows


@dataclass(frozen=True, slots=True)
class Comparison:
    """The coarse look at one scale.

    Attributes:
        scale: where.
        similarities: of each query with each row, `[Q, R]`, for each view of the alignment.
        levels: of each view over the whole video.
    """

    scale: Scale
    similarities: tuple[Tensor, ...]
    levels: tuple[Level, ...]


class Matcher(nn.Module):
    """Alignment and joint network with their calibration.

    Args:
        spec: the features that it was trained on; others are refused.
        alignment: takes clips and sentences into one space.
        config: of the network.
    """

    def __init__(self, spec: FeatureSpec, alignment: Alignment | WordAlignment, config: ModelConfig) -> None:
        super().__init__()
        self.spec = spec
        self.alignment = alignment
        self.interest = Interest()
        self.network = Network(config)
        self.calibration = Calibration()

    @torch.no_grad()
    def watch(self, features: Features) -> Footage:
        """Everything that needs no query.

        Raises:
            ValueError: the features have no picture.
        """
        if features.video_TD is None:
            raise ValueError("Matcher.watch: found no video features")
        interest_T = self.interest(features.video_TD, features.audio_TD)
        with warnings.catch_warnings(action="ignore"):  # of memory that may not be written to: a copy would be large
            video_TD = torch.from_numpy(features.video_TD)
        aligned = self.alignment.clips(video_TD)
        return Footage(tuple(scales_of(aligned, video_TD, self.alignment.feature_center)), interest_T)

    def ask(self, queries: Sequence[Query]) -> Tensor:
        """Queries in the sentence space, `[Q, E]`."""
        means = [torch.from_numpy(query.tokens_LD.mean(0)) for query in queries]
        if not means:
            return torch.zeros(0, len(self.alignment.sentence_center))
        return self.alignment.sentences(F.normalize(torch.stack(means), dim=1))

    @torch.no_grad()
    def look(self, comparison: Comparison, query_P: Tensor, stretch_P: Tensor) -> Outputs:
        """The fine look: the network on pairs of a query and a stretch of one scale."""
        scale = comparison.scale
        stretch_U, place_P = stretch_P.unique(return_inverse=True)
        relations = scale.relations.rows(stretch_U)
        rows_PW = scale.starts_S[stretch_P][:, None] + torch.arange(relations.mask_BT.size(1))
        similarities = [view[query_P[:, None], rows_PW] for view in comparison.similarities]
        levels = [level.rows(query_P) for level in comparison.levels]
        return self.network(matcher_batch(relations, similarities, levels, place_P))


def compare(footage: Footage, asked_QE: Tensor) -> Iterator[Comparison]:
    """The coarse look at every row of every scale; a coarser row's similarity is the mean of those of finer rows."""
    similarities = footage.scales[0].aligned.similarities(asked_QE)
    everywhere = torch.ones_like(similarities[0], dtype=torch.bool)
    for scale in footage.scales:
        levels = tuple(level_of(similarity, everywhere[:, : scale.num_rows]) for similarity in similarities)
        yield Comparison(scale, similarities, levels)
        similarities = tuple(mean_rows(similarity.T, SCALE_STEP).T for similarity in similarities)


def scales_of(aligned: Aligned, rows_RD: Tensor, center_D: Tensor | float = 0.0) -> Iterator[Scale]:
    """Cut a video into stretches, at one scale after another.

    Args:
        aligned: its clips in the sentence space.
        rows_RD: its features; they are only read.
        center_D: from where directions of features count.
    """
    clips = 1
    while True:
        starts = stretch_starts(len(rows_RD))
        mask = torch.ones(1, min(STRETCH, len(rows_RD)), dtype=torch.bool)
        # one by one: on the way, a stretch's features and products take many times the memory of its relations
        relations = [relate(rows_RD[None, start : start + STRETCH] - center_D, mask) for start in starts]
        yield Scale(clips, len(rows_RD), aligned, torch.tensor(starts), Relations.join(relations))
        if len(starts) == 1:
            return
        rows_RD, aligned, clips = mean_rows(rows_RD, SCALE_STEP), aligned.pooled(SCALE_STEP), clips * SCALE_STEP


def stretch_starts(num_rows: int, length: int = STRETCH) -> list[int]:
    """The first row of each stretch of `length` rows; they overlap by half, and the last one ends with the video."""
    last = max(0, num_rows - length)
    return [*range(0, last, max(1, length // 2)), last]


def matcher_batch(
    relations: Relations, similarities: Sequence[Tensor], levels: Sequence[Level], stretch_P: Tensor | None = None
) -> Batch:
    """The network's input: quiet channels, query channels, and moments to be judged; times are in rows.

    See `query_channels` for the arguments.
    """
    places_P = torch.arange(len(relations.mask_BT)) if stretch_P is None else stretch_P
    asked = query_channels(relations, similarities, levels, stretch_P)
    mask_PT = relations.mask_BT[places_P]
    proposals_BN2, proposal_mask_BN = _proposals(relations, similarities[0], places_P)
    return Batch(
        ids=("",) * len(asked),
        clip_s=1.0,
        video_BTD=torch.cat((relations.quiet_BTC[places_P], asked), dim=-1),
        audio_BTD=None,
        mask_BT=mask_PT,
        proposals_BN2=proposals_BN2,
        proposal_mask_BN=proposal_mask_BN,
        padded=not bool(mask_PT.all()),
    )


def _proposals(relations: Relations, similarity_PT: Tensor, stretch_P: Tensor) -> tuple[Tensor, Tensor]:
    """Moments to be judged in each stretch, padded to the same number: int `[P, N, 2]` and bool `[P, N]`."""
    lengths, stretches, curves_PT = relations.mask_BT.sum(1).tolist(), stretch_P.tolist(), similarity_PT.numpy()
    novelties = zip(relations.quiet_BTC[..., :2].transpose(1, 2).numpy(), lengths, strict=True)
    cuts = [between_cuts(novelty_2T[:, :length]) for novelty_2T, length in novelties]
    if min(lengths) == max(lengths):  # as always in one video
        proposals = propose_all([cuts[stretch] for stretch in stretches], curves_PT[:, : lengths[0]])
    else:
        pairs = zip(stretches, curves_PT, strict=True)
        proposals = [propose_all([cuts[at]], curve_T[None, : lengths[at]])[0] for at, curve_T in pairs]
    block_PN2 = pad_sequence([torch.from_numpy(found) for found in proposals], batch_first=True)
    return block_PN2, torch.arange(block_PN2.size(1)) < torch.tensor([[len(found)] for found in proposals])
