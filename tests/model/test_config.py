"""Configurations: what cannot be built is refused with a remedy, and JSON gives back what was put in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.samples import small_config
from visionaryvids.errors import ConfigError
from visionaryvids.model.config import POSITIONS, UMT_COMPAT, ModelConfig, preset


@given(st.sampled_from(POSITIONS), st.integers(0, 64), st.booleans(), st.floats(0, 0.9), st.integers(0, 9))
def test_json_round_trip(position, slots, stream, dropout, proposals):
    config = small_config(
        video_position=position,
        memory_slots=slots,
        position_in_stream=stream,
        dropout=dropout,
        proposals=proposals,
        compat=UMT_COMPAT,
    )
    assert ModelConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"video_dim": None, "audio_dim": None}, "at least one modality"),
        ({"saliency": False, "moments": False}, "at least one head"),
        ({"width": 30}, "a multiple of heads"),
        ({"width": 6, "heads": 2}, "a multiple of 4, at least 8"),
        ({"heads": 0}, "heads: 0; expected at least 1"),
        ({"decoder_layers": -1}, "decoder_layers: -1"),
        ({"memory_slots": -1}, "memory_slots: -1; expected at least 0"),
        ({"proposals": -1}, "proposals: -1; expected at least 0"),
        ({"proposals": 8, "video_dim": None}, "8 without video_dim; expected video features"),
        ({"dropout": 1.0}, "dropout: 1.0; expected a rate"),
        ({"video_position": "sincos3d"}, "Did you mean sincos"),
        ({"memory_slot": 3}, "Did you mean memory_slots"),
    ],
)
def test_what_cannot_be_built_is_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        small_config(**changes)


def test_presets_differ_where_the_paper_does():
    common = {"video_dim": 8, "audio_dim": 8, "query_dim": 8}
    ours, umt = preset("visionaryvids", "small", **common), preset("umt", "base", **common)
    assert (ours.memory_slots, ours.video_position, ours.feed_forward, ours.decoder_layers) == (16, "sincos2d", True, 1)
    assert (umt.memory_slots, umt.video_position, umt.compat, umt.decoder_layers) == (0, "learned", UMT_COMPAT, 3)


@pytest.mark.parametrize(("name", "size"), [("vidionaryvids", "small"), ("umt", "smal")])
def test_a_mistyped_preset_names_the_nearest(name, size):
    with pytest.raises(ConfigError, match="Did you mean"):
        preset(name, size, video_dim=1, audio_dim=1, query_dim=1)
