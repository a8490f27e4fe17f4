"""The examples of a split of each data set, as a given network was trained to read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from visionaryvids.annotations.charades import read as read_charades
from visionaryvids.annotations.qvhighlights import read as read_qvhighlights
from visionaryvids.annotations.splits import TVSUM, YOUTUBE
from visionaryvids.annotations.splits import Split as Videos
from visionaryvids.data import charades, qvhighlights, tvsum, youtube
from visionaryvids.data.example import Example
from visionaryvids.errors import ConfigError, choose, unknown_name
from visionaryvids.features import i3d
from visionaryvids.model.config import UMT_COMPAT, ModelConfig


@dataclass(frozen=True, slots=True)
class Split:
    """Queries to be asked.

    Attributes:
        name: of the split.
        examples: those whose features are there.
        asked: how many queries the split has.
    """

    name: str
    examples: Sequence[Example]
    asked: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which queries, and how they are to be read.

    Attributes:
        root: the data set's folder.
        split: None for the one that published numbers are of.
        domain: of TVSum and YouTube Highlights.
        config: of the network that will be asked.
        skip_missing: leave out queries whose features are absent.
    """

    root: Path
    split: str | None
    domain: str | None
    config: ModelConfig
    skip_missing: bool


def split_examples(dataset: str, wanted: Wanted) -> Split:
    """The examples of a split.

    Raises:
        ConfigError: no such data set, split or domain.
        InputError: files are missing or wrong.
    """
    readers: Mapping[str, Callable[[Wanted], Split]] = {
        "qvhighlights": _qvhighlights,
        "charades": _charades,
        "tvsum": partial(_of_domain, TVSUM, tvsum.split, tvsum.load),
        "youtube": partial(_of_domain, YOUTUBE, youtube.split, youtube.load),
    }
    return choose("data set", dataset, readers)(wanted)


def _qvhighlights(wanted: Wanted) -> Split:
    """`val`, if nothing is said; of a folder that trains on a part of `val`, the other part."""
    layout, name = qvhighlights.find_layout(wanted.root), wanted.split or "val"
    divided = wanted.split is None and "train" not in layout.annotations
    qids = qvhighlights.read_split(wanted.root).test if divided else None
    examples = layout.load(name, qids, skip_missing=wanted.skip_missing)
    asked = len(read_qvhighlights(layout.annotations[name])) if qids is None else len(qids)
    return Split(f"{name}, the part of split.json" if divided else name, examples, asked)


def _charades(wanted: Wanted) -> Split:
    """Words as the network's preset reads them; flow in the place of sound for a network of that width."""
    layout, name = charades.find_layout(wanted.root), wanted.split or "test"
    flow = wanted.root / charades.FLOW_FOLDER
    if wanted.config.audio_dim == i3d.WIDTH and flow.is_dir():
        layout = replace(layout, audio_folder=flow)
    as_umt = wanted.config.compat == UMT_COMPAT
    (examples,) = layout.load(name, compat=as_umt, skip_missing=wanted.skip_missing)
    return Split(name, examples, len(read_charades(layout.annotations[name])))


def _of_domain(
    domains: Collection[str],
    split: Callable[[str, Path], Videos],
    load: Callable[..., Sequence[Example]],
    wanted: Wanted,
) -> Split:
    """Test videos of one domain, if nothing is said."""
    name, known = wanted.split or "test", ", ".join(domains)
    if wanted.domain is None:
        raise ConfigError("--domain", "not given", f"one of {known}", "give the domain that the model was trained for")
    if name not in ("train", "test"):
        raise unknown_name("--split", name, ("train", "test"))
    chosen = split(wanted.domain, wanted.root)
    videos = chosen.train if name == "train" else chosen.test
    return Split(name, load(wanted.root, videos, skip_missing=wanted.skip_missing), len(videos))
