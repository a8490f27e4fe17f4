"""`visionaryvids evaluate`: what it prints, what it writes, and how it refuses."""

import json
import re
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from cyclopts import App
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.run import ROOT
from tests.metrics.made import charades_pair, qvhighlights_record, qvhighlights_split
from tests.shared import SHARED, needs_shared
from visionaryvids import cli
from visionaryvids.annotations import splits
from visionaryvids.cli.evaluate import evaluate
from visionaryvids.metrics.files import write_predictions
from visionaryvids.types import Prediction


def run(*tokens):
    """The real `main` around this one command, in this process: status, stdout, stderr."""
    app, out, err = App(name="visionaryvids"), StringIO(), StringIO()
    app.command(evaluate)
    with (
        mock.patch.object(cli, "app", app),
        mock.patch.object(cli, "register"),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as caught,
    ):
        cli.main([str(token) for token in ("evaluate", *tokens)])
    return caught.value.code, out.getvalue(), err.getvalue()


def files(folder, predictions, annotations):
    return "--predictions", folder / predictions, "--annotations", folder / annotations


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Small sound files of each data set, all made up."""
    folder, rng = tmp_path_factory.mktemp("evaluate"), np.random.default_rng(0)
    predictions, annotations = qvhighlights_split(queries=12)
    write_predictions(folder / "qv.jsonl", predictions)
    (folder / "qv_truth.jsonl").write_text("".join(json.dumps(qvhighlights_record(a)) + "\n" for a in annotations))
    predictions, annotations = charades_pair(queries=5)
    lines = [f"{a.video_id} {a.windows_s[0, 0]:.3f} {a.windows_s[0, 1]:.3f}##{a.query}.\n" for a in annotations]
    (folder / "ch_truth.txt").write_text("".join(lines))
    answers = [
        {"vid": p.video_id, "query": a.query, "pred_relevant_windows": p.windows_N3.tolist()}
        for p, a in zip(predictions, annotations, strict=True)
    ]
    (folder / "ch.jsonl").write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    for name, domain, entry in (
        ("tvsum", "BK", lambda: {"title": "a title", "anno": rng.integers(1, 6, (15, 20)).tolist()}),
        ("youtube", "dog", lambda: {"clip": [[0, 9]] * 15, "match": rng.integers(-1, 2, 15).tolist()}),
    ):
        videos = (splits.TVSUM if name == "tvsum" else splits.YOUTUBE)[domain].test
        basics = {"fps": 30.0, "frames": "900", "domain": domain}
        (folder / f"{name}_truth.json").write_text(json.dumps({video: basics | entry() for video in videos}))
        write_predictions(folder / f"{name}.jsonl", [Prediction(v, v, None, rng.random(15)) for v in videos])
    return folder


CASES = {
    "tvsum": ("tvsum.jsonl", "tvsum_truth.json"),
    "youtube": ("youtube.jsonl", "youtube_truth.json"),
    "qvhighlights": ("qv.jsonl", "qv_truth.jsonl"),
    "charades": ("ch.jsonl", "ch_truth.txt"),
}
DATASETS = pytest.mark.parametrize("dataset", CASES)


@DATASETS
def test_a_table_for_people_and_json_for_programs(folder, dataset):
    status, out, err = run(dataset, *files(folder, *CASES[dataset]))
    assert (status, err) == (0, "")
    assert {"score", "random", "ceiling"} <= set(out.split())
    status, out, _ = run(dataset, *files(folder, *CASES[dataset]), "--json", "--no-baselines")
    scores = json.loads(out)
    assert status == 0
    assert {"mAP", "brief", "Rank1@0.5"} & set(scores)
    assert isinstance(scores["extra"], dict)


@pytest.mark.parametrize("options", [("-k", "10"), ("--domain", "BK"), ("--no-baselines",)])
def test_options_of_tvsum(folder, options):
    assert run("tvsum", *files(folder, *CASES["tvsum"]), *options)[0] == 0


@pytest.mark.parametrize("kind", ["fast", "normal", "linear", "gaussian", "none"])
def test_suppression_of_charades(folder, kind):
    status, out, _ = run("charades", *files(folder, *CASES["charades"]), "--nms", kind, "--json")
    assert status == 0
    assert json.loads(out)["extra"]["nms"] == kind


@pytest.mark.parametrize("suffix", [".md", ".csv"])
def test_the_table_is_written_whole(folder, tmp_path, suffix):
    path = tmp_path / f"table{suffix}"
    status, _, err = run("qvhighlights", *files(folder, *CASES["qvhighlights"]), "--table", path, "--compat")
    assert status == 0
    assert str(path) in err
    assert "MR-full-mAP" in path.read_text()
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--compat",), "--compat"),
        (("--domain", "BKK"), "Did you mean BK?"),
        (("--domain", "GA"), "tvsum_truth.json: none"),
        (("-k", "0"), 'Invalid value "0" for -k. Must be >= 1.'),
        (("--table", "t.pdf"), ".md or .csv"),
        (("--table", "tvsum.jsonl/t.md"), "cannot be written"),
        (("--nms", "gaussian"), "charades"),
        (("--predictions", "nowhere.jsonl"), "no such file"),
        (("--predictions", "qv.jsonl"), "qv.jsonl:1: no annotation for '0'"),
        (("--annotations", "qv_truth.jsonl"), "qv_truth.jsonl"),
    ],
)
def test_bad_input_is_status_2_with_a_remedy(folder, monkeypatch, options, message):
    monkeypatch.chdir(folder)
    given_files = dict(zip(("--predictions", "--annotations"), CASES["tvsum"], strict=True))
    rest = options if options[0] not in given_files else ()
    given_files |= {} if rest else {options[0]: options[1]}
    status, out, err = run("tvsum", *(token for pair in given_files.items() for token in pair), *rest)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_help_claims_no_more_than_the_list_of_differences(folder):
    help_text = " ".join(run("--help")[1].split())
    assert "exactly as" not in help_text
    assert "docs/reference-differences.md" in help_text
    differences = (ROOT / "docs" / "reference-differences.md").read_text()
    for reason in ("order of an unstable sort", "windows not sorted by score", "crash in MD's evaluation"):
        assert reason in differences


def test_it_starts_without_torch_and_matplotlib(folder):
    program = (
        "import sys; from cyclopts import App; from visionaryvids.cli.evaluate import evaluate; app = App()\n"
        "app.command(evaluate); app(sys.argv[1:], result_action='return_value')\n"
        "heavy = {'torch', 'matplotlib', 'scipy'} & set(sys.modules); assert not heavy, heavy"
    )
    tokens = ["evaluate", "tvsum", *map(str, files(folder, *CASES["tvsum"])), "--json"]
    done = subprocess.run([sys.executable, "-c", program, *tokens], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "mAP" in json.loads(done.stdout)


@needs_shared
def test_the_official_sample_gives_the_official_numbers():
    sample = SHARED / "golden" / "qvhighlights"
    truth = SHARED / "data" / "qvhighlights" / "highlight_val_release.jsonl"
    tokens = "--predictions", sample / "sample_val_preds.jsonl", "--annotations", truth, "--json", "--no-baselines"
    status, out, _ = run("qvhighlights", *tokens)
    found = json.loads(out)
    assert status == 0
    assert found.pop("extra")["queries"] == 1550
    assert found == json.loads((sample / "sample_val_metrics.json").read_text())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just(10**310) | st.just(-1e300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def mangled(draw, text):
    """A text with a value exchanged inside one line, or with characters cut, doubled or exchanged."""
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    how, line = draw(st.sampled_from(["value", "cut", "repeat", "characters", "drop"])), lines[at]
    if how == "value" and line.startswith("{"):
        lines[at] = json.dumps(_exchange(draw, json.loads(line)))
    elif how == "cut":
        lines[at] = line[: draw(st.integers(0, len(line)))]
    elif how == "repeat":
        lines.insert(at, line)
    elif how == "drop":
        del lines[at]
    else:
        start = draw(st.integers(0, len(line)))
        lines[at] = line[:start] + draw(st.text(max_size=3)) + line[start + draw(st.integers(0, 3)) :]
    return "\n".join(lines)


def _exchange(draw, value):
    """A JSON value with one part of it, at any depth, exchanged."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 4)):
        keys = sorted(value) if isinstance(value, dict) else range(len(value))
        key = draw(st.sampled_from(keys))
        if draw(st.integers(0, 9)):
            value[key] = _exchange(draw, value[key])
        else:
            del value[key]
        return value
    return draw(JSON)


@DATASETS
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_mangled_files_are_measured_or_named(folder, dataset, data):
    """Status 0 or 2 and no traceback; a file that a reader refuses is named, with its line where it has one."""
    sound = [(folder / name).read_text() for name in CASES[dataset]]
    which = data.draw(st.integers(0, 1))
    sound[which] = data.draw(mangled(sound[which]))
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place) / name for name in CASES[dataset]]
        for path, text in zip(paths, sound, strict=True):
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
        status, out, err = run(
            dataset, "--predictions", paths[0], "--annotations", paths[1], "--json", "--no-baselines"
        )
    assert status in (0, 2), err
    assert "Traceback" not in err
    if status == 0:
        json.loads(out, parse_constant=pytest.fail)
    else:
        named_line = re.search(rf"visionaryvids: {re.escape(place)}/[^:\n]+:\d+: ", err)
        nothing_there = re.search(
            r"no prediction for \d+ quer|: none; expected|nothing that can be measured|is empty", err
        )
        assert named_line or nothing_there, err
        assert out == ""
