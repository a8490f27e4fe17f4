"""Every recipe by data set and domain, and the paper's tables as lists of recipes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from visionaryvids.annotations.splits import TVSUM, YOUTUBE, Split
from visionaryvids.errors import ConfigError, choose, unknown_name
from visionaryvids.recipes.charades import charades
from visionaryvids.recipes.qvhighlights import qvhighlights
from visionaryvids.recipes.qvhighlights_asr import qvhighlights_asr
from visionaryvids.recipes.recipe import Recipe
from visionaryvids.recipes.tvsum import tvsum
from visionaryvids.recipes.youtube import youtube

BY_DOMAIN: dict[str, Callable[[str], Recipe]] = {"tvsum": tvsum, "youtube": youtube}
DOMAINS: dict[str, Mapping[str, Split]] = {"tvsum": TVSUM, "youtube": YOUTUBE}
TABLES = {"table1": "qvhighlights", "table2": "charades", "table3": "tvsum", "table4": "youtube"}
"""The data set of each of the paper's tables; Table 1 also repeats the averages of Tables 3 and 4."""
WHOLE: dict[str, Callable[[], Recipe]] = {
    "qvhighlights": qvhighlights,
    "qvhighlights-asr": qvhighlights_asr,
    "charades": charades,
}


def find_recipe(dataset: str, domain: str | None) -> Recipe:
    """The recipe of a data set; TVSum and YouTube Highlights need a domain.

    Raises:
        ConfigError: no such data set or domain, or a domain where there is none (or none where one is needed).
    """
    if dataset in WHOLE:
        if domain is not None:
            raise ConfigError("--domain", f"{domain!r} with {dataset}", "no domain", "leave --domain out")
        return WHOLE[dataset]()
    if dataset not in BY_DOMAIN:
        raise unknown_name("DATASET", dataset, [*BY_DOMAIN, *WHOLE, "custom"])
    if domain is None:
        known = ", ".join(DOMAINS[dataset])
        raise ConfigError("--domain", f"none with {dataset}", f"one of {known}", f"e.g. --domain {known.split(',')[0]}")
    return BY_DOMAIN[dataset](domain)


def table(name: str, domains: Sequence[str] = ()) -> list[Recipe]:
    """The recipes behind one of the paper's tables.

    Args:
        name: `table1` (QVHighlights), `table2` (Charades-STA), `table3` (TVSum) or `table4` (YouTube Highlights).
        domains: only these; all of them without it.

    Raises:
        ConfigError: no such table or domain.
    """
    dataset = choose("table", name, TABLES)
    known: Sequence[str | None] = tuple(DOMAINS.get(dataset, (None,)))
    return [find_recipe(dataset, domain) for domain in domains or known]
