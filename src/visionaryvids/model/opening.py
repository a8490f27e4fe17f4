"""A model by its name or file, with the encoders that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visionaryvids.data.prepare import prepared_widths
from visionaryvids.errors import ConfigError, unknown_name
from visionaryvids.features.encoder import EncoderSet
from visionaryvids.features.lite import lite
from visionaryvids.features.sets import SETS, encoder_set
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.features.text_track import SPEC, text_track
from visionaryvids.model import checkpoint
from visionaryvids.model import text_track as words
from visionaryvids.model.brain import Brain, MatcherBrain
from visionaryvids.model.checkpoint import Checkpoint, load_checkpoint, schema_of
from visionaryvids.model.config import ModelConfig
from visionaryvids.model.matcher_file import LITE_WEIGHTS, load_matcher
from visionaryvids.model.released import RELEASED, encoders_of
from visionaryvids.model.scan import NetworkBrain
from visionaryvids.model.widths import Widths, fit, told, widths_of


@dataclass(frozen=True, slots=True)
class Opened:
    """A model and what it sees, hears and reads with.

    Attributes:
        name: for findings.
        encoders: the set.
        brain: what answers.
    """

    name: str
    encoders: EncoderSet
    brain: Brain


def open_model(model: str | Path, encoders: EncoderSet | None, device: str) -> Opened:
    """Read a model.

    Args:
        model: `lite`, `text-track`, a name of `RELEASED`, or a file: of `save_matcher`, or a checkpoint of `train`.
        encoders: the set, for a checkpoint of one's own; None for what the model says.
        device: where encoders run that the model says.

    Raises:
        ConfigError: no such model, or one that was trained on features of other encoders.
        CheckpointError: the file is not a model.
        DownloadError: a released checkpoint is not here and cannot be fetched.
    """
    if isinstance(model, str) and model in RELEASED:
        return _released(model, encoders, device)
    if model == words.NAME:
        return _reader(encoders or text_track())
    if isinstance(model, str) and model != "lite" and not model.endswith(".safetensors"):
        raise _unknown(model)
    path = LITE_WEIGHTS if model == "lite" else Path(model)
    name = "lite" if model == "lite" else _called(path)
    if schema_of(path) == checkpoint.SCHEMA:
        return _trained(name, path, encoders, device)
    matcher, chosen = load_matcher(path), encoders or lite()
    matcher.spec.refuse_other(chosen.spec, str(model))
    return Opened(name, chosen, MatcherBrain(matcher))


def _called(path: Path) -> str:
    """A file's name for findings; `train` calls every one `model`, so that its folder tells them apart."""
    return f"{path.parent.name}/{path.stem}" if path.stem == "model" and path.parent.name else path.stem


def _reader(encoders: EncoderSet) -> Opened:
    SPEC.refuse_other(encoders.spec, words.NAME)
    return Opened(words.NAME, encoders, words.TextTrackBrain(words.head()))


def _released(name: str, encoders: EncoderSet | None, device: str) -> Opened:
    needed = encoder_set(encoders_of(name), device=device)
    chosen = encoders or needed
    needed.spec.refuse_other(chosen.spec, name)
    network = load_checkpoint(name).network
    _refuse_widths(network.config, chosen.spec, name)
    return Opened(name, chosen, NetworkBrain(network, chosen.spec.name))


def _trained(name: str, path: Path, encoders: EncoderSet | None, device: str) -> Opened:
    found = load_checkpoint(path)
    chosen = encoders or _encoders_of(found, path, device)
    if found.inputs is not None:
        remedy = "leave --encoders out" if encoders else "train again, on features that this version extracts"
        found.inputs.spec.refuse_other(chosen.spec, f"{path}", remedy)
    _refuse_widths(found.network.config, chosen.spec, f"{path}")
    clips = None if found.inputs is None else found.inputs.clips
    return Opened(name, chosen, NetworkBrain(found.network, chosen.spec.name, clips, found.present))


def _encoders_of(found: Checkpoint, path: Path, device: str) -> EncoderSet:
    """The set that a checkpoint names; older ones, and those trained on released features, name none."""
    if found.inputs is not None:
        return encoder_set(found.inputs.spec.name, device=device)
    remedy = _remedy(found.network.config)
    what = "a network that does not say its encoders, and no --encoders"
    raise ConfigError(f"{path}", what, "the set of its features", remedy)


def _refuse_widths(config: ModelConfig, spec: FeatureSpec, where: str) -> None:
    """Refuse encoders whose rows or tokens are not as wide as those that the network was trained on."""
    there, wanted = _widths(spec), widths_of(config)
    if not fit(there, wanted):
        found = f"rows and tokens of encoders {spec.name}: {told(there)}"
        raise ConfigError(where, found, told(wanted), _remedy(config))


def _widths(spec: FeatureSpec) -> Widths:
    return *prepared_widths(spec), spec.query_dim


def _remedy(config: ModelConfig) -> str:
    fitting = [name for name in SETS if fit(_widths(encoder_set(name).spec), widths_of(config))]
    if not fitting:
        return "none of `visionaryvids encoders` makes such features"
    return "give the set that its features were made with: --encoders " + " or ".join(fitting)


def _unknown(name: str) -> ConfigError:
    own = "the path of a model (.safetensors) that you trained"
    remedy = f"give lite, {words.NAME}, a name of `visionaryvids weights ls`, or {own}"
    near = unknown_name("--model", name, ("lite", words.NAME, *RELEASED)).problem.remedy
    return ConfigError("--model", f"unknown name {name!r}", f"lite, {words.NAME} or a released model", near or remedy)
