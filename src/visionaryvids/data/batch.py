"""`Batch`: examples of different lengths in one padded block of tensors, with explicit masks.

Ours, against the references: masks say what is real (UMT infers them from the label, `saliency >= 0`, and codes query
padding as infinity, models/model.py:34, models/blocks/decoder.py:25); padding is zero; the model never sees labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from visionaryvids.data.example import Example


@dataclass(frozen=True, slots=True)
class Batch:
    """A padded block. Axes: B examples, T clips, L words, N moments, D width of the features.

    Attributes:
        ids: the query ids, for messages.
        clip_s: length of a clip in seconds.
        video_BTD: float, or None; zero where padded.
        audio_BTD: float, or None.
        mask_BT: bool, True on real clips.
        query_BLD: float, or None (no query).
        query_mask_BL: bool, True on real words; there exactly when `query_BLD` is.
        saliency_BT: float in [0, 1], or None (no highlight labels); zero where padded.
        windows_BN2: seconds `[start_s, end_s)`, or None (no moment labels); zero where padded.
        window_mask_BN: bool, True on real moments; there exactly when `windows_BN2` is.
        proposals_BN2: int, moments to be judged, as first clip and the one after the last; or None. Zero where padded.
        proposal_mask_BN: bool, True on real proposals; there exactly when `proposals_BN2` is.
        padded: some clip is padding. False lets the network skip its mask without looking at a device's memory.
        query_padded: some word is padding.
    """

    ids: tuple[str, ...]
    clip_s: float
    video_BTD: Tensor | None
    audio_BTD: Tensor | None
    mask_BT: Tensor
    query_BLD: Tensor | None = None
    query_mask_BL: Tensor | None = None
    saliency_BT: Tensor | None = None
    windows_BN2: Tensor | None = None
    window_mask_BN: Tensor | None = None
    proposals_BN2: Tensor | None = None
    proposal_mask_BN: Tensor | None = None
    padded: bool = True
    query_padded: bool = True

    def to(self, device: torch.device | str) -> Batch:
        """The same batch on another device."""
        tensors = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{k: v.to(device) for k, v in tensors.items() if isinstance(v, Tensor)})


def pad(arrays: Sequence[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Stack arrays `[n_i, ...]` into a zero-padded float32 `[B, max n_i, ...]` and its bool mask `[B, max n_i]`."""
    longest = max(len(a) for a in arrays)
    block = torch.zeros(len(arrays), longest, *arrays[0].shape[1:])
    mask = torch.zeros(len(arrays), longest, dtype=torch.bool)
    for row, array in enumerate(arrays):
        block[row, : len(array)] = torch.from_numpy(np.array(array, dtype=np.float32))
        mask[row, : len(array)] = True
    return block, mask


def lengthen(batch: Batch, clips: int, words: int | None = None) -> Batch:
    """The same batch with more padding: `clips` clips, and `words` words (None = as many as there are)."""
    more = clips - batch.mask_BT.size(1)
    timed = ("video_BTD", "audio_BTD", "mask_BT", "saliency_BT")
    longer = {name: _longer(getattr(batch, name), more) for name in timed}
    more_words = 0
    if batch.query_mask_BL is not None and words is not None:
        more_words = words - batch.query_mask_BL.size(1)
        longer |= {name: _longer(getattr(batch, name), more_words) for name in ("query_BLD", "query_mask_BL")}
    padded, query_padded = batch.padded or more > 0, batch.query_padded or more_words > 0
    return replace(batch, **longer, padded=padded, query_padded=query_padded)


def _longer(block: Tensor | None, more: int) -> Tensor | None:
    """A block `[B, n, ...]` with zeros behind: `[B, n + more, ...]`."""
    if block is None or more == 0:
        return block
    return torch.cat((block, block.new_zeros(len(block), more, *block.shape[2:])), dim=1)


def collate(examples: Sequence[Example]) -> Batch:
    """Pad examples into one `Batch`.

    A modality or label is in the batch when every example has it.

    Raises:
        ValueError: the examples have no modality in common, or different clip lengths.
    """
    features = [e.features for e in examples]
    clip_lengths = {f.clip_s for f in features}
    if len(clip_lengths) != 1:
        raise ValueError(f"collate: clips of {sorted(clip_lengths)} s in one batch, expected one length")
    video, audio = ([getattr(f, name) for f in features] for name in ("video_TD", "audio_TD"))
    video_BTD = _pad_if_all(video)[0]
    audio_BTD = _pad_if_all(audio)[0]
    if video_BTD is None and audio_BTD is None:
        raise ValueError("collate: no modality that every example has")
    query_BLD, query_mask_BL = _pad_if_all([e.query.tokens_LD if e.query else None for e in examples])
    windows_BN2, window_mask_BN = _pad_if_all([e.annotation.windows_s for e in examples])
    return Batch(
        ids=tuple(e.annotation.query_id for e in examples),
        clip_s=clip_lengths.pop(),
        video_BTD=video_BTD,
        audio_BTD=audio_BTD,
        mask_BT=pad([np.ones(f.num_clips) for f in features])[1],
        query_BLD=query_BLD,
        query_mask_BL=query_mask_BL,
        saliency_BT=_pad_if_all([e.saliency_T for e in examples])[0],
        windows_BN2=windows_BN2,
        window_mask_BN=window_mask_BN,
        padded=len({f.num_clips for f in features}) > 1,
        query_padded=query_mask_BL is not None and not bool(query_mask_BL.all()),
    )


def _pad_if_all(arrays: Sequence[np.ndarray | None]) -> tuple[Tensor, Tensor] | tuple[None, None]:
    present = [a for a in arrays if a is not None]
    return pad(present) if present and len(present) == len(arrays) else (None, None)
