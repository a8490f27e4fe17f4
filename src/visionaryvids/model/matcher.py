"""The matcher: a video's features and a sentence's tokens to what matches, for videos of any length.

    features ─ alignment ─► clips in the sentence space ─┐
                                                         ├─ similarities ─┐
    tokens ─── alignment ─► sentence in the same space ──┘                ├─ relations ─ Network ─► Outputs
    features ───────────────────────────────────────────── shots, novelty ┘

`watch` does what needs no query, once a video. `compare` is the coarse look: a matrix product over all clips. `look`
is the fine one: the joint network on stretches of at most `STRETCH_CLIPS` clips, only where `compare` found something.

Ours; the network inside is the paper's (two-dimensional position code aside: a stretch is longer than its fold).
Axes: Q queries, T clips of the video, S stretches, W clips of a stretch, P pairs of a query and a stretch, C channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from visionaryvids.data.batch import Batch
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.model.alignment import Aligned, Alignment, AlignmentSize
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Network, Outputs
from visionaryvids.model.relations import Level, Relations, level_of, query_channels, relate
from visionaryvids.types import Features, Query

STRETCH_CLIPS = 150
STRIDE_CLIPS = 75
"""Stretches overlap by half: whatever lies at the edge of one is in the middle of another."""


@dataclass(frozen=True, slots=True)
class Footage:
    """What the matcher knows of a video before any query.

    Attributes:
        aligned: its clips in the sentence space.
        starts_S: the first clip of each stretch.
        relations: of each stretch.
        summary_E: what the video shows on the whole; it stands for the query where there is none.
    """

    aligned: Aligned
    starts_S: Tensor
    relations: Relations
    summary_E: Tensor

    @property
    def num_clips(self) -> int:
        """T."""
        return len(self.aligned.joint)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The coarse look: similarities `[Q, T]` of each view, and their levels over the whole video."""

    similarities: tuple[Tensor, Tensor, Tensor]
    levels: tuple[Level, ...]
    is_query_Q: Tensor


class Matcher(nn.Module):
    """Alignment and joint network with their calibration.

    Args:
        spec: the features that it was trained on; others are refused.
        size: of the alignment.
        config: of the network.
    """

    def __init__(self, spec: FeatureSpec, size: AlignmentSize, config: ModelConfig) -> None:
        super().__init__()
        self.spec = spec
        self.alignment = Alignment(size)
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
        video_TD = torch.from_numpy(features.video_TD.copy())
        return footage_of(self.alignment.clips(video_TD), video_TD - self.alignment.feature_center)

    def compare(self, footage: Footage, queries: Sequence[Query | None]) -> Comparison:
        """The coarse look at every clip."""
        asked_QE = torch.stack([self._ask(query, footage) for query in queries])
        similarities = footage.aligned.similarities(asked_QE)
        everywhere = torch.ones_like(similarities[0], dtype=torch.bool)
        levels = tuple(level_of(similarity, everywhere) for similarity in similarities)
        return Comparison(similarities, levels, torch.tensor([query is not None for query in queries]))

    def _ask(self, query: Query | None, footage: Footage) -> Tensor:
        if query is None:
            return footage.summary_E
        pooled_E = F.normalize(torch.from_numpy(query.tokens_LD.mean(0)), dim=0)
        return self.alignment.sentences(pooled_E[None])[0]

    @torch.no_grad()
    def look(self, footage: Footage, comparison: Comparison, query_P: Tensor, stretch_P: Tensor) -> Outputs:
        """The fine look: the network on pairs of a query and a stretch."""
        relations = footage.relations.rows(stretch_P)
        clips_PW = footage.starts_S[stretch_P][:, None] + torch.arange(relations.mask_BT.size(1))
        clips_PW = clips_PW.clamp(max=footage.num_clips - 1)
        similarities = [view[query_P[:, None], clips_PW] for view in comparison.similarities]
        levels = [level.rows(query_P) for level in comparison.levels]
        return self.network(matcher_batch(relations, similarities, levels, comparison.is_query_Q[query_P]))


def footage_of(aligned: Aligned, centred_TD: Tensor) -> Footage:
    """Cut a video into stretches and relate the clips of each.

    Args:
        aligned: its clips in the sentence space.
        centred_TD: its features, of which only directions from a common centre count.
    """
    starts = stretch_starts(len(centred_TD))
    blocks_SWD = torch.stack([centred_TD[start : start + STRETCH_CLIPS] for start in starts])
    relations = relate(blocks_SWD, torch.ones(blocks_SWD.shape[:2], dtype=torch.bool))
    return Footage(aligned, torch.tensor(starts), relations, F.normalize(aligned.joint.mean(0), dim=0))


class Calibration(nn.Module):
    """Logits to probabilities: a slope and an offset for each kind, fitted on composed videos.

    Kinds: `presence` (of a whole video), `moment` (this window overlaps a true one by half), `coarse` (a similarity,
    where the network did not look).
    """

    def __init__(self) -> None:
        super().__init__()
        for kind in ("presence", "moment", "coarse"):
            self.register_buffer(kind, torch.tensor([1.0, 0.0]))

    presence: Tensor
    moment: Tensor
    coarse: Tensor

    @staticmethod
    def apply_to(logits: Tensor, line: Tensor) -> Tensor:
        """Probabilities by one of the lines."""
        return (line[0] * logits + line[1]).sigmoid()


def matcher_batch(
    relations: Relations, similarities: Sequence[Tensor], levels: Sequence[Level], is_query_B: Tensor
) -> Batch:
    """The network's input: quiet channels, query channels, and whether there is a query; times are in clips."""
    asked = query_channels(relations, similarities, levels)
    flag = (is_query_B[:, None, None] & relations.mask_BT[..., None]).to(asked)
    return Batch(
        ids=("",) * len(asked),
        clip_s=1.0,
        video_BTD=torch.cat((relations.quiet_BTC, asked, flag), dim=-1),
        audio_BTD=None,
        mask_BT=relations.mask_BT,
        padded=not bool(relations.mask_BT.all()),
    )


def stretch_starts(num_clips: int) -> list[int]:
    """The first clip of each stretch; the last one ends with the video."""
    if num_clips <= STRETCH_CLIPS:
        return [0]
    last = num_clips - STRETCH_CLIPS
    return [*range(0, last, STRIDE_CLIPS), last]
