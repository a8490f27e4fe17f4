"""`visionaryvids data check`: what it prints, and its exit status."""

import json
import subprocess
import sys

import pytest

from tests.data.damage import sound
from visionaryvids.cli.data import app


def run(capsys, *tokens):
    status = app(["check", *map(str, tokens)], exit_on_error=False, result_action="return_value")
    return status, capsys.readouterr()


def test_sound_folder(tmp_path, capsys):
    status, out = run(capsys, "tvsum", "--data", sound("tvsum", tmp_path))
    assert status == 0
    assert out.out.startswith("tvsum: 5 videos, 5 queries, ")
    assert out.out.endswith(" clips: no problems\n")
    assert out.err == ""


def test_damaged_folder(tmp_path, capsys):
    root = sound("youtube", tmp_path)
    path = root / "audio_features" / "TFdbCRkVeIA.npy"
    path.unlink()
    status, out = run(capsys, "youtube", "--data", root)
    problem, remedy, summary = out.out.splitlines()
    assert status == 2
    assert problem == f"{path}: no such file; expected this file, or the same name with .npz"
    assert remedy.startswith("  -> put it there")
    assert summary.endswith(": 1 problem")


def test_charades_without_word_vectors(tmp_path, capsys):
    root = sound("charades", tmp_path)
    status, out = run(capsys, "charades", "--data", root)
    assert (status, out.out.splitlines()[-1].split(":")[-1]) == (0, " no problems")
    (root / "glove.txt").unlink()
    status, out = run(capsys, "charades", "--data", root)
    assert status == 2
    assert out.out.startswith(f"{root / 'glove.6B.300d.txt'}: no such file; expected one of ")


@pytest.mark.parametrize("damage", [False, True])
def test_json(tmp_path, capsys, damage):
    root = sound("tvsum", tmp_path)
    if damage:
        (root / "tvsum_anno.json").write_text("nonsense")
    status, out = run(capsys, "tvsum", "--data", root, "--json")
    report = json.loads(out.out)
    assert report["schema"] == "visionaryvids/data-check/1"
    assert (report["ok"], status) == ((False, 2) if damage else (True, 0))
    assert [sorted(p) for p in report["problems"]] == [["expected", "found", "remedy", "where"]] * damage


def test_torch_is_not_imported(tmp_path):
    sound("tvsum", tmp_path)
    code = (
        "import sys; from visionaryvids.cli.data import app\n"
        f"app(['check', 'tvsum', '--data', {str(tmp_path)!r}], result_action='return_value')\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
