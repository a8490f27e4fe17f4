"""What each part of a preset is worth: one change at a time beside the whole; a plain sentence on the paper's three."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from visionaryvids.report.score import ABSENT, ALL, Score, of_heldout
from visionaryvids.tables import Table

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PaperChange:
    """A change that the paper made to UMT.

    Attributes:
        name: for the sentence.
        part: of the ablations.
        before: the ablation that is as UMT had it, which decides.
        others: further ablations that the sentence tells of.
    """

    name: str
    part: str
    before: str
    others: tuple[str, ...] = ()


ABLATION_LEGEND = """\
Which of the paper's three changes help, beside what UMT has in their place: positions that are learned, no memory,
Adam at a rate of 1e-3 (here AdamW).
"""
PAPER_CHANGES = (
    PaperChange("The 2-D position code", "video position", "learned", ("sincos1d", "none")),
    PaperChange("Persistent memory", "memory slots", "0"),
    PaperChange("Lion", "optimizer", "AdamW 1e-3", ("AdamW",)),  # each optimizer at its own rate
)
PAPER_NETWORKS = ("visionaryvids", "visionaryvids-small")
"""Presets that have all three."""
NOTES = (
    "Means over domains, ± standard deviation over seeds. Difference: to the whole preset on the same videos; its",
    "  spread is the root of the sum of both variances. A difference within its spread is none.",
)


@dataclass(frozen=True, slots=True)
class Ablations:
    """A preset and changes of it, all tried on the same videos for as many epochs.

    Attributes:
        whole: its result; None where it is not there.
        changed: the results of the changes.
    """

    whole: Result | None
    changed: tuple[Result, ...]

    @property
    def title(self) -> str:
        """What was changed, and where it was tried."""
        first = self.changed[0]
        return f"{first['method']}, {first['dataset']} held out, {first['protocol']}"

    def score(self, part: str, value: str) -> Score | None:
        """Of one change; None where it is not there."""
        return next((_score(r) for r in self.changed if _change(r) == (part, value)), None)


def is_ablation(result: Result) -> bool:
    """Whether a held-out result is of a changed preset."""
    return result.get("change") is not None


def ablations_of(results: Sequence[Result]) -> list[Ablations]:
    """Held-out results in groups that compare; other methods' results are left out."""
    groups = {_group(result): None for result in results if is_ablation(result)}
    return [
        Ablations(
            next((r for r in results if _group(r) == group and not is_ablation(r)), None),
            tuple(r for r in results if _group(r) == group and is_ablation(r)),
        )
        for group in groups
    ]


def ablation_table(ablations: Ablations) -> Table:
    """The whole preset, then each change: score and difference."""
    primary = ablations.changed[0]["primary"]
    columns = ("part", "value", "seeds", primary, "difference")
    whole = None if ablations.whole is None else _score(ablations.whole)
    rows = [("whole preset", "", _seeds(ablations.whole), ABSENT if whole is None else whole.text(), "")]
    rows += [(*_change(r), _seeds(r), _score(r).text(), _difference(whole, _score(r))) for r in ablations.changed]
    return Table(f"{ablations.title}: {primary} in %", columns, tuple(rows), NOTES)


def sentences(ablations: Ablations) -> list[str]:
    """For each of the paper's changes, whether it helps; none for a preset that is not the paper's."""
    if ablations.changed[0]["method"] not in PAPER_NETWORKS:
        return []
    return [_sentence(change, ablations) for change in PAPER_CHANGES]


def _sentence(change: PaperChange, ablations: Ablations) -> str:
    before = ablations.score(change.part, change.before)
    if ablations.whole is None or before is None:
        return f"{change.name}: not known, since {change.part} {change.before!r} or the whole preset was not tried."
    whole, metric = _score(ablations.whole), ablations.whole["primary"]
    others = [(other, ablations.score(change.part, other)) for other in change.others]
    also = "".join(f"; {change.part} {other}: {score.text()}" for other, score in others if score is not None)
    with_and_without = f"{metric} {whole.text()} with it, {before.text()} with {change.part} {change.before}"
    return f"{change.name} {verdict(whole, before)}: {with_and_without}{also}."


def verdict(whole: Score, without: Score) -> str:
    """What a part does, by the scores with and without it."""
    spread = spread_of_difference(whole, without)
    gain = whole.mean - without.mean
    if spread is None:
        return "cannot be judged, since one seed has no spread"
    return "makes no difference beyond the spread" if abs(gain) <= spread else "helps" if gain > 0 else "hurts"


def spread_of_difference(one: Score, other: Score) -> float | None:
    """Standard deviation of the difference of two independent scores; None where one has no spread."""
    return None if one.std is None or other.std is None else math.hypot(one.std, other.std)


def _difference(whole: Score | None, changed: Score) -> str:
    if whole is None:
        return ABSENT
    spread = spread_of_difference(whole, changed)
    return f"{changed.mean - whole.mean:+.1f}" + ("" if spread is None else f" ±{spread:.1f}")


def _score(result: Result) -> Score:
    return of_heldout(result, ALL, result["primary"])


def _seeds(result: Result | None) -> str:
    return ABSENT if result is None else str(len(result["seeds"]))


def _change(result: Result) -> tuple[str, str]:
    return result["change"]["part"], result["change"]["value"]


def _group(result: Result) -> tuple[Any, ...]:
    """What results must share to compare."""
    training = result["settings"].get("settings")  # a method without a network may have anything there, or nothing
    epochs = training.get("epochs") if isinstance(training, dict) else None
    return result["dataset"], result["protocol"], result["method"], tuple(result["videos"].items()), epochs
