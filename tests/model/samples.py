"""Small random batches and networks."""

from __future__ import annotations

import numpy as np
import torch

from visionaryvids.data.batch import Batch, collate
from visionaryvids.data.example import Example
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.model.alignment import Alignment, AlignmentSize
from visionaryvids.model.config import ModelConfig, preset
from visionaryvids.model.matcher import Matcher
from visionaryvids.model.network import Network, build
from visionaryvids.types import Annotation, Features, Query

VIDEO, AUDIO, QUERY, CLIP_S = 12, 10, 9, 2.0


def small_config(name: str = "visionaryvids", **changes) -> ModelConfig:
    fitting = {
        "video_dim": VIDEO, "audio_dim": AUDIO, "query_dim": QUERY, "moments": True, "width": 32, "heads": 4,
        "max_clips": 64, "memory_slots": 0 if name == "umt" else 3,
    }  # fmt: skip
    return preset(name, "small", **{**fitting, **changes})


def small_network(config: ModelConfig | None = None, seed: int = 0) -> Network:
    return build(config or small_config(), seed).eval()


def example(clips: int, words: int | None = 4, seed: int = 0, video: bool = True, audio: bool = True) -> Example:
    rng = np.random.default_rng([seed, clips])
    name = f"v{seed}-{clips}"
    start = CLIP_S * float(rng.integers(0, clips))
    windows = np.array([[start, min(start + CLIP_S * float(rng.integers(1, 5)), CLIP_S * clips)]])
    return Example(
        annotation=Annotation(name, name, "a query", CLIP_S * clips, CLIP_S, windows),
        features=Features(
            CLIP_S,
            rng.standard_normal((clips, VIDEO)).astype(np.float32) if video else None,
            rng.standard_normal((clips, AUDIO)).astype(np.float32) if audio else None,
        ),
        query=Query("a query", rng.standard_normal((words, QUERY)).astype(np.float32)) if words else None,
        saliency_T=rng.random(clips).astype(np.float32),
    )


def batch(*lengths: int, **changes) -> Batch:
    return collate([example(clips, seed=index, **changes) for index, clips in enumerate(lengths)])


def tensors_of(value: Batch) -> dict[str, torch.Tensor]:
    return {name: t for name in Batch.__slots__ if isinstance(t := getattr(value, name), torch.Tensor)}


LITTLE = FeatureSpec("little", 1, 1.0, VIDEO, None, QUERY, {})
CHANNELS = 41


def small_matcher(seed: int = 0, spec: FeatureSpec = LITTLE, classes: int = 7) -> Matcher:
    """A matcher that knows nothing: every weight is random, in evaluation mode."""
    assert spec.video_dim is not None
    assert spec.query_dim is not None
    config = ModelConfig(
        video_dim=CHANNELS, audio_dim=None, query_dim=None, presence=True, proposals=8,
        width=16, heads=2, memory_slots=3, video_position="sincos1d", decoder_position="sincos1d", input_dropout=0.0,
    )  # fmt: skip
    matcher = Matcher(spec, Alignment(AlignmentSize(spec.video_dim, classes, spec.query_dim)), config)
    matcher.network = build(config, seed)
    random = torch.Generator().manual_seed(seed)
    for value in (*matcher.alignment.buffers(), *matcher.interest.buffers()):
        value.copy_(torch.randn(value.shape, generator=random))
    return matcher.eval()


def rows(count: int, width: int = VIDEO, seed: int = 0) -> np.ndarray:
    """Random features, float32 `[count, width]`."""
    return np.random.default_rng([seed, count]).standard_normal((count, width)).astype(np.float32)


def shots(count: int, width: int = VIDEO, seed: int = 0) -> np.ndarray:
    """Random features of a video with cuts: 1 to 60 clips that are nearly alike, then others."""
    random = np.random.default_rng([seed, count, 1])
    shot = np.repeat(np.arange(count), random.integers(1, 61, count))[:count]
    return rows(count, width, seed + 1)[shot] + 0.05 * rows(count, width, seed)


def sentence(seed: int, width: int = QUERY) -> Query:
    return Query(f"sentence {seed}", rows(5, width, seed))
