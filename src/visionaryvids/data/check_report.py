"""What a check of a data set's folder found, as a value, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from visionaryvids.errors import Problem

SCHEMA = "visionaryvids/data-check/1"
SHOWN_NOTES = 10


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Attributes:
        dataset: the data set's name.
        root: the folder that was checked.
        videos: how many videos have a sound annotation.
        queries: how many of their annotations have a query.
        clips: clips of all videos whose arrays are sound, after cutting to the shortest modality.
        problems: what must be mended.
        notes: what is worth knowing and harmless.
    """

    dataset: str
    root: Path
    videos: int
    queries: int
    clips: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON object of schema `visionaryvids/data-check/1`."""
        return {"schema": SCHEMA, "ok": not self.problems, **asdict(self), "root": str(self.root)}

    def __str__(self) -> str:
        hidden = len(self.notes) - SHOWN_NOTES
        more = [f"note: and {hidden} more (--json lists them all)"] if hidden > 0 else []
        count = len(self.problems)
        verdict = "1 problem" if count == 1 else f"{count or 'no'} problems"
        counts = f"{self.videos} videos, {self.queries} queries, {self.clips} clips"
        return "\n".join(
            [
                *(str(problem) for problem in self.problems),
                *(f"note: {note}" for note in self.notes[:SHOWN_NOTES]),
                *more,
                f"{self.dataset}: {counts}: {verdict}",
            ]
        )
