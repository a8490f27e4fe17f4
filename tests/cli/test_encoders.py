"""`visionaryvids encoders`."""

import json

from tests.cli.run import apart, here
from visionaryvids.features.cards import CARDS, SETS


def test_the_list_names_every_encoder_and_set(capsys):
    ran = here(capsys, "encoders")
    assert ran.status == 0
    assert {line.split()[0] for line in ran.out.splitlines() if line} >= {each.name for each in (*CARDS, *SETS)}


def test_a_card_in_full(capsys):
    ran = here(capsys, "encoders", "slowfast", "cnn14")
    assert "32 of 60 frames a row, at 30 a second" in ran.out
    assert "Apache-2.0" in ran.out
    assert "zenodo.org" in ran.out
    assert "I3D" not in ran.out


def test_json_has_every_field(capsys):
    found = json.loads(here(capsys, "encoders", "vgg16", "--json").out)
    assert found["schema"] == "visionaryvids/encoders/1"
    (only,) = found["encoders"]
    assert (only["name"], only["width"]) == ("vgg16", 4096)
    assert all(only[key] for key in ("takes", "clip", "crop", "normalisation", "source", "licence"))
    assert [each["name"] for each in found["sets"]] == [each.name for each in SETS]


def test_an_unknown_name_is_bad_input(capsys):
    ran = here(capsys, "encoders", "resnet")
    assert ran.status == 2
    assert "one of clip, " in ran.err


def test_it_needs_no_pytorch():
    code = "import sys; from visionaryvids.cli.encoders import encoders; encoders(); assert 'torch' not in sys.modules"
    assert apart(code=code).status == 0
