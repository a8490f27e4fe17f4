"""`visionaryvids evaluate custom`: a model on data of the user's own, from features or from the videos themselves."""

import json

import pytest

from tests.cli.run import here
from tests.cli.test_find_words import SAID
from tests.data.own import edit_line, write_own
from tests.media.make import write_video
from tests.recipes.test_custom import HIGHLIGHTS, MOMENTS, train
from tests.shared import SHARED, needs_shared
from tests.talk import srt


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
    assert "1 lines are left out, since their videos, or words in them, are absent" in counted.out


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
        (("--features", "f", "--text-track", "auto"), "--text-track: given with --features; expected --videos"),
        (("--features", "f", "--track-language", "de"), "--track-language: given with --features"),
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


def spoken(folder):
    """Two mute videos, the first with subtitles beside it, and a line of what is said about each."""
    write_video(folder / "said.mkv", 120, rate=10)
    write_video(folder / "mute.mkv", 120, rate=10)
    (folder / "said.srt").write_text(srt(SAID))
    lines = (
        {"video": "said", "query": "insects show each other food", "windows": [[8, 11]]},
        {"video": "mute", "query": "insects show each other food", "windows": []},
    )
    (folder / "mine.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder / "mine.jsonl"


def test_words_count_as_for_find(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    path, kept = spoken(tmp_path), tmp_path / "kept.jsonl"
    words = ("--videos", tmp_path, "--no-baselines", "--save", kept)
    both = evaluate(capsys, path, *words, "--text-track", "auto")
    assert (both.status, "all lines, model lite+text-track" in both.out) == (0, True)
    assert f"{tmp_path / 'mute.mkv'}: only pictures count: no subtitles in it or beside it" in both.err
    of_mute, of_said = map(json.loads, kept.read_text().splitlines())
    assert (of_mute["vid"], of_said["vid"]) == ("mute", "said")
    asked = ("insects show each other food", "--text-track", "auto", "--top", 1, "--json")
    found = json.loads(here(capsys, "find", tmp_path / "said.mkv", *asked).out)
    best = found["results"][0]["moments"][0]
    row = [best["start_s"], best["end_s"], best["score"]]
    assert of_said["pred_relevant_windows"][0] == pytest.approx(row, abs=1e-3)
    stopped = evaluate(capsys, path, *words, "--model", "text-track")
    assert (stopped.status, "mute.mkv: no subtitles in it or beside it" in stopped.err) == (2, True)
    counted = evaluate(capsys, path, *words, "--model", "text-track", "--missing", "skip")
    assert counted.status == 0
    assert "1 lines are left out, since their videos, or words in them, are absent" in counted.out


def test_one_file_of_words_is_for_one_video(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    path = spoken(tmp_path)
    words = ("--videos", tmp_path, "--no-baselines", "--model", "text-track", "--text-track", tmp_path / "said.srt")
    refused = evaluate(capsys, path, *words)
    assert refused.status == 2
    assert "said.srt, one file for 2 videos; expected auto or captions:MODEL" in refused.err
    assert "beach.mp4, beach.srt" in refused.err
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert evaluate(capsys, path, *words).status == 0
    assert "which is read from" in evaluate(capsys, path, *words, "--save", tmp_path / "said.srt").err


def test_the_options_of_one_s_own_data_belong_to_no_other(capsys):
    assert "--annotations: not given" in here(capsys, "evaluate", "custom", "--videos", "v").err
    assert "--videos: given for tvsum" in here(capsys, "evaluate", "tvsum", "--videos", "v").err
    assert "--text-track: given for tvsum" in here(capsys, "evaluate", "tvsum", "--text-track", "auto").err


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
