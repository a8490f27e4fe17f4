"""docs/custom-data.md: its commands and its Python run, in order, on small videos; its example is valid."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.run import here
from tests.media.make import Tone, write_video
from visionaryvids.annotations.custom import read
from visionaryvids.annotations.custom_checks import FIELDS
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.report.findings_json import parse_findings

PAGE = (Path(__file__).parents[1] / "docs" / "custom-data.md").read_text()
COMMANDS = re.findall(r"^\$ (visionaryvids .*)$", PAGE, re.M)
SHORT = ["--epochs", "1", "--set", "width=16", "heads=2"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with five videos of a few seconds, one of them silent, and what there is to be found in them."""
    root = tmp_path_factory.mktemp("own")
    (root / "videos").mkdir()
    records = []
    for number, name in enumerate(("beach", "party", "street", "garden", "snow")):
        write_video(root / "videos" / f"{name}.mp4", 40 + 10 * number, rate=5, tone=Tone(8.0) if number else None)
        records.append({"video": f"{name}.mp4", "query": "a dog runs into the sea", "windows": [[2, 5]]})
    records.append({"video": "beach", "query": "a ship sinks", "windows": []})
    (root / "mine.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return root


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, place):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(place / "cache"))
    monkeypatch.chdir(place)


def test_every_command_runs_and_the_model_answers_without_being_told_its_encoders(capsys, place):
    assert {command.split()[1] for command in COMMANDS} == {"data", "train", "find", "extract", "evaluate"}
    for command in COMMANDS:
        words = shlex.split(command)[1:]
        ran = here(capsys, *words, *(SHORT if words[0] == "train" else []))
        assert ran.status == 0, (command, ran.out, ran.err)
    seen, again = (load_checkpoint(place / "runs" / run / "model.safetensors") for run in ("mine", "again"))
    assert seen.inputs == again.inputs
    assert (seen.inputs.spec.name, seen.inputs.clips) == ("lite", 16)
    model = place / "runs" / "mine" / "model.safetensors"
    ran = here(capsys, "find", "videos/beach.mp4", "a dog", "--model", model, "--json")
    [findings] = parse_findings(ran.out, "stdout")
    assert len(findings.answers[0].saliency_T) == 8
    refused = here(capsys, "find", "videos/beach.mp4", "a dog", "--model", model, "--encoders", "tvsum")
    assert refused.status == 2
    assert "-> leave --encoders out" in refused.err
    result = json.loads((place / "runs" / "mine" / "result.json").read_text())
    assert result["protocols"]["heldout"]["scores"].keys() == result["baselines"].keys()


def test_the_python_runs(place):
    """After the commands above, whose files it uses."""
    if not (place / "runs" / "mine").is_dir():
        pytest.skip("needs the files that the page's commands leave")
    [block] = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    exec(compile(block, "custom-data.md", "exec"), {})


def test_the_example_is_valid_and_every_field_is_told(tmp_path):
    [block] = re.findall(r"```json\n(.*?)```", PAGE, re.S)
    (tmp_path / "example.jsonl").write_text(block)
    assert [entry.query for entry in read(tmp_path / "example.jsonl")] == ["a dog runs into the sea", "a ship sinks"]
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M)) == set(FIELDS)
