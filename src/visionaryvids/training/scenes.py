"""What the matcher's network learns from: one stretch of a video with one query, and batches of them.

Axes: T rows of the stretch, N moments, D feature width, V views of the alignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionaryvids.data.batch import Batch, pad
from visionaryvids.model.matcher import STRETCH, matcher_batch
from visionaryvids.model.relations import Level, level_of, relate

SLIVER = 2.0
"""What a stretch's edge leaves of a moment is a moment if it has so many rows."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One stretch and what is true of it.

    Attributes:
        rows_TD: centred features, of which directions count.
        views_VT: similarity of each row with the query, for each view.
        levels_V3: mean, spread and highest of each view over the whole video that the stretch was cut from.
        saliency_T: the target in [0, 1].
        windows_N2: the true moments in rows.
    """

    rows_TD: NDArray[np.float32]
    views_VT: NDArray[np.float32]
    levels_V3: NDArray[np.float32]
    saliency_T: NDArray[np.float32]
    windows_N2: NDArray[np.float64]


def cut_scene(
    rng: np.random.Generator,
    rows_TD: NDArray[np.float32],
    views_VT: NDArray[np.float32],
    saliency_T: NDArray[np.float32],
    windows_N2: NDArray[np.float64],
) -> Scene:
    """A stretch from anywhere in a video; moments are cut at its edges, and slivers of them are none."""
    first = int(rng.integers(0, max(0, len(rows_TD) - STRETCH) + 1))
    last = min(len(rows_TD), first + STRETCH)
    views = torch.from_numpy(views_VT)
    level = level_of(views, torch.ones_like(views, dtype=torch.bool))
    levels_V3 = torch.cat((level.mean, level.spread, level.highest), dim=1).numpy()
    inside = np.clip(windows_N2, first, last) - first
    inside = inside[inside[:, 1] - inside[:, 0] >= SLIVER]
    return Scene(rows_TD[first:last], views_VT[:, first:last], levels_V3, saliency_T[first:last], inside)


def scene_batch(scenes: Sequence[Scene]) -> Batch:
    """Scenes as one padded batch of the network's input and labels."""
    rows_BTD, mask_BT = pad([scene.rows_TD for scene in scenes])
    views_BTV, _ = pad([scene.views_VT.T for scene in scenes])
    levels_BV3 = torch.from_numpy(np.stack([scene.levels_V3 for scene in scenes]))
    levels = [Level(*view_B3.unsqueeze(-1).unbind(1)) for view_B3 in levels_BV3.unbind(1)]
    batch = matcher_batch(relate(rows_BTD, mask_BT), views_BTV.unbind(-1), levels)
    windows_BN2, window_mask_BN = _windows([scene.windows_N2 for scene in scenes])
    return replace(
        batch,
        saliency_BT=pad([scene.saliency_T for scene in scenes])[0],
        windows_BN2=windows_BN2,
        window_mask_BN=window_mask_BN,
    )


def _windows(windows: Sequence[NDArray[np.float64]]) -> tuple[Tensor, Tensor]:
    """Windows as a block with room for at least one, since no example need have any."""
    longest = max(1, *(len(rows) for rows in windows), 1)
    block, mask = torch.zeros(len(windows), longest, 2), torch.zeros(len(windows), longest, dtype=torch.bool)
    for index, rows in enumerate(windows):
        block[index, : len(rows)] = torch.from_numpy(rows)
        mask[index, : len(rows)] = True
    return block, mask
