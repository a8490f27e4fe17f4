"""`--set name=value`: any field of `ModelConfig` or `Settings`, typed by the field, checked by its name."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, get_args, get_origin, get_type_hints

from visionaryvids.errors import ConfigError, unknown_name
from visionaryvids.model.config import ModelConfig
from visionaryvids.training.settings import Settings

NOT_HERE = {
    "lr": "use --lr",
    "seed": "use --seed",
    "compat": "the preset decides it: use --preset umt",
    "losses": "the recipe decides them",
    "start": "use --from",
    "fresh": "use --fresh",
}


def parse_changes(changes: Sequence[str], **settings_given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split `name=value` texts into changes of the model and changes of the training.

    Args:
        changes: the texts.
        **settings_given: settings that have an option of their own; None where it was not given.

    Raises:
        ConfigError: not of that form, no such field (with the nearest one), or a value of the wrong type.
    """
    hints = {**_fields(ModelConfig), **_fields(Settings)}
    model_names = _fields(ModelConfig).keys()
    model: dict[str, Any] = {}
    settings: dict[str, Any] = {name: value for name, value in settings_given.items() if value is not None}
    for change in changes:
        name, found, text = change.partition("=")
        if not found:
            raise ConfigError("--set", repr(change), "name=value", "e.g. --set memory_slots=0")
        if name in NOT_HERE:
            raise ConfigError("--set", repr(name), "a field that --set knows", NOT_HERE[name])
        if name not in hints:
            raise unknown_name("--set", name, hints)
        (model if name in model_names else settings)[name] = _value(name, text, hints[name])
    return model, settings


def _fields(cls: type[ModelConfig] | type[Settings]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in dataclasses.fields(cls) if f.name not in NOT_HERE}


def _value(name: str, text: str, hint: Any) -> Any:
    """The text as the field's type: bool, int, float, one of some words, or none."""
    kinds = get_args(hint) if get_origin(hint) is not None else (hint,)
    if type(None) in kinds and text.lower() == "none":
        return None
    if bool in kinds:
        words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
        if text.lower() in words:
            return words[text.lower()]
    for kind in (int, float):
        if kind in kinds:
            try:
                return kind(text)
            except ValueError:
                break
    if text in kinds:
        return text
    expected = " or ".join(k.__name__ if isinstance(k, type) else str(k) for k in kinds)
    raise ConfigError(f"--set {name}", repr(text), expected)
