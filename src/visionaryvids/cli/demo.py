"""`visionaryvids demo`: the main job on real features where there are some, else on a small generated data set."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.train import command, run_plans

REAL = Path("../shared/data/tvsum")
DATA_VARIABLE = "VISIONARYVIDS_TVSUM"


def demo(
    *,
    out: Path = Path("runs/demo"),
    data: Path | None = None,
    epochs: int | None = None,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Train the paper's model on one domain of TVSum and show what came out, under both protocols.

    Uses the real features in --data, in $VISIONARYVIDS_TVSUM, or in ../shared/data/tvsum; where there are none, it
    generates a small data set in the same format (a planted pattern, not real videos).

    Parameters
    ----------
    out
        Folder for the result; what an earlier demo left there is replaced.
    data
        Folder of the TVSum features.
    epochs
        Another number of epochs than the paper's 500.
    """
    verbosity.apply()
    from visionaryvids.recipes.changes import parse_changes
    from visionaryvids.recipes.demo import demo_recipe, prepare
    from visionaryvids.recipes.reproduce import Plan

    given = data or (Path(os.environ[DATA_VARIABLE]) if DATA_VARIABLE in os.environ else None)
    source, is_real = prepare(out, given, REAL)
    what = f"real TVSum features in {source}" if is_real else "a small generated data set (no TVSum features found)"
    print(
        f"Training the paper's model on {what}: domain BK, 4 videos to learn from, 1 to be judged on.", file=sys.stderr
    )
    recipe, (_, changes) = demo_recipe(is_real), parse_changes((), epochs=epochs)
    plan = Plan(recipe, source, out / "run", rates=(recipe.rate,), setting_changes=changes, command=command())
    run_plans([plan], verbosity)
    print(f"\nLoss and score over epochs: {out / 'run' / 'curves.png'}")
