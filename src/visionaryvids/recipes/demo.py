"""What `visionaryvids demo` trains on."""

from __future__ import annotations

import shutil
from pathlib import Path

from visionaryvids.data.synthetic import write_tvsum


def prepare(out: Path, given: Path | None, usual: Path) -> tuple[Path, bool]:
    """Find TVSum features or generate a stand-in; clear what an earlier demo left.

    Args:
        out: the demo's folder; `out/run` and `out/data` are its own.
        given: the folder that the user named, taken as it is.
        usual: where features lie beside a checkout.

    Returns:
        The data folder, and whether it holds real features.
    """
    for own in ("run", "data"):
        shutil.rmtree(out / own, ignore_errors=True)
    if given is not None or usual.is_dir():
        return given or usual, True
    write_tvsum(out / "data", seed=0)
    return out / "data", False
