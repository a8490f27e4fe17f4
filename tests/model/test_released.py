"""Released checkpoints by name: the file, and the network in it."""

import pytest
import torch

from tests.fetch.server import settings_in
from tests.parity.umt_goldens import CASES, load
from visionaryvids.errors import ConfigError, DownloadError
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.model.released import RELEASED, released


def test_every_model_of_the_readme_has_a_name():
    youtube = {f"umt-youtube-{domain}" for domain in ("dog", "gym", "par", "ska", "ski", "sur")}
    tvsum = {f"umt-tvsum-{domain}" for domain in ("vt", "vu", "ga", "ms", "pk", "pr", "fm", "bk", "bt", "ds")}
    others = {"umt-qvhighlights", "umt-qvhighlights-asr", "umt-asr", "umt-charades-va", "umt-charades-vo"}
    assert RELEASED.keys() == youtube | tvsum | others
    for name in youtube | tvsum:
        assert f"_{name.rpartition('-')[2]}-" in RELEASED[name].name, "the domain is in the file's name too"


def test_a_name_will_do_where_a_path_does(tmp_path, monkeypatch):
    state = load(CASES / "umt_tiny_mrhd.npz", "mrhd").group("sd/")
    torch.save({"state_dict": state, "meta": {}}, tmp_path / RELEASED["umt-qvhighlights"].name)
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    found = load_checkpoint("umt-qvhighlights")
    assert found.provenance == {"source": "UMT", "file": "umt_base_200e_qvhighlights-9a13c673.pth"}
    assert found.network.config.moments


def test_unknown_or_absent(tmp_path):
    with pytest.raises(ConfigError, match="Did you mean umt-tvsum-bk"):
        released("umt-tvsum-bkk", settings_in(tmp_path, offline=True))
    with pytest.raises(DownloadError, match=r"umt_small_500e_tvsum_bk-12c75dff\.pth: not on this machine"):
        released("umt-tvsum-bk", settings_in(tmp_path, offline=True))
