"""The folder of a result: never overwritten unasked."""

from __future__ import annotations

from pathlib import Path

from visionaryvids.errors import TrainingError


def refuse_result(folder: Path, *, resume: bool) -> None:
    """Refuse to run where a result is already, unless it is to be gone on with.

    Raises:
        TrainingError: there is one.
    """
    if (folder / "result.json").is_file() and not resume:
        remedy = "give --resume or another --out"
        raise TrainingError(str(folder), "a result is there already", "an empty folder", remedy)
