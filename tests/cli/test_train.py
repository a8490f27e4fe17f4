"""`train`, `reproduce` and `report`: the contract's files, what is printed where, exit statuses."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.run import ROOT, apart, here
from visionaryvids.data.synthetic import write_tvsum

TINY = ("--set", "width=32", "heads=4")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp("tvsum")
    write_tvsum(root, width=24, clips=(14, 20))
    return root


def train(capsys, data, out, *more):
    return here(capsys, "train", "tvsum", "--domain", "BK", "--data", data, "--out", out, "--epochs", 2, *TINY, *more)


def test_train_leaves_the_contracts_files_and_prints_both_protocols(capsys, data, tmp_path):
    ran = train(capsys, data, tmp_path / "run", "--seed", 1, 2)
    assert ran.status == 0, ran.err
    for name in ("result.json", "metrics.jsonl", "model.safetensors", "config.json", "curves.png"):
        assert (tmp_path / "run" / name).stat().st_size > 0
    result = json.loads((tmp_path / "run" / "result.json").read_text())
    assert result["protocols"].keys() == {"paper", "heldout"}
    assert result["seeds"] == [1, 2]
    assert "held out" in ran.out
    assert "best random" in ran.out
    assert "4/4 epochs" in ran.err
    assert "4/4 epochs" not in ran.out


def test_quiet_says_nothing_on_stderr_but_where_things_are(capsys, data, tmp_path):
    ran = train(capsys, data, tmp_path / "run", "-q")
    assert ran.status == 0
    assert ran.err == ""


def test_verbose_names_every_epoch(capsys, data, tmp_path):
    ran = train(capsys, data, tmp_path / "run", "-v")
    assert "epoch 1: loss" in ran.err


def test_tensorboard_gets_every_scalar(capsys, data, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    assert train(capsys, data, tmp_path / "run", "--tensorboard").status == 0
    [folder] = (tmp_path / "run" / "tensorboard").iterdir()
    events = EventAccumulator(str(folder))
    events.Reload()
    assert {"loss/train/total", "loss/test/total", "score/mAP@5"} <= set(events.Tags()["scalars"])
    assert [e.step for e in events.Scalars("score/mAP@5")] == [1, 2]


def test_resume_and_a_result_in_the_way(capsys, data, tmp_path):
    assert train(capsys, data, tmp_path / "run").status == 0
    refused = train(capsys, data, tmp_path / "run")
    assert refused.status == 2
    assert "--resume" in refused.err
    assert train(capsys, data, tmp_path / "run", "--resume").status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--domain", "BX"), "unknown name 'BX'"),
        (("--domain", "BK", "--set", "memory_slot=1"), "Did you mean memory_slots"),
        (("--domain", "BK", "--data", "/nowhere"), "/nowhere"),
        (("--domain", "BK", "--epochs", "0"), "epochs: 0; expected a finite number greater than 0"),
        (("--domain", "BK", "--lr", "fast"), "--lr"),
        (("--domian", "BK"), "--domain"),
    ],
)
def test_bad_input_is_status_2_with_a_remedy_and_no_traceback(capsys, data, tmp_path, words, message):
    given = [] if "--data" in words else ["--data", data]
    ran = here(capsys, "train", "tvsum", "--out", tmp_path / "run", *given, *words)
    assert ran.status == 2
    assert message in ran.err + ran.out
    assert "Traceback" not in ran.err


def test_a_fault_of_ours_is_status_1(capsys, monkeypatch, data, tmp_path):
    def broken(*_, **__):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("visionaryvids.recipes.reproduce.reproduce", broken)
    ran = train(capsys, data, tmp_path / "run")
    assert ran.status == 1
    assert "a fault of visionaryvids" in ran.err
    assert "ZeroDivisionError" in ran.err


def test_reproduce_runs_a_table_and_report_prints_it(capsys, data, tmp_path):
    ran = here(
        capsys, "reproduce", "table3", "--domains", "BK", "--data", data, "--out", tmp_path / "results",
        "--epochs", 1, "--seeds", 1, "--preset", "umt", "--precision", "bf16",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    result = json.loads((tmp_path / "results" / "tvsum-BK-umt" / "result.json").read_text())
    assert result["settings"]["precision"] == "bf16"
    report = here(capsys, "report", tmp_path / "results", "--table", tmp_path / "page.md")
    assert report.status == 0
    assert "tvsum BK" in report.out
    assert "86.9" in report.out
    assert (tmp_path / "page.md").read_text().count("| tvsum BK |") == 3  # and what other code reaches
    assert "kendall" in here(capsys, "report", tmp_path / "results", "--all").out


def test_precision_is_of_the_papers_protocol(capsys, data, tmp_path):
    told = ("--data", data, "--out", tmp_path / "results", "--precision", "bf16")
    for words in (("table3", "--protocol", "heldout"), ("ablations",)):
        ran = here(capsys, "reproduce", *words, *told)
        assert ran.status == 2
        assert "--precision" in ran.err


def test_report_without_results_says_how_to_make_one(capsys, tmp_path):
    ran = here(capsys, "report", tmp_path)
    assert ran.status == 2
    assert "visionaryvids train" in ran.err


def test_report_names_a_damaged_result(capsys, tmp_path):
    (tmp_path / "result.json").write_text("{}")
    ran = here(capsys, "report", tmp_path)
    assert ran.status == 2
    assert "result.json" in ran.err


def _as_in_a_terminal():
    """What a shell starts in the background, these tests perhaps, is told to ignore Ctrl-C, and so are its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_with_several_processes_stops_at_once(data, tmp_path):
    """SIGINT as a terminal sends it, to the whole group: no run is finished after it, and it can be resumed."""
    words = ["train", "tvsum", "--domain", "BK", "--data", data, "--out", tmp_path / "run", "--epochs", 4000, "-j", 2]
    words += ["--seed", 1, 2, 3, 4, *TINY]
    process = subprocess.Popen(
        [sys.executable, "-m", "visionaryvids", *map(str, words)], cwd=ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=_as_in_a_terminal,
    )  # fmt: skip
    wait_for(lambda: len(list(tmp_path.glob("run/runs/*/state.json"))) == 2)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "--resume" in err, err
    assert "Traceback" not in err
    counts = {p: p.stat().st_size for p in tmp_path.glob("run/runs/*/metrics.jsonl")}
    assert len(counts) == 2
    time.sleep(1)
    assert {p: p.stat().st_size for p in counts} == counts  # nobody goes on writing


def test_workers_end_when_their_parent_is_killed(data, tmp_path):
    words = ["train", "tvsum", "--domain", "BK", "--data", data, "--out", tmp_path / "run", "--epochs", 4000, "-j", 2]
    process = subprocess.Popen(
        [sys.executable, "-m", "visionaryvids", *map(str, words), "--seed", "1", "2", *TINY], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: len(list(tmp_path.glob("run/runs/*/state.json"))) == 2)
    process.kill()
    process.wait()
    time.sleep(1)
    sizes = [p.stat().st_size for p in tmp_path.glob("run/runs/*/metrics.jsonl")]
    time.sleep(1)
    assert [p.stat().st_size for p in tmp_path.glob("run/runs/*/metrics.jsonl")] == sizes


def wait_for(ready) -> None:
    deadline = time.monotonic() + 120
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_help_and_evaluate_start_without_torch():
    for words in ((), ("--help",), ("train", "--help"), ("evaluate", "--help"), ("data", "check", "--help")):
        code = (
            "import sys\nfrom visionaryvids.cli import main\n"
            f"try: main({list(words)!r})\nexcept SystemExit as left: assert not left.code, left.code\n"
            "heavy = {'torch', 'matplotlib', 'numpy', 'tqdm'} & sys.modules.keys()\n"
            "assert not heavy, heavy"
        )
        ran = apart(code=code)
        assert ran.status == 0, (words, ran.err)


def test_importing_the_package_is_light():
    ran = apart(code="import sys, visionaryvids\nassert not {'torch', 'numpy', 'cyclopts'} & sys.modules.keys()")
    assert ran.status == 0, ran.err


def test_every_command_has_help_with_an_example_or_a_purpose():
    ran = apart("--help")
    for command in ("find", "highlights", "demo", "train", "reproduce", "report", "evaluate", "data"):
        assert command in ran.out
        assert len(apart(command, "--help").out) > 300
