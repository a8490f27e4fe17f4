"""`visionaryvids evaluate custom`: a model on data of the user's own, from features or from the videos themselves."""

import json

import pytest

from tests.cli.run import here
from tests.data.own import edit_line, write_own
from tests.recipes.test_custom import HIGHLIGHTS, MOMENTS, train
from tests.shared import SHARED, needs_shared


def evaluate(capsys, path, *words):
    return here(capsys, "evaluate", "custom", "--annotations", path, *words)


def test_lite_is_asked_every_line_and_measured_by_what_is_labelled(capsys, tmp_path):
    path, features = write_own(tmp_path)
    ran = evaluate(capsys, path, "--features", features, "--json")
    found = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert set(found["brief"]) == MOMENTS | HIGHLIGHTS == set(found["extra"]["baselines"])
    assert (found["extra"]["queries"], found["extra"]["left_out"]) == (6, 0)
    assert (found["extra"]["present"]["there"], found["extra"]["present"]["absent"]) == (5, 1)


def test_a_network_of_one_s_own_is_asked_what_it_did_not_learn_from(capsys, tmp_path):
    path, features = write_own(tmp_path)
    for number, split in enumerate(["train", "train", "train", "val", "test", "test"], start=1):
        edit_line(path, number, split=split)
    train((path, features), tmp_path / "run")
    words = ("--features", features, "--model", tmp_path / "run" / "model.safetensors")
    ran = evaluate(capsys, path, *words)
    assert ran.status == 0
    assert "split test, model" in ran.out
    assert "1 lines with a moment and 1 without" in ran.out
    every = evaluate(capsys, path, *words, "--split", "all", "--no-baselines")
    assert "all lines, model" in every.out
    assert "random" not in every.out


def test_absent_videos_stop_it_or_are_counted(capsys, tmp_path):
    path, features = write_own(tmp_path)
    (features / "video_features" / "v2.npy").unlink()
    stopped = evaluate(capsys, path, "--features", features)
    assert (stopped.status, "v2.npy" in stopped.err) == (2, True)
    counted = evaluate(capsys, path, "--features", features, "--missing", "skip")
    assert counted.status == 0
    assert "1 lines are left out, since their videos are absent" in counted.out


def test_saliency_of_other_clips_is_refused_with_the_remedy(capsys, tmp_path):
    path, features = write_own(tmp_path)
    edit_line(path, 1, saliency=[0.5] * 9)
    ran = evaluate(capsys, path, "--features", features)
    assert ran.status == 2
    assert "9 numbers of saliency; expected 20, one for each 1 s" in ran.err
    assert "write stretches" in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "--features, --videos: neither is given"),
        (("--features", "f", "--videos", "v"), "both are given"),
        (("--videos", "v", "--domain", "BK"), "--domain: given for custom"),
        (("--videos", "v", "--data", "d"), "--data: given for custom"),
        (("--videos", "v", "--predictions", "p"), "--predictions: given for custom"),
        (("--videos", "v", "--split", "tset"), "Did you mean test?"),
        (("--videos", "v"), "no such folder"),
    ],
)
def test_what_is_missing_or_does_not_belong_is_said(capsys, tmp_path, monkeypatch, words, message):
    path, _ = write_own(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = evaluate(capsys, path, *words)
    assert ran.status == 2
    assert message in ran.err


def test_the_options_of_one_s_own_data_belong_to_no_other(capsys):
    assert "--annotations: not given" in here(capsys, "evaluate", "custom", "--videos", "v").err
    assert "--videos: given for tvsum" in here(capsys, "evaluate", "tvsum", "--videos", "v").err


@needs_shared
def test_videos_are_read_and_the_answers_kept(capsys, tmp_path):
    lines = (
        {"video": "skateboarding_dog.mp4", "query": "a dog on a skateboard", "windows": [[0, 14]]},
        {"video": "skateboarding_dog.mp4", "query": "a submarine under water", "windows": []},
    )
    path, kept = tmp_path / "mine.jsonl", tmp_path / "kept.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    ran = evaluate(capsys, path, "--videos", SHARED / "videos", "--save", kept, "--json")
    found = json.loads(ran.out)
    assert ran.status == 0
    assert found["brief"]["MR-full-R1@0.5"] == 100.0
    assert found["extra"]["present"]["auc"] == 1.0
    assert [json.loads(line)["vid"] for line in kept.read_text().splitlines()] == ["skateboarding_dog"] * 2
