"""`--set name=value`: typed by the field, checked by its name."""

import pytest

from visionaryvids.errors import ConfigError
from visionaryvids.recipes.changes import parse_changes


def test_values_take_the_fields_type_and_place():
    model, settings = parse_changes(
        [
            "memory_slots=0",
            "dropout=0.2",
            "feed_forward=no",
            "video_position=sincos1d",
            "audio_dim=none",
            "optimizer=adam",
        ],
        epochs=7,
    )
    assert model == {
        "memory_slots": 0, "dropout": 0.2, "feed_forward": False, "video_position": "sincos1d", "audio_dim": None,
    }  # fmt: skip
    assert settings == {"epochs": 7, "optimizer": "adam"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("memory_slots", "expected name=value"),
        ("memory_slot=3", "Did you mean memory_slots"),
        ("memory_slots=many", "--set memory_slots: 'many'; expected int"),
        ("feed_forward=perhaps", "expected bool"),
        ("video_position=sincos3d", "sincos3d"),
        ("compat=1", "--preset umt"),
        ("seed=1", "use --seed"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    with pytest.raises(ConfigError, match=message):
        parse_changes([change])
