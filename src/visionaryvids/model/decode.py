"""From `Outputs` to `Prediction`: scores in [0, 1] and moments in seconds.

As in UMT (models/blocks/head.py:122-142): the clips with the highest centre scores, each with its offset and window,
edges held inside the video; a window runs from the start of its first clip to the start of its last, so one clip is
added at the end. Its peak filter has kernel 1 and does nothing, so there is none here. Ours: every video is decoded on
its own length; padded clips are never candidates (both available through `Compat.padding_is_a_clip`).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from visionaryvids.data.batch import Batch
from visionaryvids.model.config import Compat
from visionaryvids.model.network import Outputs
from visionaryvids.types import Prediction

MAX_MOMENTS = 100  # UMT head.py: max_num_moments


def saliency_scores(outputs: Outputs) -> Tensor:
    """Saliency in [0, 1], `[B, T]`, zero where padded."""
    assert outputs.saliency_BT is not None
    return outputs.saliency_BT.sigmoid() * outputs.mask_BT


def moment_candidates(outputs: Outputs, clip_s: float, compat: Compat, max_moments: int = MAX_MOMENTS) -> Tensor:
    """The best moments of each example, `[B, K, 3]`: start and end in seconds, score; K = min(max_moments, T).

    Sorted by score. Candidates on padded clips have score 0 and come last; `predictions` drops them.
    """
    assert outputs.center_BT is not None
    assert outputs.window_BT is not None
    assert outputs.offset_BT is not None
    scores_BT = outputs.center_BT.sigmoid() * outputs.mask_BT
    ranked_BT = scores_BT if compat.padding_is_a_clip else scores_BT.masked_fill(~outputs.mask_BT, -1.0)
    _, clips_BK = ranked_BT.topk(min(max_moments, scores_BT.size(1)))
    center_BK = clips_BK + outputs.offset_BT.gather(1, clips_BK).clamp(min=0)
    half_BK = outputs.window_BT.gather(1, clips_BK).clamp(min=0) / 2
    length_B = outputs.mask_BT.sum(1)
    if compat.padding_is_a_clip:
        length_B = torch.full_like(length_B, scores_BT.size(1))
    edges_BK2 = torch.stack((center_BK - half_BK, center_BK + half_BK), dim=-1)
    last_clip = (length_B - 1).to(edges_BK2)[:, None, None]
    edges_BK2 = torch.minimum(edges_BK2.clamp(min=0), last_clip) * clip_s
    start_BK, end_BK = edges_BK2.unbind(-1)
    return torch.stack((start_BK, end_BK + clip_s, scores_BT.gather(1, clips_BK)), dim=-1)


def predictions(outputs: Outputs, batch: Batch, video_ids: tuple[str, ...], compat: Compat) -> list[Prediction]:
    """One `Prediction` for each example of the batch, on the CPU, padding removed."""
    lengths = outputs.mask_BT.sum(1).tolist()
    saliency = _rows(saliency_scores(outputs)) if outputs.saliency_BT is not None else None
    windows = _rows(moment_candidates(outputs, batch.clip_s, compat)) if outputs.center_BT is not None else None
    answers = []
    for row, (query_id, video_id, length) in enumerate(zip(batch.ids, video_ids, lengths, strict=True)):
        answers.append(
            Prediction(
                video_id=video_id,
                query_id=query_id,
                windows_N3=None if windows is None else windows[row][: min(length, MAX_MOMENTS)],
                saliency_T=None if saliency is None else saliency[row][:length],
            )
        )
    return answers


def _rows(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()
