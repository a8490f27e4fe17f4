"""What `visionaryvids demo` trains on, and where."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from visionaryvids.data.synthetic import write_tvsum
from visionaryvids.errors import TrainingError
from visionaryvids.recipes.recipe import Recipe
from visionaryvids.recipes.tvsum import tvsum

MARK = ".visionaryvids-demo"  # only folders that carry it are ever removed


def demo_recipe(is_real: bool) -> Recipe:
    """TVSum BK; on generated data without the figures of real data, which would say nothing there."""
    recipe = tvsum("BK")
    return recipe if is_real else replace(recipe, dataset="generated", published={}, reruns=())


def prepare(out: Path, given: Path | None, usual: Path) -> tuple[Path, bool]:
    """Find TVSum features or generate a stand-in, and make room for the run; an earlier demo's files are replaced.

    Args:
        out: the demo's folder; `out/run` will hold the run, `out/data` generated data.
        given: the folder that the user named, taken as it is.
        usual: where features lie beside a checkout.

    Returns:
        The data folder, and whether it holds real features.

    Raises:
        TrainingError: something that is not an earlier demo's is in the way.
    """
    real = given if given is not None else usual if usual.is_dir() else None
    _make_room(out / "run")
    if real is not None:
        return real, True
    _make_room(out / "data")
    write_tvsum(out / "data", seed=0)
    return out / "data", False


def _make_room(folder: Path) -> None:
    """An empty, marked folder in the place of an earlier demo's."""
    if folder.exists():
        if not (folder / MARK).is_file():
            raise TrainingError(
                str(folder), "in the way, and not an earlier demo's", "a free place", "give another --out"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
