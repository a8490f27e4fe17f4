"""`visionaryvids data`: look after data set folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from visionaryvids.cli.options import Verbosity

app = App(name="data", help="Look after data set folders.")


@app.command
def check(
    dataset: str, *, data: Path, json_output: Annotated[bool, Parameter(name="--json", negative="")] = False
) -> int:
    """Read every file of a data set and print each problem with what to do about it.

    Exit status: 0 if all is well, 2 if there is a problem.

    Args:
        dataset: tvsum, youtube, qvhighlights or charades.
        data: the data set's folder (layouts: docs/data-formats.md).
        json_output: print one JSON object instead of text.
    """
    from visionaryvids.data.check import check as check_folder

    report = check_folder(dataset, data)
    print(json.dumps(report.as_json(), indent=2) if json_output else report)
    return 2 if report.problems else 0


@app.command
def download(dataset: str, *, data: Path, verbosity: Verbosity = Verbosity()) -> int:  # noqa: B008  # it is frozen
    """Fetch the features and annotations that UMT's authors published, and check them.

    It goes on where it stopped, whatever stopped it. $VISIONARYVIDS_MIRROR and $VISIONARYVIDS_WEIGHTS name other
    places to look (docs/weights.md). Exit status: 0 if all is well, 2 if there is a problem.

    Parameters
    ----------
    dataset
        tvsum, youtube, qvhighlights or charades.
    data
        The folder to make.
    """
    from visionaryvids.data.download import download as download_folder
    from visionaryvids.fetch.settings import FetchSettings

    verbosity.apply()
    report = download_folder(dataset, data, FetchSettings.from_environment(quiet=verbosity.quiet))
    print(report)
    return 2 if report.problems else 0
