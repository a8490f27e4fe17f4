"""Where things lie on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

CACHE_VARIABLE = "VISIONARYVIDS_CACHE"
"""The environment variable that names the cache folder."""


def cache_folder() -> Path:
    """Where the cache is: `$VISIONARYVIDS_CACHE`, or `visionaryvids` in the system's folder for caches."""
    if os.environ.get(CACHE_VARIABLE):
        return Path(os.environ[CACHE_VARIABLE]).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "visionaryvids"
