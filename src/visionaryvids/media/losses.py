"""What of a file could not be read, in seconds, and the sentences that tell the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Part = Literal["picture", "sound", "rest"]
"""What was lost: pictures, sound, or everything from a second on."""

_TOGETHER_S = 1.0
"""Losses that are nearer than this are told as one."""

_MOST_SENTENCES = 5
"""A file with more losses of one kind gets one sentence for all of them."""


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """One stretch `[start_s, end_s)` of a file that could not be read."""

    part: Part
    start_s: float
    end_s: float

    @property
    def sentence(self) -> str:
        """The loss in words."""
        if self.part == "rest":
            return f"file is cut at {_plain(self.start_s)} s of {_plain(self.end_s)} s"
        of_sound = " of sound" if self.part == "sound" else ""
        return f"{_plain(self.end_s - self.start_s)} s{of_sound} could not be decoded at {_plain(self.start_s)} s"


class LossLog:
    """Collects losses while a file is decoded; give one log to `frames_at` and `waveform`, read it after them."""

    def __init__(self) -> None:
        self._losses: list[Loss] = []

    def add(self, part: Part, start_s: float, end_s: float) -> None:
        """Write a stretch down; an empty one is nothing."""
        if end_s > start_s:
            self._losses = _merged([*self._losses, Loss(part, start_s, end_s)])

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What was lost so far, in the order of part and time, neighbours joined."""
        return tuple(self._losses)

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence for each loss, or one for each part where there are many."""
        parts = dict.fromkeys(loss.part for loss in self._losses)
        return tuple(sentence for part in parts for sentence in self._sentences(part))

    def _sentences(self, part: Part) -> list[str]:
        losses = [loss for loss in self._losses if loss.part == part]
        if len(losses) <= _MOST_SENTENCES:
            return [loss.sentence for loss in losses]
        total_s = sum(loss.end_s - loss.start_s for loss in losses)
        of_sound = " of sound" if part == "sound" else ""
        where = f"in {len(losses)} places between {_plain(losses[0].start_s)} s and {_plain(losses[-1].end_s)} s"
        return [f"{_plain(total_s)} s{of_sound} could not be decoded {where}"]


def _merged(losses: list[Loss]) -> list[Loss]:
    merged: list[Loss] = []
    for loss in sorted(losses):
        if merged and merged[-1].part == loss.part and loss.start_s - merged[-1].end_s < _TOGETHER_S:
            last = merged.pop()
            loss = Loss(loss.part, last.start_s, max(last.end_s, loss.end_s))
        merged.append(loss)
    return merged


def _plain(seconds: float) -> str:
    return f"{seconds:.1f}".removesuffix(".0") if seconds >= 0.1 else f"{seconds:.2g}"
