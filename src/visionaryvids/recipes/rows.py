"""What the rows of features are, in words: figures of other features than the published ones must say so."""

from __future__ import annotations

from pathlib import Path

from visionaryvids.data import charades, qvhighlights
from visionaryvids.features.folder import spec_in

RELEASED = {
    "tvsum": "I3D of frames and flow, PANNs, CLIP of the title, as released",
    "youtube": "I3D of frames and flow, PANNs, as released",
}


def describe_rows(dataset: str, root: Path) -> str:
    """The rows of a data set's folder: the encoders that its `extract` names, or its folders' names.

    Args:
        dataset: e.g. `qvhighlights`.
        root: its folder.
    """
    spec = spec_in(root)
    if spec is not None:
        return f"encoders {spec.name}"
    if dataset.startswith("qvhighlights"):
        layout = qvhighlights.find_layout(root)
        own_split = "" if "train" in layout.annotations else "; val divided by split.json"
        folders = (*layout.video_folders, layout.query_folder)
        return _folders(folders, layout.audio_folder) + own_split
    if dataset == "charades":
        found = charades.find_layout(root)
        return _folders((found.video_folder,), found.audio_folder)
    return RELEASED.get(dataset, "")


def _folders(folders: tuple[Path, ...], audio: Path | None) -> str:
    names = [folder.name for folder in folders]
    return ", ".join([*names, audio.name if audio else "no sound"])
