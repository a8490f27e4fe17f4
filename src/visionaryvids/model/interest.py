"""How interesting each clip is where nothing is asked: a weighted sum of relations, of the picture and of the sound.

Ours. What people find interesting depends on the subject, but a little can be told from how a clip stands among the
others of its video: how new it is, how much it is what the whole video is about, how long its shot is, and the same of
its sound. Every channel is taken relative to its stretch of video, so that it does not matter which encoder it comes
from: the weights are fitted (`training/interest.py`) on features of other encoders than `lite`'s.

Axes: T clips, C channels.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from visionaryvids.model.relations import level_of, query_channels, relate
from visionaryvids.model.stretches import STRETCH, STRIDE, blend

CHANNELS = 31
"""Channels of one modality."""
GAIN = 1.5
"""Spreads above the video's mean become scores in [0, 1] by a logistic function of this slope."""


class Interest(nn.Module):
    """The weighted sum; the weights are fitted in closed form."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("weights", torch.zeros(2 * CHANNELS))

    weights: Tensor

    def forward(self, video_TD: NDArray[np.float32], audio_TD: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """The interest of each clip, in [0, 1]; 0.5 is the video's mean."""
        starts = range(0, max(1, len(video_TD) - STRIDE), STRIDE)
        score_T = blend(np.zeros(len(video_TD)), [(start, self._weigh(start, video_TD, audio_TD)) for start in starts])
        score_T = (score_T - score_T.mean()) / (score_T.std() + 0.05)
        return 1 / (1 + np.exp(-GAIN * score_T))

    def _weigh(
        self, start: int, video_TD: NDArray[np.float32], audio_TD: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        """The weighted sum for the clips of one stretch."""
        stretch = slice(start, start + STRETCH)
        sound_TD = None if audio_TD is None else audio_TD[stretch]
        return interest_channels(video_TD[stretch], sound_TD) @ self.weights.numpy()


def interest_channels(video_TD: NDArray[np.float32], audio_TD: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Channels `[T, 2 C]` of one stretch, each with mean 0 and spread 1; those of missing sound are 0."""
    video_TC = _channels(video_TD)
    audio_TC = np.zeros_like(video_TC) if audio_TD is None else _channels(audio_TD)
    return np.concatenate([video_TC, audio_TC], axis=1)


def _channels(rows_TD: NDArray[np.float32]) -> NDArray[np.float32]:
    centred_TD = torch.from_numpy(rows_TD - rows_TD.mean(0))
    everywhere = torch.ones(1, len(centred_TD), dtype=torch.bool)
    relations = relate(centred_TD[None], everywhere)
    directions_TD = F.normalize(torch.from_numpy(rows_TD.copy()), dim=1)
    summary_1T = (directions_TD @ F.normalize(directions_TD.mean(0), dim=0))[None]
    asked = query_channels(relations, [summary_1T], [level_of(summary_1T, everywhere)])
    channels_TC = torch.cat((relations.quiet_BTC, asked), dim=-1)[0].numpy()
    return (channels_TC - channels_TC.mean(0)) / (channels_TC.std(0) + 1e-3)
