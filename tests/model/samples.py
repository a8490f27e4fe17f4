"""Small random batches and networks."""

from __future__ import annotations

import numpy as np
import torch

from visionaryvids.data.batch import Batch, collate
from visionaryvids.data.example import Example
from visionaryvids.model.config import ModelConfig, preset
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
