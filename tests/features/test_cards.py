"""Cards say what the code does."""

import re

import pytest

from visionaryvids.errors import ConfigError
from visionaryvids.features import (
    clip,
    cnn14,
    efficientnet,
    glove,
    i3d,
    logmel,
    minilm,
    presets,
    slowfast,
    text_track,
    vgg,
)
from visionaryvids.features.cards import CARDS, SETS, card
from visionaryvids.features.lite import lite
from visionaryvids.features.looking import Look

WIDTHS = {
    "efficientnet-lite0": efficientnet.WIDTH,
    "log-mel": logmel.WIDTH,
    "minilm": minilm.WIDTH,
    "text-track": text_track.SPEC.video_dim,
    "clip": clip.WIDTH,
    "clip-text": clip.WIDTH,
    "slowfast": slowfast.WIDTH,
    "i3d-rgb": i3d.WIDTH,
    "i3d-flow": i3d.WIDTH,
    "vgg16": vgg.WIDTH,
    "cnn14": cnn14.WIDTH,
    "glove": glove.WIDTH,
}
LOOKS = {
    "clip": clip.look(2.0),
    "slowfast": slowfast.look(),
    "i3d-rgb": presets.YOUTUBE_WINDOW.look(),
    "vgg16": vgg.encoder(lambda: pytest.fail("not needed"), 1 / 6).look,
}


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def test_widths():
    assert {each.name: each.width for each in CARDS} == WIDTHS


@pytest.mark.parametrize("name", LOOKS)
def test_how_frames_are_taken_and_prepared(name):
    look: Look = LOOKS[name]
    square = look.prepare
    assert numbers(card(name).crop) == [square.shorter_side, look.side, look.side]
    assert square.resample.name.lower() in card(name).crop
    assert numbers(card(name).takes)[0] == len(look.offsets_s)
    if "mean" in card(name).normalisation:
        mean, std = (numbers(part) for part in card(name).normalisation.removesuffix(" of 0..1").split(", deviation"))
        assert mean == ([round(look.mean[0], 3)] if len(mean) == 1 else [round(value, 3) for value in look.mean])
        assert std == ([round(look.std[0], 3)] if len(std) == 1 else [round(value, 3) for value in look.std])


def test_rates():
    assert numbers(card("cnn14").takes) == [cnn14.SETTINGS["rate_hz"]]
    assert numbers(card("cnn14").crop)[:2] == [cnn14.SETTINGS["low_hz"], cnn14.SETTINGS["high_hz"]]
    assert numbers(card("log-mel").takes) == [logmel.SETTINGS["rate_hz"]]
    assert numbers(card("i3d-rgb").takes)[-1] == presets.YOUTUBE_WINDOW.rate_hz
    window = presets.CHARADES_WINDOW
    assert f"{window.frames} at {window.rate_hz:g} a second" in card("i3d-flow").takes


@pytest.mark.parametrize("each", SETS, ids=lambda each: each.name)
def test_sets_are_those_that_their_functions_make(each):
    own = {"lite": lite, "text-track": text_track.text_track}
    spec = (own.get(each.name) or getattr(presets, each.name))().spec
    assert (spec.name, spec.clip_s) == (each.name, each.clip_s)
    assert spec.video_dim == sum(card(name).width for name in each.video)
    assert spec.audio_dim == (card(each.audio).width if each.audio else None)
    assert spec.query_dim == card(each.text).width


def test_every_card_has_a_source_and_a_licence_and_is_in_a_set():
    used = {name for each in SETS for name in (*each.video, each.audio, each.text)}
    for each in CARDS:
        assert each.source
        assert each.licence
        assert each.name in used


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(ConfigError, match="Did you mean slowfast"):
        card("slowfst")
