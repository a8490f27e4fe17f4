"""What every command does with its words and with streams that are closed or in another encoding."""

import os
import subprocess
import sys

import pytest

from tests.cli.run import ROOT, here


@pytest.mark.parametrize("words", [(), ("--help",), ("find", "--help"), ("--version",), ("encoders",)])
def test_nobody_reads_on_and_it_ends_quietly(words):
    """As behind `| head -1`, but nobody reads a single line, so that it does not depend on who is faster."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "visionaryvids", *words]
    ran = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("find", "", "a dog"), "argument 2"),
        (("find", "v.mp4", ""), "argument 3"),
        (("find", "v.mp4", "a dog", "--video="), "--video"),
        (("highlights", ""), "argument 2"),
        (("extract", "", "--out", "x"), "argument 2"),
        (("demo", "--video", "v.mp4", ""), "argument 4"),
        (("export", "found.json", "--out", ""), "argument 4"),
    ],
)
def test_an_empty_word_is_refused_and_is_not_the_current_folder(capsys, tmp_path, monkeypatch, words, where):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "v.mp4").write_bytes(b"not read")
    ran = here(capsys, *words)
    assert (ran.status, ran.out) == (2, "")
    assert f"visionaryvids: {where}: empty; expected a file name" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["v.mp4"]


def test_blanks_are_no_query_of_the_demo_either(capsys, tmp_path):
    ran = here(capsys, "demo", "--video", tmp_path / "v.mp4", "  ", "--out", tmp_path)
    assert (ran.status, "QUERY: an empty sentence" in ran.err) == (2, True)
