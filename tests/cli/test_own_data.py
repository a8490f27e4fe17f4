"""The options for data of the user's own: what is missing, what does not belong, and the template."""

import pytest

from tests.cli.run import here
from tests.data.own import write_own
from visionaryvids.annotations.custom import read


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("train", "custom", "--out", "x"), "--features, --videos: neither is given"),
        (("train", "custom", "--out", "x", "--features", "f"), "--annotations: not given"),
        (("train", "custom", "--out", "x", "--data", "d"), "--data: given for custom"),
        (("train", "custom", "--out", "x", "--domain", "BK"), "--domain: given for custom"),
        (
            ("train", "custom", "--out", "x", "--features", "f", "--encoders", "lite"),
            "--encoders: given with --features",
        ),
        (("train", "charades", "--out", "x", "--annotations", "a"), "--annotations: given for charades"),
        (("train", "charades", "--out", "x"), "--data: not given"),
        (("train", "costum", "--out", "x"), "Did you mean custom?"),
        (("data", "check", "custom"), "--annotations: not given"),
        (("data", "check", "custom", "--annotations", "a"), "--features, --videos: neither is given"),
        (("data", "check", "tvsum", "--videos", "v"), "--videos: given for tvsum"),
        (("data", "check", "tvsum"), "--data: not given"),
        (("data", "check", "costum", "--data", "."), "Did you mean custom?"),
    ],
)
def test_what_is_missing_or_does_not_belong_is_said(capsys, words, message):
    ran = here(capsys, *words)
    assert ran.status == 2
    assert message in ran.err


def test_the_template_is_printed_or_written_but_over_nothing(capsys, tmp_path):
    printed = here(capsys, "data", "template")
    assert here(capsys, "data", "template", "--out", tmp_path / "mine.jsonl").status == 0
    assert (tmp_path / "mine.jsonl").read_text() == printed.out
    assert len(read(tmp_path / "mine.jsonl")) == 4
    again = here(capsys, "data", "template", "--out", tmp_path / "mine.jsonl")
    assert (again.status, "a file is there already" in again.err) == (2, True)


def test_the_validator_s_exit_status_says_whether_all_is_well(capsys, tmp_path):
    path, features = write_own(tmp_path)
    assert here(capsys, "data", "check", "custom", "--annotations", path, "--features", features).status == 0
    (features / "video_features" / "v0.npy").unlink()
    ran = here(capsys, "data", "check", "custom", "--annotations", path, "--features", features)
    assert (ran.status, ran.err) == (2, "")
    assert ran.out.endswith("custom: 6 videos, 6 queries, 115 clips: 1 problem\n")


def test_absent_features_stop_training_or_are_counted(capsys, tmp_path):
    path, features = write_own(tmp_path)
    (features / "video_features" / "v2.npy").unlink()
    words = (
        "train",
        "custom",
        "--annotations",
        path,
        "--features",
        features,
        "--epochs",
        1,
        "--set",
        "width=16",
        "heads=2",
    )
    refused = here(capsys, *words, "--out", tmp_path / "run")
    assert refused.status == 2
    assert "v2.npy: no such file" in refused.err
    ran = here(capsys, *words, "--out", tmp_path / "tolerant", "--missing", "skip")
    assert ran.status == 0, ran.err
    assert "1 of 6 queries are left out" in ran.err
