"""`visionaryvids data`: look after data set folders."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from visionaryvids.cli.options import Verbosity
from visionaryvids.cli.own_data import OwnFiles
from visionaryvids.errors import ConfigError

if TYPE_CHECKING:  # this takes long to import
    from visionaryvids.data.check_report import CheckReport

app = App(name="data", help="Look after data set folders.")


@app.command
def check(
    dataset: str,
    *,
    data: Path | None = None,
    own: OwnFiles = OwnFiles(),  # noqa: B008  # it is frozen
    json_output: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Read every file of a data set and print each problem with what to do about it.

        visionaryvids data check tvsum --data data/tvsum
        visionaryvids data check custom --annotations mine.jsonl --videos videos

    Exit status: 0 if all is well, 2 if there is a problem.

    Parameters
    ----------
    dataset
        tvsum, youtube, qvhighlights, charades; custom, data of your own.
    data
        The data set's folder (layouts: docs/data-formats.md).
    json_output
        Print one JSON object instead of text.
    """
    report = _report(dataset, data, own)
    print(json.dumps(report.as_json(), indent=2) if json_output else report)
    return 2 if report.problems else 0


def _report(dataset: str, data: Path | None, own: OwnFiles) -> CheckReport:
    if dataset == "custom":
        from visionaryvids.data.check_custom import check_custom

        return check_custom(own.required(), own.features, own.videos)
    own.refuse_for(dataset)
    from visionaryvids.data.check import check as check_folder

    if data is None:
        raise ConfigError("--data", "not given", f"the folder of {dataset}", "give --data FOLDER")
    return check_folder(dataset, data)


@app.command
def template(*, out: Path | None = None) -> None:
    """Print a small valid file of your own data, with comments that say how to make one of yours.

        visionaryvids data template --out mine.jsonl

    Parameters
    ----------
    out
        Write it to this file.
    """
    from visionaryvids.annotations.custom_template import TEMPLATE
    from visionaryvids.files import write_atomically

    if out is None:
        print(TEMPLATE, end="")
    elif out.exists():
        raise ConfigError(f"{out}", "a file is there already", "a new one", "give another --out")
    else:
        write_atomically(out, TEMPLATE)
        print(f"wrote {out}", file=sys.stderr)


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
