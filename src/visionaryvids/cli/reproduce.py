"""`visionaryvids reproduce`: one table of the paper."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.runs import Flag, Jobs, Preset, Seeds, command, run_plans


def reproduce(
    table: Literal["table3", "table4"],
    /,
    *,
    data: Path,
    out: Path,
    domains: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")] = (),
    seeds: Seeds = (1, 2, 3),
    preset: Preset = "visionaryvids",
    epochs: int | None = None,
    device: str = "cpu",
    jobs: Jobs = 1,
    resume: Flag = False,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Reproduce a table of the paper: every domain, the whole learning-rate grid, both protocols.

        visionaryvids reproduce table3 --domains BK --data data/tvsum --out results/table3

    Parameters
    ----------
    table
        table3 (TVSum) or table4 (YouTube Highlights).
    data
        Folder of the data set.
    out
        Gets a folder for each domain.
    domains
        Only these.
    seeds
        One run for each, at each learning rate.
    preset
        visionaryvids (the paper) or umt.
    epochs
        Another number of epochs than the paper's.
    device
        Where to train: cpu, cuda, cuda:1.
    jobs
        Runs at a time; each gets its share of the cores.
    resume
        Go on with what is in --out.
    """
    verbosity.apply()
    from visionaryvids.recipes.catalog import table as find_table
    from visionaryvids.recipes.changes import parse_changes
    from visionaryvids.recipes.reproduce import Plan

    _, changes = parse_changes((), epochs=epochs, device=device)
    told = partial(
        Plan, preset=preset, seeds=seeds, jobs=jobs, resume=resume, setting_changes=changes, command=command()
    )
    recipes = find_table(table, domains)
    plans = [told(recipe, data, out / f"{recipe.dataset}-{recipe.domain}-{preset}") for recipe in recipes]
    run_plans(plans, device, verbosity)
