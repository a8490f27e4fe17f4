"""From what the network says to probabilities that mean what they say; fitted by `training/calibration.py`."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Calibration(nn.Module):
    """Logits to probabilities: a slope and an offset for each kind, fitted on composed videos.

    Kinds: `presence` (of a whole video), `moment` (this window overlaps a true one by half), `coarse` (a similarity,
    where the network did not look). `presence` has three slopes: of the network's logit, of the standing of the best
    similarity (`Alignment.standing`), and of the logarithm of the number of clips: in a long video the best of many
    similarities is high by chance.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("presence", torch.tensor([1.0, 0.0, 0.0, 0.0]))
        for kind in ("moment", "coarse"):
            self.register_buffer(kind, torch.tensor([1.0, 0.0]))

    presence: Tensor
    moment: Tensor
    coarse: Tensor

    @staticmethod
    def apply_to(logits: Tensor, line: Tensor) -> Tensor:
        """Probabilities by one of the lines."""
        return (line[0] * logits + line[1]).sigmoid()

    def present(self, logit_Q: Tensor, standing_Q: Tensor, num_clips: int) -> Tensor:
        """The probability of each query that the video shows it, `[Q]`."""
        return presence_evidence(logit_Q, standing_Q, num_clips).matmul(self.presence).sigmoid()


def presence_evidence(logit_Q: Tensor, standing_Q: Tensor, num_clips: int) -> Tensor:
    """What `present` is a weighted sum of, `[Q, 4]`: two signs that it is there, how many clips there are, and 1."""
    length_Q = torch.full_like(logit_Q, num_clips).log()
    return torch.stack((logit_Q, standing_Q, length_Q, torch.ones_like(logit_Q)), dim=-1)
