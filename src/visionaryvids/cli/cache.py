"""`visionaryvids cache`: what is kept of videos that were read before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter, validators

if TYPE_CHECKING:  # it imports NumPy
    from visionaryvids.features.keeping import Kept

app = App(name="cache", help="Look after the features that are kept of videos.")


@app.command
def ls(*, json_output: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """List what is kept: video, size, days since it was last used.

    The folder is $VISIONARYVIDS_CACHE, or `visionaryvids` in the system's folder for caches.

    Args:
        json_output: print one JSON object instead of a table.
    """
    from visionaryvids.features.keeping import list_kept, summary
    from visionaryvids.places import cache_folder

    folder = cache_folder()
    kept = list_kept(folder)
    if json_output:
        entries = [{**_row(each), "files": [str(path) for path in each.files]} for each in kept]
        print(json.dumps({"schema": "visionaryvids/cache/1", "folder": str(folder), "entries": entries}, indent=2))
    else:
        _print(f"{folder}: {summary(kept)}", kept)


@app.command
def clear(
    *,
    older_than: Annotated[float, Parameter(validator=validators.Number(gte=0))] = 0,
    yes: Annotated[bool, Parameter(name=["-y", "--yes"], negative="")] = False,
) -> None:
    """Remove what is kept; without --yes only say what would go.

    Features are made again when they are needed; nothing but time is lost.

    Args:
        older_than: only what was not used for so many days.
        yes: do it.
    """
    from visionaryvids.features.keeping import forget_fingerprints, list_kept, remove, summary
    from visionaryvids.places import cache_folder

    folder = cache_folder()
    chosen = tuple(each for each in list_kept(folder) if each.age_days >= older_than)
    if not yes:
        _print(f"would remove {summary(chosen)}; give --yes to do it", chosen)
        return
    for each in chosen:
        remove(each)
    if not older_than:
        forget_fingerprints(folder)
    print(f"removed {summary(chosen)}")


def _print(title: str, kept: tuple[Kept, ...]) -> None:
    from visionaryvids.tables import Table, as_text

    columns = ("video", "what", "encoders", "MB", "days")
    rows = tuple((e.video, e.kind, e.encoders, e.size_bytes / 1e6, e.age_days) for e in kept)
    print(as_text(Table(title, columns, rows)) if rows else title)


def _row(each: Kept) -> dict[str, str | float]:
    return {
        "video": each.video,
        "kind": each.kind,
        "encoders": each.encoders,
        "size_bytes": each.size_bytes,
        "age_days": each.age_days,
    }
