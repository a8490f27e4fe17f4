"""`visionaryvids reproduce`: the paper's tables, the held-out protocol, and what each part of the network is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from visionaryvids.cli.heldout import HeldOutOptions
from visionaryvids.cli.heldout import run_plans as run_heldout_plans
from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.runs import Flag, Jobs, Precision, Seeds, Together, command, run_plans


def reproduce(
    table: Literal["table1", "table2", "table3", "table4", "all", "ablations"],
    /,
    *,
    data: Path,
    out: Path,
    domains: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")] = (),
    seeds: Seeds = (1, 2, 3),
    preset: Literal[
        "visionaryvids", "umt", "visionaryvids-small", "visionaryvids-plus", "ridge", "random"
    ] = "visionaryvids",
    heldout: HeldOutOptions = HeldOutOptions(),  # noqa: B008
    epochs: int | None = None,
    device: str = "cpu",
    precision: Precision | None = None,
    jobs: Jobs = 1,
    together: Together = None,
    resume: Flag = False,
    verbosity: Verbosity = Verbosity(),  # noqa: B008
) -> None:
    """Reproduce a table of the paper, or what its network reaches on videos that nothing was chosen on.

        visionaryvids reproduce table3 --domains BK --data data/tvsum --out results/table3
        visionaryvids reproduce table3 --protocol heldout --data data/tvsum --out results/heldout
        visionaryvids reproduce all --data data --out results
        visionaryvids reproduce ablations --data data/tvsum --out results/ablations

    Data sets and domains whose features are absent are named, and the rest still runs.

    Parameters
    ----------
    table
        table1 (QVHighlights), table2 (Charades-STA), table3 (TVSum), table4 (YouTube Highlights) or all of them;
        ablations: one change of the network at a time, on TVSum, held out.
    data
        Folder of the data set; for `all` a folder that holds qvhighlights, charades, tvsum and youtube.
    out
        Gets a folder for each domain and preset.
    domains
        Only these; then it is an error if one is absent.
    seeds
        One run for each, at each learning rate.
    preset
        visionaryvids (the paper) or umt; held out also visionaryvids-plus (the best we found; meant for --pooled),
        visionaryvids-small (the paper's network on few numbers a clip, for ablations), ridge (linear) and random.
    epochs
        Another number of epochs than the paper's.
    device
        Where to train: cpu, cuda, cuda:1.
    precision
        Bits of matrix products, as in `train`; not with --protocol heldout.
    jobs
        Processes that the runs of all domains are spread over; each gets its share of the cores.
    together
        Runs that train together in a process, as in `train`; not with --protocol heldout.
    resume
        Go on with what is in --out.
    """
    verbosity.apply()
    from visionaryvids.recipes.tables import Request

    request = Request(
        table, data, out, domains, preset, seeds, epochs, device, jobs, resume, command(), together, precision
    )
    if table == "ablations":
        plan = request.ablation_plan(heldout.parts, pooled=heldout.pooled, folds=heldout.folds)
        run_heldout_plans([plan], verbosity)
    elif heldout.protocol == "heldout":
        plans = request.heldout_plans(pooled=heldout.pooled, folds=heldout.folds, published=heldout.published)
        run_heldout_plans(plans, verbosity)
    else:
        plans, absent = request.paper_plans()
        for name, reason in absent.items():
            verbosity.say(f"{name} is absent: {reason}")
        run_plans(plans, device, verbosity)
