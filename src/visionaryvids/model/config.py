"""What a model is: typed, frozen, serialisable; and the presets as one table.

As in the paper: width 256, 8 heads, pre-norm, dropout 0.1 (0.5 before visual and audio inputs, 0.3 before text), one
uni-modal and one cross-modal layer, 1 decoder layer (TVSum, YouTube) or 3 (QVHighlights, Charades) (section 3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from visionaryvids.errors import ConfigError, unknown_name

Position = Literal["none", "sincos1d", "sincos2d", "learned"]
POSITIONS: tuple[Position, ...] = ("none", "sincos1d", "sincos2d", "learned")


@dataclass(frozen=True, slots=True)
class Compat:
    """Quirks of the released code, each off by default, each needed to reproduce a published number or checkpoint.

    Attributes:
        decoder_sees_padding: the query decoder attends to padded clips, so a result depends on what else is in the
            batch (UMT models/model.py:51).
        loss_averages_padding: the saliency loss is a mean over padded clips too (UMT head.py:41,
            nncore dynamic_bce.py).
        padding_is_a_clip: boundary targets and decoding treat the padded length as the video's length and list padded
            clips as candidates with score 0 (UMT head.py:101, 128-140).
    """

    decoder_sees_padding: bool = False
    loss_averages_padding: bool = False
    padding_is_a_clip: bool = False


UMT_COMPAT = Compat(decoder_sees_padding=True, loss_averages_padding=True, padding_is_a_clip=True)


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Everything needed to build a network; saved beside its weights.

    Attributes:
        video_dim: width of a clip's visual features, or None (audio only).
        audio_dim: width of a clip's audio features, or None (video only).
        query_dim: width of a query token, or None (no query: the query generator is the identity).
        saliency: has the saliency head.
        moments: has the boundary head (centre, window, offset).
        presence: has the presence head (does anything in the video match?).
        proposals: has the proposal head (judges moments that the batch proposes), with a hidden layer of so many
            values; 0 = none.
        width: D, the model's width.
        heads: attention heads.
        encoder_layers: layers of each uni-modal encoder.
        fusion_layers: layers of the bottleneck cross-modal encoder.
        decoder_layers: layers of the query decoder.
        bottleneck_tokens: tokens through which the two modalities exchange (UMT: 4).
        memory_slots: M learned key/value pairs a head in the uni-modal encoders' self-attention (0 = none).
        feed_forward: the uni-modal encoders keep their feed-forward layer beside the memory (paper section 2.3: yes).
        feed_forward_ratio: hidden width over width.
        video_position, audio_position: position codes of the uni-modal encoders.
        fusion_position, decoder_position: position codes of the cross-modal encoder and the query decoder.
        position_in_stream: the uni-modal encoders add the code to the residual stream (as VisionaryVids does), else to
            queries and keys only (as UMT does).
        max_clips: rows of a learned position table; longer inputs are refused.
        dropout: everywhere inside transformers, and on position codes.
        input_dropout: before the visual and audio mapping.
        query_dropout: before the query mapping.
        compat: released quirks to reproduce.
    """

    video_dim: int | None
    audio_dim: int | None
    query_dim: int | None
    saliency: bool = True
    moments: bool = False
    presence: bool = False
    proposals: int = 0
    width: int = 256
    heads: int = 8
    encoder_layers: int = 1
    fusion_layers: int = 1
    decoder_layers: int = 1
    bottleneck_tokens: int = 4
    memory_slots: int = 16
    feed_forward: bool = True
    feed_forward_ratio: int = 4
    video_position: Position = "sincos2d"
    audio_position: Position = "learned"
    fusion_position: Position = "learned"
    decoder_position: Position = "learned"
    position_in_stream: bool = True
    max_clips: int = 5000
    dropout: float = 0.1
    input_dropout: float = 0.5
    query_dropout: float = 0.3
    compat: Compat = field(default_factory=Compat)

    def __post_init__(self) -> None:
        _check(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ModelConfig:
        """The inverse of `to_dict`.

        Raises:
            ConfigError: an unknown key (with the nearest known one) or an impossible value.
        """
        known = {f.name for f in fields(cls)}
        for key in values:
            if key not in known:
                raise unknown_name("model configuration", key, known)
        compat = values.get("compat", {})
        fitting: dict[str, Any] = {**values, "compat": compat if isinstance(compat, Compat) else Compat(**compat)}
        return cls(**fitting)


def _check(config: ModelConfig) -> None:
    """Refuse what cannot be built."""
    if config.video_dim is None and config.audio_dim is None:
        raise ConfigError("video_dim, audio_dim", "both are None", "at least one modality")
    if not (config.saliency or config.moments):
        raise ConfigError("saliency, moments", "both are off", "at least one head")
    _check_numbers(config)
    if config.proposals and config.video_dim is None:
        raise ConfigError("proposals", f"{config.proposals} without video_dim", "video features, or 0")
    if config.width % config.heads:
        raise ConfigError("width", f"{config.width}", f"a multiple of heads ({config.heads})")
    positions = {f.name: getattr(config, f.name) for f in fields(config) if f.name.endswith("_position")}
    for name, kind in positions.items():
        if kind not in POSITIONS:
            raise unknown_name(name, kind, POSITIONS)
    if "sincos2d" in positions.values() and (config.width % 4 or config.width < 8):
        raise ConfigError("width", f"{config.width}", "a multiple of 4, at least 8, for sincos2d positions")


def _check_numbers(config: ModelConfig) -> None:
    """Rates are from 0 to below 1, counts at least 1; there may be no memory slots."""
    for field_ in fields(config):
        name, value = field_.name, getattr(config, field_.name)
        if name.endswith("dropout"):
            if not 0 <= value < 1:
                raise ConfigError(name, f"{value}", "a rate from 0 to below 1")
        elif isinstance(value, int) and not isinstance(value, bool):
            least = 0 if name in ("memory_slots", "proposals") else 1
            if value < least:
                raise ConfigError(name, f"{value}", f"at least {least}")


#: The presets: what differs from `ModelConfig`'s defaults. `small` has 1 decoder layer, `base` 3.
PRESETS: dict[str, dict[str, Any]] = {
    "visionaryvids": {},  # the paper: sincos2d for video, persistent memory, both kept feed-forward
    "umt": {  # UMT, CVPR 2022: loads the released checkpoints
        "memory_slots": 0,
        "video_position": "learned",
        "position_in_stream": False,
        "compat": UMT_COMPAT,
    },
}
SIZES: dict[str, int] = {"small": 1, "base": 3}


def preset(name: str, size: str, **changes: Any) -> ModelConfig:
    """The configuration of a preset.

    Args:
        name: `visionaryvids` or `umt`.
        size: `small` (1 decoder layer) or `base` (3).
        **changes: fields of `ModelConfig` to set on top; `video_dim`, `audio_dim` and `query_dim` are needed.

    Raises:
        ConfigError: no such preset, size or field.
    """
    if name not in PRESETS:
        raise unknown_name("preset", name, PRESETS)
    if size not in SIZES:
        raise unknown_name("size", size, SIZES)
    return ModelConfig.from_dict({"decoder_layers": SIZES[size], **PRESETS[name], **changes})
