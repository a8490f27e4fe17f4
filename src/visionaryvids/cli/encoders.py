"""`visionaryvids encoders`: what the numbers are made with."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from visionaryvids.features.cards import Card


def encoders(*names: str, json_output: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """List the encoders and the sets that they form; with names, print their cards.

    A card tells frames a second, crop, normalisation, clip length, source and licence.

    Parameters
    ----------
    names
        From the list; all of them without it.
    json_output
        Print one JSON object instead of text.
    """
    from visionaryvids.features.cards import CARDS, SETS, card

    chosen = tuple(map(card, names)) or CARDS
    if json_output:
        found = {"encoders": [asdict(each) for each in chosen], "sets": [asdict(each) for each in SETS]}
        print(json.dumps({"schema": "visionaryvids/encoders/1", **found}, indent=2))
    elif names:
        print("\n\n".join(map(_in_full, chosen)))
    else:
        print(_overview())


def _in_full(card: Card) -> str:
    return "\n".join(f"{field.name:<14} {getattr(card, field.name)}" for field in fields(card))


def _overview() -> str:
    from visionaryvids.features.cards import CARDS, SETS
    from visionaryvids.tables import Table, as_text

    rows = tuple((each.name, str(each.width), each.network) for each in CARDS)
    sets = tuple(
        (each.name, f"{each.clip_s:.3g} s", " + ".join(each.video), each.audio or "-", each.text) for each in SETS
    )
    every = Table("encoders", ("name", "width", "network"), rows, ("a card: visionaryvids encoders NAME",))
    grouped = Table("sets", ("name", "clip", "pictures", "sound", "sentences"), sets)
    return f"{as_text(every)}\n\n{as_text(grouped)}"
