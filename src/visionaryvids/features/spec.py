"""What makes features comparable: which encoders, which version, which grid. Kept in checkpoints and cache entries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
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

    def refuse_other(self, other: FeatureSpec, where: str, remedy: str = "") -> None:
        """Refuse features of another preparation.

        Args:
            other: what made them.
            where: for the error.
            remedy: what to do about it; to extract them again, if nothing is said.

        Raises:
            ConfigError: names the fields that differ, the first few of them.
        """
        mine, theirs = _leaves(self.to_dict()), _leaves(other.to_dict())
        differs = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
        if differs:
            found, expected = _told(theirs, differs), _told(mine, differs)
            again = f"extract them again with encoder {self.name}"
            raise ConfigError(where, f"features with {found}", expected, remedy or again)


_TOLD = 5
_LONGEST = 80


def _leaves(values: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested values under names like `settings.video.crop`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found.update(_leaves(value, f"{before}{name}.") if isinstance(value, Mapping) else {f"{before}{name}": value})
    return found


def _told(leaves: Mapping[str, Any], names: Sequence[str]) -> str:
    """Values by their names, as much as a person reads."""
    texts = [f"{name} {leaves[name]!r}" if name in leaves else f"no {name}" for name in names[:_TOLD]]
    cut = [text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..." for text in texts]
    return ", ".join(cut) + (f" and {len(names) - _TOLD} more" if len(names) > _TOLD else "")
