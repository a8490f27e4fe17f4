"""Which features may be compared: those of one preparation."""

from dataclasses import replace

import pytest

from visionaryvids.errors import ConfigError
from visionaryvids.features.lite import SPEC, lite
from visionaryvids.features.spec import FeatureSpec


def test_there_and_back():
    assert FeatureSpec.from_dict(SPEC.to_dict()) == SPEC
    assert lite().spec is SPEC


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"clip_s": 2.0}, {"audio_dim": None}, {"settings": {**SPEC.settings, "rows": "other"}}]
)
def test_any_other_preparation_is_refused_and_named(change):
    other = replace(SPEC, **change)
    assert other.digest != SPEC.digest
    with pytest.raises(ConfigError, match=f"{next(iter(change))} .*\n  -> extract them again with encoder lite"):
        SPEC.refuse_other(other, "model.safetensors")


def test_the_same_is_not_refused():
    SPEC.refuse_other(FeatureSpec.from_dict(SPEC.to_dict()), "model.safetensors")
