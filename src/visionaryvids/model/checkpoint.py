"""Weights on disk: safetensors with configuration and provenance; UMT's released `.pth` by a name map.

A file of ours holds the parameters and, in its header, a schema number, the configuration, where the weights come from
and, where that is known, what made the features that they were trained on and what calibrates `present`. Nothing here
runs a pickle's code: `.pth` files are read with `weights_only=True`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from visionaryvids import __version__
from visionaryvids.errors import CheckpointError, VisionaryVidsError
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.features.state import fill
from visionaryvids.features.torch_file import read_torch
from visionaryvids.files import write_atomically
from visionaryvids.model import umt_names
from visionaryvids.model.calibration import Line
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.network import Network
from visionaryvids.model.released import RELEASED, released

SCHEMA = "visionaryvids/checkpoint/1"
HEADER = "visionaryvids"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a network was trained on.

    Attributes:
        spec: what made the features.
        clips: how many clips of a video it sees at once; None for as many as is usual with these encoders.
    """

    spec: FeatureSpec
    clips: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"features": self.spec.to_dict(), "clips": self.clips}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Inputs:
        """The inverse of `to_dict`.

        Raises:
            KeyError, TypeError, ValueError: not the values of `to_dict`.
        """
        return cls(FeatureSpec.from_dict(values["features"]), values["clips"])


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A network as read from disk, in evaluation mode.

    Attributes:
        network: the weights in their architecture.
        provenance: where they come from: data set, seed, epoch, version, whatever the writer knew.
        inputs: what it was trained on; None where that is not known, as with features that others released.
        present: what calibrates `present`; None where nothing does, as in older files.
    """

    network: Network
    provenance: dict[str, Any]
    inputs: Inputs | None = None
    present: Line | None = None


def save_checkpoint(
    path: Path,
    network: Network,
    provenance: Mapping[str, Any],
    inputs: Inputs | None = None,
    present: Line | None = None,
) -> None:
    """Write weights, configuration, provenance and what else is known to one safetensors file, atomically."""
    known = {} if inputs is None else {"inputs": inputs.to_dict()}
    known |= {} if present is None else {"present": asdict(present)}
    about = {"config": network.config.to_dict(), **known, "provenance": dict(provenance)}
    write_tensors(path, SCHEMA, about, network.state_dict())


def write_tensors(path: Path, schema: str, about: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Write tensors to one safetensors file, atomically, with what there is to know about them in its header.

    `about` holds plain JSON values and an entry `provenance`, which gets this package's version.
    """
    provenance = {"visionaryvids": __version__, **about["provenance"]}
    # one entry: safetensors writes several in any order, and equal runs are equal files
    header = {HEADER: json.dumps({"schema": schema, **about, "provenance": provenance})}
    plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_atomically(path, save(plain, metadata=header))


def load_checkpoint(path: str | Path) -> Checkpoint:
    """Read a file of `save_checkpoint`, or one of UMT's released `.pth` files.

    Args:
        path: the file, or the name of a released checkpoint (`umt-qvhighlights`), fetched when it is not here yet.

    Raises:
        CheckpointError: no such file, not a checkpoint, or weights that do not fit their configuration.
        DownloadError: a released checkpoint cannot be fetched.
    """
    path = released(path) if isinstance(path, str) and path in RELEASED else Path(path)
    if path.suffix in {".pth", ".pt"} and path.is_file():
        return _load_umt(path)
    about, state = read_tensors(path, SCHEMA)
    try:
        config = ModelConfig.from_dict(about["config"])
        inputs = Inputs.from_dict(about["inputs"]) if "inputs" in about else None
        present = Line(**about["present"]) if "present" in about else None
    except (AttributeError, KeyError, TypeError, ValueError, VisionaryVidsError) as error:
        raise CheckpointError(
            str(path), f"damaged header: {error}", "a configuration", "fetch the file again"
        ) from error
    return Checkpoint(network_from(config, state, str(path)), about.get("provenance", {}), inputs, present)


def schema_of(path: Path) -> str | None:
    """What kind of file of ours this is, or None: no such file, or none of ours."""
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {}).get(HEADER, "{}"))
    except (SafetensorError, OSError, ValueError, RecursionError):
        return None
    return about.get("schema") if isinstance(about, dict) else None


def read_tensors(path: Path, schema: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Read a file of `write_tensors`: what its header says, and its tensors.

    Raises:
        CheckpointError: no such file, or one without a header of that schema.
    """
    if not path.is_file():
        raise CheckpointError(str(path), "no such file", "a checkpoint", "check the path")
    header, state = _read_safetensors(path)
    try:
        about = json.loads(header.get(HEADER, "{}"))
    except (ValueError, RecursionError):
        about = {}
    if not isinstance(about, dict) or about.get("schema") != schema:
        raise CheckpointError(str(path), "no header of ours", f"schema {schema}", "use a file written by this version")
    return about, state


def network_from(config: ModelConfig, state: Mapping[str, Tensor], where: str) -> Network:
    """Build the network of `config` and fill it; every name and shape must match.

    Raises:
        CheckpointError: names the missing, left-over or misshapen parameters.
    """
    return fill(Network(config), state, where)


def from_umt(state: Mapping[str, Tensor], where: str = "UMT checkpoint") -> Network:
    """A network of preset `umt` filled from a UMT state dict.

    Args:
        state: UMT's own key names (released checkpoints, or `model.state_dict()` of its code).
        where: what to call it in an error.

    Raises:
        CheckpointError: a key is missing or left over, or a shape does not fit.
    """
    try:
        config = umt_names.config_of(state)
    except (StopIteration, KeyError, IndexError) as error:
        raise CheckpointError(where, "no UMT parameters", "UMT's key names") from error
    names = umt_names.name_map(config)
    used = {part for parts in names.values() for part in parts}
    if used != state.keys():
        first = ", ".join(sorted(used ^ state.keys())[:3])
        raise CheckpointError(where, f"{len(used ^ state.keys())} keys do not map ({first})", "UMT's key names")
    ours = {name: _join([state[part] for part in parts]) for name, parts in names.items()}
    return network_from(config, ours, where)


def _join(parts: list[Tensor]) -> Tensor:
    joined = torch.cat(parts) if len(parts) > 1 else parts[0]
    return joined.squeeze(0) if joined.dim() == 3 else joined  # position tables have a batch axis in UMT


def _load_umt(path: Path) -> Checkpoint:
    raw = read_torch(path)
    state = raw.get("state_dict", raw) if isinstance(raw, Mapping) else None
    if not isinstance(state, Mapping) or not all(isinstance(v, Tensor) for v in state.values()):
        raise CheckpointError(str(path), "no state dict", "a mapping of names to tensors")
    return Checkpoint(from_umt(state, str(path)), {"source": "UMT", "file": path.name})


def _read_safetensors(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            str(path), f"unreadable: {error}", "a safetensors file", "fetch the file again"
        ) from error
