"""`visionaryvids report`: results as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def report(
    *folders: Path,
    every_metric: Annotated[bool, Parameter(name="--all", negative="")] = False,
    table: Path | None = None,
    page: Path | None = None,
) -> None:
    """Print every result below some folders: both protocols, seed spread, chance, ceiling, published figures; held out.

        visionaryvids report results/

    Parameters
    ----------
    folders
        Folders with result.json files in them, at any depth.
    every_metric
        Every metric, not only the one that the table leads with.
    table
        Also write the table to this file: .md or .csv.
    page
        Also write a Markdown page: every metric, and for each result its command and its curves.
    """
    from visionaryvids.files import write_atomically
    from visionaryvids.report.results import find_results, read_result
    from visionaryvids.report.results_page import results_page, tables
    from visionaryvids.tables import as_text, render

    paths = find_results(folders or (Path("results"),))
    found = tables([read_result(path) for path in paths], every_metric=every_metric)
    if table is not None:
        write_atomically(table, "\n".join(render(each, table) for each in found))
    if page is not None:
        write_atomically(page, results_page(paths, page))
    print("\n\n".join(map(as_text, found)))
