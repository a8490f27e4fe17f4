"""`visionaryvids weights`: the published files that encoders and models need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from visionaryvids.cli.options import Verbosity

if TYPE_CHECKING:
    from visionaryvids.fetch.remote import Remote

app = App(name="weights", help="Look after published weights of encoders and models.")


@app.command
def ls(*, json_output: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """List every published file that can be used by name, and whether it is here; --json tells home and licence.

    Names that begin with umt- are models: `visionaryvids find VIDEO SENTENCE --model umt-qvhighlights`.

    Args:
        json_output: print one JSON object instead of a table.
    """
    from visionaryvids.fetch.download import at_hand
    from visionaryvids.fetch.settings import FetchSettings
    from visionaryvids.tables import Table, as_text

    settings = FetchSettings.from_environment()
    found = [(name, remote, at_hand(remote, settings)) for name, remote in _remotes().items()]
    if json_output:
        about = {"schema": "visionaryvids/weights/1", "folder": str(settings.keep)}
        print(json.dumps({**about, "files": [_row(*each) for each in found]}, indent=2))
        return
    rows = tuple((name, "here" if path else "-", remote.name) for name, remote, path in found)
    print(as_text(Table(f"kept in {settings.keep}", ("name", "", "file"), rows)))


@app.command
def fetch(name: str, /, *more: str, verbosity: Verbosity = Verbosity()) -> None:  # noqa: B008  # it is frozen
    """Bring published files here ahead of time, for a machine or a moment without network; print where they are.

    Parameters
    ----------
    name
        From `visionaryvids weights ls`.
    more
        Further names.
    """
    from visionaryvids.errors import unknown_name
    from visionaryvids.fetch.download import obtain
    from visionaryvids.fetch.settings import FetchSettings

    verbosity.apply()
    settings, remotes = FetchSettings.from_environment(quiet=verbosity.quiet), _remotes()
    wanted = (name, *more)
    for each in wanted:
        if each not in remotes:
            raise unknown_name("weights", each, remotes)
    for each in wanted:
        print(obtain(remotes[each], settings))


def _remotes() -> dict[str, Remote]:
    """Every published file by its name."""
    from visionaryvids.features.published import PUBLISHED
    from visionaryvids.model.released import RELEASED

    return {each.name: each.remote for each in PUBLISHED} | RELEASED


def _row(name: str, remote: Remote, path: Path | None) -> dict[str, str | int | None]:
    return {
        "name": name,
        "file": remote.name,
        "url": remote.url,
        "checksum": str(remote.checksum),
        "size_bytes": remote.size_bytes,
        "licence": remote.licence,
        "path": None if path is None else str(path),
    }
