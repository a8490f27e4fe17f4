"""Documents that cannot lie: the README's commands run, links lead somewhere, results pages equal results."""

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.run import here
from visionaryvids.annotations import qvhighlights
from visionaryvids.data.synthetic import write_qvhighlights, write_tvsum, write_youtube
from visionaryvids.metrics.files import write_predictions
from visionaryvids.recipes.demo_video import SCENES, compose
from visionaryvids.report.results import find_results
from visionaryvids.report.results_page import results_page
from visionaryvids.types import Prediction

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.S)
COMMANDS = [line.removeprefix("$ ") for block in CONSOLE for line in block.splitlines() if line.startswith("$ ")]
OURS = [c for c in COMMANDS if c.startswith("visionaryvids ")]
LONG = ("train", "reproduce")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder that holds what the README's commands name."""
    root = tmp_path_factory.mktemp("readme")
    write_tvsum(root / "data" / "tvsum", width=24, clips=(12, 16))
    write_youtube(root / "data" / "youtube", width=24)
    write_qvhighlights(root / "data" / "qvhighlights", videos=(4, 3), width=16)
    annotations = qvhighlights.read(root / "data" / "qvhighlights" / "highlight_val_release.jsonl")
    answers = [Prediction(a.video_id, a.query_id, [[0.0, 20.0, 0.9]], [0.5] * 75) for a in annotations]
    write_predictions(root / "predictions.jsonl", answers)
    compose(root / "runs" / "demo" / "demo.mp4", [replace(scene, seconds=3.0) for scene in SCENES[4:6]])
    compose(root / "holiday.mp4", [replace(scene, seconds=3.0) for scene in SCENES[1:3]])
    (root / "queries.txt").write_text("# what we look for\na cat\n")
    return root


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, place):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(place / "cache"))


def test_the_readme_has_commands():
    shown = {command.split()[1] for command in OURS}
    assert shown >= {"find", "highlights", "demo", "export", "extract", "doctor", "cache", "train", "evaluate"}
    assert "make demo" in COMMANDS
    assert "make test" in COMMANDS


def test_every_command_of_the_readme_runs(capsys, monkeypatch, place):
    """In order, in one folder, as a reader would; training is cut to one epoch, and videos are short."""
    monkeypatch.chdir(place)
    for command in OURS:
        words, _, kept = command.partition(" > ")
        words = shlex.split(words)[1:]
        short = ["--epochs", "1"] if words[0] in LONG else []
        ran = here(capsys, *words, *short)
        assert ran.status == 0, (command, ran.out, ran.err)
        if kept:
            Path(kept).write_text(ran.out)


def test_make_targets_of_the_readme_exist():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    for command in COMMANDS:
        if command.startswith("make "):
            assert command.split()[1] in targets, command


def test_the_python_of_the_readme_runs(monkeypatch, place):
    """After the commands above, whose files it uses."""
    monkeypatch.chdir(place)
    blocks = re.findall(r"```python\n(.*?)```", README, re.S)
    assert blocks
    if not (place / "runs" / "bk").is_dir():
        pytest.skip("needs the files that the README's commands leave")
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


@pytest.mark.parametrize(
    "page", sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), ROOT / "CONTRIBUTING.md"]), ids=str
)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_the_results_page_is_what_the_results_are():
    page = ROOT / "docs" / "results.md"
    assert page.read_text() == results_page(find_results([ROOT / "results"]), page)


def test_public_names_are_those_of_the_package():
    import visionaryvids

    for name in visionaryvids.__all__:
        assert getattr(visionaryvids, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(visionaryvids, "nothing")  # noqa: B009
