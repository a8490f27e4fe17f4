"""File names made from what people typed: they stay in their folder, fit a file system, and are not empty."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from visionaryvids.report.picks import Pick

MAX_BYTES = 80
"""Of a name made from words, in UTF-8: file systems stop at 255, and numbers and suffixes are added to it."""


def safe_name(text: str, otherwise: str = "moment") -> str:
    """Words as one component of a path: letters, marks and digits of any script, `_` for everything else.

    Args:
        text: anything, however hostile.
        otherwise: the name where nothing of the text is left.
    """
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in unicodedata.normalize("NFC", text))
    name = "_".join(kept.split()).encode()[:MAX_BYTES].decode(errors="ignore")  # a cut character goes altogether
    return name.rstrip("_") or otherwise


def clip_name(pick: Pick, suffix: str) -> str:
    """The file name of a moment, e.g. `03_01m12s_a_cat.mp4`; the number in front keeps names apart."""
    minutes, seconds = divmod(int(pick.moment.start_s), 60)
    return f"{pick.number:02d}_{minutes:02d}m{seconds:02d}s_{safe_name(pick.words)}{suffix}"


def folders(videos: Sequence[Path], out: Path) -> list[tuple[Path, str]]:
    """Folder and name of each video's files: the folder itself for one video, folders that differ for several."""
    names = [safe_name(video.stem, "video") for video in videos]
    if len(videos) == 1:
        return [(out, names[0])]
    chosen: list[str] = []
    for name in names:
        free = (f"{name}{number}" for number in ("", *(f"_{n}" for n in range(2, len(names) + 2))))
        taken = {folder.casefold() for folder in chosen}
        chosen.append(next(folder for folder in free if folder.casefold() not in taken))
    return [(out / folder, name) for folder, name in zip(chosen, names, strict=True)]
