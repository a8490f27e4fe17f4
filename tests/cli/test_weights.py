"""`visionaryvids weights` and `visionaryvids data download`: what they print, and how they end."""

import json

import pytest

from tests.cli.run import apart, here
from tests.data.damage import sound
from tests.data.test_download import zipped
from tests.fetch.server import Behaviour, serving
from visionaryvids.data.download import ARCHIVES
from visionaryvids.features.published import PUBLISHED
from visionaryvids.model.released import RELEASED


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", str(tmp_path / "own"))
    monkeypatch.setenv("VISIONARYVIDS_OFFLINE", "1")
    monkeypatch.delenv("VISIONARYVIDS_MIRROR", raising=False)
    (tmp_path / "own").mkdir()


def test_list(capsys, tmp_path):
    (tmp_path / "own" / "i3d_rgb.pt").write_bytes(b"x")
    lines = here(capsys, "weights", "ls").out.splitlines()
    assert len(lines) == 4 + len(PUBLISHED) + len(RELEASED)
    assert max(map(len, lines)) <= 80
    assert {line.split()[0] for line in lines[4:] if line.split()[1] == "here"} == {"i3d-rgb"}


def test_list_as_json(capsys, tmp_path):
    found = json.loads(here(capsys, "weights", "ls", "--json").out)
    assert found["schema"] == "visionaryvids/weights/1"
    names = {each["name"] for each in found["files"]}
    assert names >= {"clip", "slowfast", "umt-qvhighlights", "umt-charades-vo", "umt-tvsum-bk", "umt-youtube-dog"}
    assert {each["path"] for each in found["files"]} == {None}
    assert all(each["licence"] and each["checksum"] for each in found["files"])


def test_listing_is_light():
    code = "import sys; from visionaryvids.cli.weights import _remotes; _remotes(); print('torch' in sys.modules)"
    assert apart(code=code).out == "False\n"


def test_fetch(capsys, tmp_path):
    ran = here(capsys, "weights", "fetch", "cnn14")
    assert ran.status == 2
    assert "VISIONARYVIDS_OFFLINE is set" in ran.err
    assert "https://zenodo.org" in ran.err
    (tmp_path / "own" / "Cnn14_mAP=0.431.pth").write_bytes(b"x")
    ran = here(capsys, "weights", "fetch", "cnn14")
    assert (ran.status, ran.out) == (0, f"{tmp_path / 'own' / 'Cnn14_mAP=0.431.pth'}\n")
    assert "it is not the published file" in ran.err


def test_fetch_of_an_unknown_name_fetches_nothing(capsys):
    ran = here(capsys, "weights", "fetch", "cnn14", "cnn15")
    assert (ran.status, ran.out) == (2, "")
    assert "Did you mean cnn14?" in ran.err


def test_a_data_set_from_a_mirror(capsys, tmp_path, monkeypatch):
    """The archive there is another one than the published, so it is refused; from the user's folder it is used."""
    content = zipped(sound("tvsum", tmp_path / "original"))
    data = tmp_path / "data" / "tvsum"
    with serving(Behaviour({ARCHIVES["tvsum"].name: content})) as mirror:
        monkeypatch.setenv("VISIONARYVIDS_MIRROR", mirror)
        monkeypatch.setenv("VISIONARYVIDS_OFFLINE", "0")
        ran = here(capsys, "data", "download", "tvsum", "--data", data)
    assert ran.status == 2
    assert f"{mirror}/{ARCHIVES['tvsum'].name}" in ran.err
    assert "are not the published file; expected sha256 or sha1 or md5 ec05ad4e" in ran.err
    assert not data.exists()
    (tmp_path / "own" / ARCHIVES["tvsum"].name).write_bytes(content)
    ran = here(capsys, "data", "download", "tvsum", "--data", data, "-q")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith(": no problems\n")


def test_doctor_tells_which_files_are_here(capsys, tmp_path, monkeypatch):
    (tmp_path / "own" / "i3d_rgb.pt").write_bytes(b"x")
    told = here(capsys, "doctor").out
    assert "other weights    i3d-rgb of 10 files" in told
    assert "released models  none of 21 files of UMT are here; the others" in told
    monkeypatch.setenv("VISIONARYVIDS_MIRROR", "/a/folder")
    assert "note  other weights    VISIONARYVIDS_MIRROR: '/a/folder'" in here(capsys, "doctor").out
