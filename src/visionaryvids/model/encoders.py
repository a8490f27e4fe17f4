"""From features to one sequence of clips: a uni-modal encoder for each modality, then their fusion.

- as in UMT: input dropout 0.5, linear to D, position code, transformer; fusion by four bottleneck tokens, sum, norm.
- as in the paper: sine-cosine code for video, in the residual stream; persistent memory in both encoders.
- ours: a padded clip is never attended to; one modality alone skips the fusion.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from visionaryvids.model.config import ModelConfig, Position
from visionaryvids.model.dropout import dropout
from visionaryvids.model.layers import Attention, EncoderLayer, FeedForward
from visionaryvids.model.position import PositionCode


class UniModalEncoder(nn.Module):
    """Features of one modality `[B, T, D_in]` to clips `[B, T, D]` (UMT models/blocks/encoder.py:12-44)."""

    def __init__(self, input_dim: int, position: Position, config: ModelConfig) -> None:
        super().__init__()
        self.input_dropout = config.input_dropout
        self.position_in_stream = config.position_in_stream
        self.mapping = nn.Linear(input_dim, config.width)
        self.position = PositionCode(position, config.width, config.max_clips, config.dropout)
        self.layers = nn.ModuleList(
            EncoderLayer(
                config.width,
                config.heads,
                config.dropout,
                memory_slots=config.memory_slots,
                feed_forward=config.feed_forward,
                ratio=config.feed_forward_ratio,
            )
            for _ in range(config.encoder_layers)
        )

    def forward(self, features: Tensor, mask_BT: Tensor | None) -> Tensor:
        """Encode; `mask_BT` is True on real clips, None = all are real."""
        x_BTD = self.mapping(dropout(features, self.input_dropout, self.training))
        position = self.position(x_BTD)
        if self.position_in_stream and position is not None:
            x_BTD, position = x_BTD + position, None
        for layer in self.layers:
            x_BTD = layer(x_BTD, position, mask_BT)
        return x_BTD


class BottleneckLayer(nn.Module):
    """Two modalities exchange through a few tokens (UMT models/blocks/transformer.py:10-66; MBT, Nagrani 2021).

    The tokens read both modalities, then each modality reads the tokens: linear in T, where full cross-attention
    would be quadratic.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, heads, dropout = config.width, config.heads, config.dropout
        self.norm_video, self.norm_audio, self.norm_tokens = (nn.LayerNorm(width) for _ in range(3))
        self.read_video, self.read_audio = (Attention(width, heads, dropout) for _ in range(2))
        self.norm_read = nn.LayerNorm(width)
        self.to_video, self.to_audio = (Attention(width, heads, dropout) for _ in range(2))
        self.norm_video_out, self.norm_audio_out = (nn.LayerNorm(width) for _ in range(2))
        self.ffn_video, self.ffn_audio = (FeedForward(width, config.feed_forward_ratio, dropout) for _ in range(2))

    def forward(
        self, video: Tensor, audio: Tensor, tokens: Tensor, position: Tensor | None, mask_BT: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Map video and audio `[B, T, D]` and tokens `[B, Q, D]` to the same shapes."""
        v, a, t = self.norm_video(video), self.norm_audio(audio), self.norm_tokens(tokens)
        v_at, a_at = (v, a) if position is None else (v + position, a + position)
        tokens = tokens + self.read_video(t, v_at, v, mask_BT) + self.read_audio(t, a_at, a, mask_BT)
        t = self.norm_read(tokens)
        video = video + self.to_video(v_at, t, t)
        audio = audio + self.to_audio(a_at, t, t)
        video = video + self.ffn_video(self.norm_video_out(video))
        audio = audio + self.ffn_audio(self.norm_audio_out(audio))
        return video, audio, tokens


class CrossModalEncoder(nn.Module):
    """Video and audio clips `[B, T, D]` to fused clips `[B, T, D]` (UMT models/blocks/encoder.py:47-82)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.position = PositionCode(config.fusion_position, config.width, config.max_clips, config.dropout)
        self.tokens = nn.Parameter(torch.empty(config.bottleneck_tokens, config.width))
        self.layers = nn.ModuleList(BottleneckLayer(config) for _ in range(config.fusion_layers))
        self.norm = nn.LayerNorm(config.width)

    def forward(self, video_BTD: Tensor, audio_BTD: Tensor, mask_BT: Tensor | None) -> Tensor:
        """Fuse; `mask_BT` is True on real clips, None = all are real."""
        position = self.position(video_BTD)
        tokens = self.tokens.expand(video_BTD.size(0), -1, -1)
        for layer in self.layers:
            video_BTD, audio_BTD, tokens = layer(video_BTD, audio_BTD, tokens, position, mask_BT)
        return self.norm(video_BTD + audio_BTD)
