"""Where a number comes from: the source tree's commit, and the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import torch

from visionaryvids import __version__

PACKAGE = Path(__file__).parents[1]


def commit() -> str | None:
    """The commit of the source tree, with `+` when it has changes; None outside a checkout."""
    try:
        _git("ls-files", "--error-unmatch", "errors.py")  # fails where the repository around us is somebody else's
        changed = _git("status", "--porcelain", "--", ".")
        return _git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=PACKAGE, capture_output=True, text=True, check=True).stdout.strip()


def machine(device: str) -> dict[str, Any]:
    """What a figure was measured on, as far as it matters to it."""
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "gpu": torch.cuda.get_device_name(device) if device.startswith("cuda") else None,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "visionaryvids": __version__,
    }
