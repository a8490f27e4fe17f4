"""One change at a time from a preset, all else as it is: what each part of the paper's network is worth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from visionaryvids.errors import unknown_name
from visionaryvids.recipes.heldout.method import Change, Method
from visionaryvids.recipes.heldout.network import NetworkLearner, network

EVERYWHERE = ("video_position", "audio_position", "fusion_position", "decoder_position")


@dataclass(frozen=True, slots=True)
class Ablation:
    """A change in words, and as fields of `ModelConfig`, of `Settings`, or of `Inputs`."""

    part: str
    value: str
    model: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, bool] = field(default_factory=dict)

    def of(self, whole: NetworkLearner) -> Method:
        """The network with this change."""
        learner = replace(
            whole,
            changes={**whole.changes, **self.model},
            settings=replace(whole.settings, **self.settings),
            inputs=replace(whole.inputs, **self.inputs),
        )
        return network(learner, Change(self.part, self.value))


ABLATIONS = (
    Ablation("video position", "none", {"video_position": "none"}),
    Ablation("video position", "sincos1d", {"video_position": "sincos1d"}),
    Ablation("video position", "learned", {"video_position": "learned"}),
    Ablation("every position", "none", dict.fromkeys(EVERYWHERE, "none")),
    Ablation("memory slots", "0", {"memory_slots": 0}),
    Ablation("memory slots", "4", {"memory_slots": 4}),
    Ablation("memory slots", "64", {"memory_slots": 64}),
    Ablation("feed-forward", "off", {"feed_forward": False}),
    Ablation("optimizer", "AdamW", settings={"optimizer": "adamw"}),
    Ablation("optimizer", "AdamW 1e-3", settings={"optimizer": "adamw", "lr": 1e-3}),  # Lion wants a lower rate
    Ablation("audio", "off", inputs={"audio": False}),
    Ablation("query", "off", inputs={"query": False}),
    Ablation("decoder layers", "3", {"decoder_layers": 3}),
    Ablation("dropout", "0", {"dropout": 0.0}),
    Ablation("dropout", "0.3", {"dropout": 0.3}),
    Ablation("input dropout", "0", {"input_dropout": 0.0}),
)


def ablations(whole: NetworkLearner, parts: tuple[str, ...] = ()) -> tuple[Method, ...]:
    """The preset as it is, then each change.

    Args:
        whole: the preset.
        parts: only changes of these, e.g. `memory slots`; all without it.

    Raises:
        ConfigError: no such part.
    """
    known = {ablation.part for ablation in ABLATIONS}
    for part in parts:
        if part not in known:
            raise unknown_name("--parts", part, known)
    chosen = [ablation for ablation in ABLATIONS if not parts or ablation.part in parts]
    return (network(whole), *(ablation.of(whole) for ablation in chosen))
