"""The reference code's inputs, weights and outputs (golden `.npz` files), as our own values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from visionaryvids.data.batch import Batch
from visionaryvids.training.losses import LossWeights

CASES = Path(__file__).parent / "cases"
CLIP_S = {"hd": 2.0, "hd_query": 2.0, "mr": 1 / 6, "mrhd": 2.0}
WEIGHTS = {
    "hd": LossWeights(),
    "hd_query": LossWeights(),
    "mr": LossWeights(window=0.05, offset=0.5),
    "mrhd": LossWeights(saliency=3.0),
}


@dataclass(frozen=True)
class Golden:
    name: str
    arrays: dict[str, np.ndarray]

    def tensor(self, key: str) -> Tensor:
        return torch.from_numpy(self.arrays[key].copy())

    def group(self, prefix: str) -> dict[str, Tensor]:
        return {key.removeprefix(prefix): self.tensor(key) for key in self.arrays if key.startswith(prefix)}

    def batch(self) -> Batch:
        """The reference marks padding by −1 labels and infinite words; here it becomes masks."""
        saliency = self.tensor("in/saliency")
        query = self.tensor("in/query") if "in/query" in self.arrays else None
        windows = self.tensor("in/boundary") if "in/boundary" in self.arrays else None
        return Batch(
            ids=("a", "b", "c"),
            clip_s=CLIP_S[self.name],
            video_BTD=self.tensor("in/video"),
            audio_BTD=self.tensor("in/audio"),
            mask_BT=saliency >= 0,
            query_BLD=None if query is None else query.nan_to_num(posinf=0.0),
            query_mask_BL=None if query is None else query[..., 0].isfinite(),
            saliency_BT=saliency.clamp(min=0),
            windows_BN2=windows,
            window_mask_BN=None if windows is None else windows[..., 0] != -1,
        )


def load(path: Path, name: str) -> Golden:
    with np.load(path) as file:
        return Golden(name, {key: file[key] for key in file.files})
