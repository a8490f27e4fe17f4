"""The joint network. Read this first.

    video ─ UniModalEncoder ─┐
                             ├─ CrossModalEncoder ─► fused ─┬─ QueryGenerator ─► queries ─┐
    audio ─ UniModalEncoder ─┘                              │        ▲ words              ├─ QueryDecoder ─ heads
                                                            └──────────────────────────────┘

- as in UMT (models/model.py): the wiring above, shared by moment retrieval and highlight detection.
- as in the paper: what differs inside the encoders (`encoders.py`, `layers.py`, `position.py`).
- ours: works with video, audio or both, with or without a query; masks are inputs, never inferred from labels;
  heads return logits, so that losses and decoding are functions elsewhere.

Axes in this folder: B batch, T clips, L words, D width, M memory slots, H heads, d width of a head.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from visionaryvids.data.batch import Batch
from visionaryvids.errors import ConfigError
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.encoders import CrossModalEncoder, UniModalEncoder
from visionaryvids.model.heads import BoundaryHead, PresenceHead, ProposalHead, SaliencyHead
from visionaryvids.model.layers import Attention
from visionaryvids.model.position import PositionCode
from visionaryvids.model.queries import QueryDecoder, QueryGenerator


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network says of a batch, before any threshold. Padded clips hold numbers that mean nothing.

    Attributes:
        mask_BT: bool, True on real clips.
        saliency_BT: logits, or None (no saliency head).
        center_BT: logits of "a moment's centre is in this clip", or None (no boundary head).
        window_BT: length of that moment in clips, less one.
        offset_BT: centre's place inside its clip, in clips.
        presence_B: logits of "something here matches", or None (no presence head).
        quality_BN: logits of each proposal's IoU with a true moment, or None (no proposal head, or no proposals).
        edges_BN2: where each proposal should rather start and end, in clips.
        proposal_mask_BN: bool, True on real proposals; padded ones hold numbers that mean nothing.
    """

    mask_BT: Tensor
    saliency_BT: Tensor | None = None
    center_BT: Tensor | None = None
    window_BT: Tensor | None = None
    offset_BT: Tensor | None = None
    presence_B: Tensor | None = None
    quality_BN: Tensor | None = None
    edges_BN2: Tensor | None = None
    proposal_mask_BN: Tensor | None = None


class Network(nn.Module):
    """The joint moment retrieval and highlight detection network.

    Args:
        config: what to build. Weights are drawn from PyTorch's current random state, see `init_weights`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        video, audio, query = config.video_dim, config.audio_dim, config.query_dim
        self.video = UniModalEncoder(video, config.video_position, config) if video else None
        self.audio = UniModalEncoder(audio, config.audio_position, config) if audio else None
        self.fusion = CrossModalEncoder(config) if video and audio else None
        self.generator = QueryGenerator(query, config) if query else None
        self.decoder = QueryDecoder(config)
        self.saliency = SaliencyHead(config.width) if config.saliency else None
        self.boundary = BoundaryHead(config.width) if config.moments else None
        self.presence = PresenceHead(config.width) if config.presence else None
        self.proposal = None
        if config.proposals and video:
            self.proposal = ProposalHead(config.width, video, config.proposals, config.dropout)
        init_weights(self)

    def forward(self, batch: Batch) -> Outputs:
        """Score every clip of every example in the batch.

        A batch without a query, or a network without a query generator, asks "what is interesting here?": the fused
        clips are their own queries.
        """
        mask_BT = batch.mask_BT if batch.padded else None
        fused_BTD = self._fuse(batch, mask_BT)
        queries_BTD = fused_BTD
        if self.generator is not None and batch.query_BLD is not None:
            queries_BTD = self.generator(fused_BTD, batch.query_BLD, self._word_mask(batch))
        decoder_mask = None if self.config.compat.decoder_sees_padding else mask_BT
        decoded_BTD = self.decoder(queries_BTD, fused_BTD, decoder_mask)
        return self._judge(decoded_BTD, batch)

    def _judge(self, decoded_BTD: Tensor, batch: Batch) -> Outputs:
        """What every head says."""
        quality_BN, edges_BN2 = None, None
        if self.proposal is not None and batch.proposals_BN2 is not None and batch.video_BTD is not None:
            quality_BN, edges_BN2 = self.proposal(decoded_BTD, batch.video_BTD, batch.mask_BT, batch.proposals_BN2)
        return Outputs(
            batch.mask_BT,
            self.saliency(decoded_BTD) if self.saliency is not None else None,
            *(self.boundary(decoded_BTD) if self.boundary is not None else (None, None, None)),
            presence_B=self.presence(decoded_BTD, batch.mask_BT) if self.presence is not None else None,
            quality_BN=quality_BN,
            edges_BN2=edges_BN2,
            proposal_mask_BN=batch.proposal_mask_BN if quality_BN is not None else None,
        )

    def _fuse(self, batch: Batch, mask_BT: Tensor | None) -> Tensor:
        video_BTD = self._encode(self.video, batch.video_BTD, mask_BT, "video")
        audio_BTD = self._encode(self.audio, batch.audio_BTD, mask_BT, "audio")
        if self.fusion is not None and video_BTD is not None and audio_BTD is not None:
            return self.fusion(video_BTD, audio_BTD, mask_BT)
        fused_BTD = video_BTD if video_BTD is not None else audio_BTD
        assert fused_BTD is not None
        return fused_BTD

    @staticmethod
    def _encode(
        encoder: UniModalEncoder | None, features: Tensor | None, mask_BT: Tensor | None, name: str
    ) -> Tensor | None:
        if encoder is None:
            return None
        width = encoder.mapping.in_features
        if features is None or features.size(-1) != width:
            found = "none" if features is None else f"{features.size(-1)} values a clip"
            raise ConfigError(f"{name} features", found, f"{width} values a clip", "use the encoders of the training")
        return encoder(features, mask_BT)

    @staticmethod
    def _word_mask(batch: Batch) -> Tensor | None:
        mask_BL = batch.query_mask_BL
        return mask_BL if mask_BL is not None and batch.query_padded else None


def init_weights(network: Network) -> None:
    """Draw the weights from PyTorch's current random state.

    | what                        | weight                       | source                               |
    | linear maps, each of q k v  | normal, Xavier               | UMT models/model.py:30               |
    | their biases                | 0                            | the same                             |
    | position tables, tokens     | normal, std 1/sqrt(D)        | nncore 0.3.6 bundle.py:73            |
    | memory keys                 | normal, std 1/sqrt(d)        | Sukhbaatar et al. 2019, section 4    |
    | memory values               | normal, std 1/sqrt(M)        | the same                             |
    | layer norms                 | 1, bias 0                    | PyTorch                              |
    """
    for module in network.modules():
        if isinstance(module, Attention):
            for block in module.weight.data.chunk(3):
                nn.init.xavier_normal_(block)
            nn.init.zeros_(module.bias)
            if module.memory_key is not None and module.memory_value is not None:
                nn.init.normal_(module.memory_key, std=module.memory_key.size(-1) ** -0.5)
                nn.init.normal_(module.memory_value, std=module.memory_value.size(1) ** -0.5)
        elif isinstance(module, nn.Linear):
            for row in module.weight.data.split(1) if module.out_features <= 3 else (module.weight.data,):
                nn.init.xavier_normal_(row)  # a head's rows are separate maps to one value
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, PositionCode) and module.table is not None:
            nn.init.normal_(module.table, std=module.width**-0.5)
        elif isinstance(module, CrossModalEncoder):
            nn.init.normal_(module.tokens, std=module.tokens.size(-1) ** -0.5)


def build(config: ModelConfig, seed: int) -> Network:
    """A network with weights drawn from `seed`; PyTorch's global random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(config)
