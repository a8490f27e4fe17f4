"""A matcher on disk: one safetensors file with its configuration and the features that it was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from visionaryvids.errors import CheckpointError, VisionaryVidsError
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.features.state import fill
from visionaryvids.model.alignment import Alignment, AlignmentSize
from visionaryvids.model.checkpoint import read_tensors, write_tensors
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.matcher import Matcher
from visionaryvids.model.words import WordAlignment

SCHEMA = "visionaryvids/matcher/1"
LITE_WEIGHTS = Path(__file__).parent / "weights" / "lite.safetensors"
HALVES = ("alignment.classifier", "alignment.class_names")
"""Large tensors that come from half-precision-proof sources: stored as float16, used as float32."""

_DAMAGE = (AttributeError, KeyError, TypeError, ValueError, RuntimeError, VisionaryVidsError)
"""What a damaged header makes its readers raise; RuntimeError: tensors of impossible sizes."""


def save_matcher(path: Path, matcher: Matcher, provenance: Mapping[str, Any]) -> None:
    """Write a matcher atomically."""
    about = {
        "spec": matcher.spec.to_dict(),
        "alignment": _told(matcher.alignment),
        "config": matcher.network.config.to_dict(),
        "provenance": dict(provenance),
    }
    tensors = {name: value.half() if name in HALVES else value for name, value in matcher.state_dict().items()}
    write_tensors(path, SCHEMA, about, tensors)


def load_matcher(path: Path) -> Matcher:
    """Read a file of `save_matcher`, in evaluation mode.

    Raises:
        CheckpointError: no such file, or not a matcher, or weights that do not fit.
    """
    about, state = read_tensors(path, SCHEMA)
    try:
        spec = FeatureSpec.from_dict(about["spec"])
        matcher = Matcher(spec, _alignment(about["alignment"]), ModelConfig.from_dict(about["config"]))
    except _DAMAGE as error:
        remedy = "fetch the file again"
        raise CheckpointError(str(path), f"damaged header: {error}", "a matcher", remedy) from error
    floats: dict[str, Tensor] = {name: value.to(torch.float32) for name, value in state.items()}
    return fill(matcher, floats, str(path))


def _told(alignment: Alignment | WordAlignment) -> dict[str, int]:
    """The widths of an alignment, which also tell its kind."""
    if isinstance(alignment, WordAlignment):
        return {"words": len(alignment.sentence_center)}
    return asdict(alignment.size)


def _alignment(told: Mapping[str, int]) -> Alignment | WordAlignment:
    """An empty alignment; the inverse of `_told`."""
    return WordAlignment(told["words"]) if "words" in told else Alignment(AlignmentSize(**told))
