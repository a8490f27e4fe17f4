"""Which of UMT's parameters make up each of ours: the name map by which released checkpoints are imported.

Ours packs q, k, v into one matrix and the three boundary maps into another, so one of our names may stand for several
of UMT's, concatenated along the first axis. Key names: nncore 0.3.6 and UMT bde05e3, as in the released checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor

from visionaryvids.model.config import ModelConfig, preset

Parts = tuple[str, ...]


def name_map(config: ModelConfig) -> dict[str, Parts]:
    """Our parameter names, each with the UMT keys whose concatenation it is."""
    return dict(_pairs(config))


def _pairs(config: ModelConfig) -> Iterator[tuple[str, Parts]]:
    for name, present in (("video", config.video_dim), ("audio", config.audio_dim)):
        if present:
            yield from _uni_modal(name, f"{name}_enc")
    if config.video_dim and config.audio_dim:
        yield from _fusion()
    if config.query_dim:
        yield "generator.mapping.weight", ("query_gen.mapping.linear.weight",)
        yield from _same("generator.norm", "query_gen.mapping.norm")
        yield from _attention("generator.attention", "query_gen.encoder")
    yield from _decoder(config.decoder_layers)
    if config.saliency:
        yield from _same("saliency.out", "pred_head.0.saliency_pred.linear")
    if config.moments:
        head = f"pred_head.{int(config.saliency)}"
        for kind in ("weight", "bias"):
            parts = (f"{head}.{part}_pred.linear.{kind}" for part in ("center", "window", "offset"))
            yield f"boundary.out.{kind}", tuple(parts)


def _same(ours: str, theirs: str) -> Iterator[tuple[str, Parts]]:
    for kind in ("weight", "bias"):
        yield f"{ours}.{kind}", (f"{theirs}.{kind}",)


def _attention(ours: str, theirs: str) -> Iterator[tuple[str, Parts]]:
    for kind in ("weight", "bias"):
        yield f"{ours}.{kind}", tuple(f"{theirs}.{part}.{kind}" for part in "qkv")
    yield from _same(f"{ours}.out", f"{theirs}.m")


def _feed_forward(ours: str, theirs: str) -> Iterator[tuple[str, Parts]]:
    yield from _same(f"{ours}.up", f"{theirs}.mapping.0")
    yield from _same(f"{ours}.down", f"{theirs}.mapping.3")


def _uni_modal(ours: str, theirs: str) -> Iterator[tuple[str, Parts]]:
    yield from _same(f"{ours}.mapping", f"{theirs}.mapping.linear")
    yield f"{ours}.position.table", (f"{theirs}.pos_enc.pe",)
    layer, their_layer = f"{ours}.layers.0", f"{theirs}.encoder"
    yield from _attention(f"{layer}.attention", f"{their_layer}.att")
    yield from _feed_forward(f"{layer}.feed_forward", f"{their_layer}.ffn")
    yield from _same(f"{layer}.norm1", f"{their_layer}.norm1")
    yield from _same(f"{layer}.norm2", f"{their_layer}.norm2")


def _fusion() -> Iterator[tuple[str, Parts]]:
    yield "fusion.position.table", ("cross_enc.pos_enc.pe",)
    yield "fusion.tokens", ("cross_enc.encoder.token",)
    yield from _same("fusion.norm", "cross_enc.norm")
    ours, theirs = "fusion.layers.0", "cross_enc.encoder.encoder.0"
    for index, name in enumerate(("read_video", "read_audio", "to_video", "to_audio"), start=1):
        yield from _attention(f"{ours}.{name}", f"{theirs}.att{index}")
    for index, name in enumerate(("ffn_video", "ffn_audio"), start=1):
        yield from _feed_forward(f"{ours}.{name}", f"{theirs}.ffn{index}")
    norms = ("norm_video", "norm_audio", "norm_tokens", "norm_read", "norm_video_out", "norm_audio_out")
    for index, name in enumerate(norms, start=1):
        yield from _same(f"{ours}.{name}", f"{theirs}.norm{index}")


def _decoder(layers: int) -> Iterator[tuple[str, Parts]]:
    yield "decoder.query_position.table", ("query_dec.q_pos_enc.pe",)
    yield "decoder.key_position.table", ("query_dec.k_pos_enc.pe",)
    yield from _same("decoder.norm", "query_dec.norm")
    for index in range(layers):
        ours, theirs = f"decoder.layers.{index}", f"query_dec.decoder.{index}"
        yield from _attention(f"{ours}.self_attention", f"{theirs}.att1")
        yield from _attention(f"{ours}.cross_attention", f"{theirs}.att2")
        yield from _feed_forward(f"{ours}.feed_forward", f"{theirs}.ffn")
        for norm in ("norm1", "norm2", "norm3"):
            yield from _same(f"{ours}.{norm}", f"{theirs}.{norm}")


def config_of(state: Mapping[str, Tensor]) -> ModelConfig:
    """The configuration behind a UMT state dict, read from its shapes (preset `umt`, quirks on)."""

    def input_dim(key: str) -> int | None:
        return state[key].shape[-1] if key in state else None

    decoder_layers = len({key.split(".")[2] for key in state if key.startswith("query_dec.decoder.")})
    position = next(value for key, value in state.items() if key.endswith(".pe"))
    return preset(
        "umt",
        "small",
        decoder_layers=decoder_layers,
        width=position.shape[-1],
        max_clips=position.shape[-2],
        video_dim=input_dim("video_enc.mapping.linear.weight"),
        audio_dim=input_dim("audio_enc.mapping.linear.weight"),
        query_dim=input_dim("query_gen.mapping.linear.weight"),
        saliency=any(".saliency_pred." in key for key in state),
        moments=any(".center_pred." in key for key in state),
    )
