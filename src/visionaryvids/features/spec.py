"""What makes features comparable: which encoders, which version, which grid. Kept in checkpoints and cache entries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from visionaryvids.errors import ConfigError


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """Identity of a set of encoders. Two sets of features may be compared exactly when their specs are equal.

    Attributes:
        name: the set's name, e.g. `lite`.
        version: changes whenever the numbers change.
        clip_s: length of a clip in seconds.
        video_dim: width of a clip's visual features, or None.
        audio_dim: width of a clip's audio features, or None.
        query_dim: width of a query token, or None.
        settings: everything else that the numbers depend on (sizes, crops, normalisation), as plain JSON values.
    """

    name: str
    version: int
    clip_s: float
    video_dim: int | None
    audio_dim: int | None
    query_dim: int | None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"settings": dict(self.settings)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FeatureSpec:
        """The inverse of `to_dict`.

        Raises:
            TypeError, ValueError: not the values of `to_dict`.
        """
        fitting: dict[str, Any] = {**values, "settings": dict(values.get("settings", {}))}
        return cls(**fitting)

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that differ when anything differs."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:16]

    def refuse_other(self, other: FeatureSpec, where: str) -> None:
        """Refuse features of another preparation.

        Raises:
            ConfigError: names every field that differs.
        """
        mine, theirs = self.to_dict(), other.to_dict()
        differs = [name for name in mine if mine[name] != theirs[name]]
        if differs:
            found = ", ".join(f"{name} {theirs[name]!r}" for name in differs)
            expected = ", ".join(f"{name} {mine[name]!r}" for name in differs)
            raise ConfigError(where, f"features with {found}", expected, f"extract them again with encoder {self.name}")
