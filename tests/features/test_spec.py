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
    with pytest.raises(ConfigError, match=f"{next(iter(change))}.*\n  -> extract them again with encoder lite"):
        SPEC.refuse_other(other, "model.safetensors")


def test_what_differs_is_told_by_its_own_name_and_not_at_length():
    other = replace(SPEC, settings={**SPEC.settings, "video": {**SPEC.settings["video"], "crop": [1] * 999}})
    with pytest.raises(ConfigError) as caught:
        SPEC.refuse_other(other, "model.safetensors")
    assert "settings.video.crop [1, 1, 1" in str(caught.value)
    assert "expected settings.video.crop 224" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_the_same_is_not_refused():
    SPEC.refuse_other(FeatureSpec.from_dict(SPEC.to_dict()), "model.safetensors")
