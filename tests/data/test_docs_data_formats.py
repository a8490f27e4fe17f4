"""The example of docs/data-formats.md is what the command prints."""

from pathlib import Path

import numpy as np

from visionaryvids.data import synthetic
from visionaryvids.data.check import check

PAGE = Path(__file__).parents[2] / "docs" / "data-formats.md"


def test_example_of_the_check(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = Path("data/tvsum")
    synthetic.write_tvsum(root)
    annotations = root / "tvsum_anno.json"
    annotations.write_text(annotations.read_text().replace("[[2.0", "[[7.0", 1))
    (root / "video_features" / "EE-bNr36nyA_opt.npy").unlink()
    cut = root / "audio_features" / "Se3oxnaPsz0.npy"
    cut.write_bytes(cut.read_bytes()[:20_000])
    longer = root / "audio_features" / "oDXZc0tZe04.npy"
    np.save(longer, np.vstack([np.load(longer), np.load(longer)[:1]]))
    block = PAGE.read_text(encoding="utf-8").split("```console\n")[1].split("```")[0]
    assert block.splitlines()[1:] == str(check("tvsum", root)).splitlines()
