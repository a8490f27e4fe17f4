"""From what the network says to probabilities that mean what they say; fitted by `training/calibration.py`.

`Calibration` is that of the matchers that are shipped, `Line` that of a network trained on data of one's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

CERTAIN = 16.0
"""The logit of what is rounded to 0 or 1, and the largest of all."""


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


@dataclass(frozen=True, slots=True)
class Line:
    """From how sure a network is to a probability: the logit by a slope, and an offset.

    Attributes:
        slope: above 0, so that the order of what it says stays.
        offset: added to it.

    Raises:
        ValueError: numbers that are not finite, or a slope that turns the order around.
    """

    slope: float
    offset: float

    def __post_init__(self) -> None:
        if not (0 < self.slope < math.inf and math.isfinite(self.offset)):
            raise ValueError(f"Line: slope {self.slope}, offset {self.offset}, expected a finite slope above 0")

    def probability(self, sure: float) -> float:
        """The probability, in [0, 1], that what the network says so surely, in [0, 1], is true."""
        line = torch.tensor([self.slope, self.offset], dtype=torch.float64)
        return Calibration.apply_to(torch.tensor(logit(sure), dtype=torch.float64), line).item()


def logit(probability: float) -> float:
    """The logit of a probability in [0, 1], at most `CERTAIN` either way, as of one that was rounded to 0 or 1."""
    if not 0 < probability < 1:
        return CERTAIN * (2 * probability - 1)
    return min(max(math.log(probability / (1 - probability)), -CERTAIN), CERTAIN)
