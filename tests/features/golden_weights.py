"""Weights that follow from key names and shapes, and what public reference code computed with them.

The recipe and the numbers are described beside them, in `../shared/golden/encoders/README.md`.
"""

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tests.shared import SHARED

GOLDEN = SHARED / "golden" / "encoders"


def entries(name: str) -> list[dict[str, Any]]:
    """What the checkpoint of an encoder holds: key, shape, and checksums of the tensor made here."""
    return json.loads((GOLDEN / f"{name}.json").read_text())["entries"]


def arrays(name: str) -> dict[str, np.ndarray]:
    """What the reference computed."""
    with np.load(GOLDEN / f"{name}.npz") as stored:
        return dict(stored)


def weight(key: str, shape: Sequence[int]) -> Tensor:
    """The tensor of that name."""
    rng = np.random.RandomState(zlib.crc32(key.encode()))
    if len(shape) >= 2:
        gain = np.float32(math.sqrt(2 / math.prod(shape[1:])))
        return torch.from_numpy(rng.standard_normal(shape).astype(np.float32) * gain)
    if not shape:
        return torch.zeros((), dtype=torch.int64)
    if key.endswith("running_var"):
        value = 0.5 + rng.random_sample(shape)
    else:
        value = (1 if key.endswith("weight") else 0) + 0.1 * rng.standard_normal(shape)
    return torch.from_numpy(value.astype(np.float32))


def weights(shapes: Mapping[str, Sequence[int]]) -> dict[str, Tensor]:
    """A whole state dict."""
    return {key: weight(key, shape) for key, shape in shapes.items()}


def golden_state(name: str) -> dict[str, Tensor]:
    """The state dict of an encoder's goldens, without what is no weight."""
    return weights({entry["key"]: entry["shape"] for entry in entries(name) if entry["rule"] != "as_built"})


def seeded(module: nn.Module) -> dict[str, Tensor]:
    """A state dict for any module."""
    return weights({key: tuple(value.shape) for key, value in module.state_dict().items()})


def assert_close(found: Tensor | np.ndarray, expected: np.ndarray, tolerance: float = 1e-5) -> None:
    """Both measures: relative L2 error, and greatest difference over greatest value."""
    found = np.asarray(found, np.float64).reshape(expected.shape)
    difference = found - expected
    assert np.linalg.norm(difference) <= tolerance * np.linalg.norm(expected)
    assert np.abs(difference).max() <= tolerance * np.abs(expected).max()


def assert_stage(stored: Mapping[str, np.ndarray], name: str, found: Tensor, tolerance: float = 1e-5) -> None:
    """One check point inside the network: its shape, its moments and 64 of its values."""
    at = stored["stage_names"].tolist().index(name)
    values = found.double().numpy()
    assert values.shape == tuple(stored["stage_shapes"][at][: values.ndim]), name
    slack = tolerance * stored["stage_absmax"][at]
    flat = values.ravel()
    sample = flat[np.arange(64) * flat.size // 64]
    moments = np.array([flat.mean(), flat.std(), np.abs(flat).max()])
    expected = np.array([stored[f"stage_{kind}"][at] for kind in ("mean", "std", "absmax")])
    np.testing.assert_allclose(moments, expected, rtol=0, atol=slack, err_msg=name)
    np.testing.assert_allclose(sample, stored["stage_samples"][at], rtol=0, atol=slack, err_msg=name)


def outputs(network: nn.Module, names: Sequence[str]) -> dict[str, list[Tensor]]:
    """A record that fills with what these parts of a network compute when it runs."""
    record: dict[str, list[Tensor]] = {name: [] for name in names}
    for name in names:
        network.get_submodule(name).register_forward_hook(
            lambda _, __, result, name=name: record[name].append(result.clone())
        )
    return record
