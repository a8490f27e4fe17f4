"""`present` of a network of one's own: trained, calibrated on the split `val`, asked about videos that it never saw."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.run import here
from tests.data.own import edit_line, write_own
from tests.recipes.test_custom import train
from visionaryvids.data.custom import encoders_of, read_video
from visionaryvids.features.extract import Extracted
from visionaryvids.features.folder import open_folder, write_features
from visionaryvids.features.lite import lite
from visionaryvids.localize import Localizer
from visionaryvids.model.checkpoint import load_checkpoint
from visionaryvids.model.scan import ALWAYS_ANSWERS, UNCALIBRATED
from visionaryvids.types import Features

SHOWN = ("a dog runs into the sea", "people dance", "a car drives", "snow falls")
HALF_CLIPS = 12
VIDEOS = {"train": 40, "val": 20, "test": 40}
LEARNS = {"epochs": 40, "evaluate_every": 40}
NETWORK = {"width": 32, "heads": 2, "memory_slots": 2, "dropout": 0.0, "input_dropout": 0.0, "query_dropout": 0.0}


def write_shown(root: Path) -> tuple[Path, Path]:
    """Videos whose two halves show two of four things, each a direction of the features, and lines that ask for both.

    Every second one to learn from is asked for a third thing too, and every one to test on for both others.
    """
    encoders, rng, records = lite(), np.random.default_rng(0), []
    looks = rng.normal(size=(len(SHOWN), encoders.spec.video_dim))
    open_folder(root / "features", encoders.spec)
    for split, number in ((split, number) for split, count in VIDEOS.items() for number in range(count)):
        name, things = f"{split}{number}", rng.permutation(len(SHOWN))
        video = looks[things[:2]].repeat(HALF_CLIPS, axis=0) + rng.normal(size=(2 * HALF_CLIPS, looks.shape[1]))
        half_s = HALF_CLIPS * encoders.spec.clip_s
        extracted = Extracted(Features(encoders.spec.clip_s, video, None), 2 * half_s, ())
        write_features(root / "features", Path(f"{name}.mp4"), extracted, encoders)
        absent = {"train": 1 - number % 2, "val": 0, "test": 2}[split]
        windows = ([[0, half_s]], [[half_s, 2 * half_s]], [], [])[: 2 + absent]
        asked = zip((SHOWN[thing] for thing in things), windows, strict=False)
        records += [{"video": name, "query": query, "windows": where, "split": split} for query, where in asked]
    path = root / "shown.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path, root / "features"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The data, the result, and its network as it was trained and as it was left."""
    root = tmp_path_factory.mktemp("shown")
    own = write_shown(root)
    result = train(own, root / "run", network=NETWORK, **LEARNS)
    [plain] = (root / "run" / "runs").glob("*/model.safetensors")
    return own, result, plain, root / "run" / "model.safetensors"


def measured(capsys, own, model):
    words = ("--annotations", own[0], "--features", own[1], "--model", model, "--json", "--no-baselines")
    ran = here(capsys, "evaluate", "custom", *words)
    assert ran.status == 0, ran.err
    return json.loads(ran.out)


def test_on_unseen_videos_present_means_more_and_moments_stay(capsys, trained):
    """What is measured are lines of `test`, of videos that neither training nor calibration saw."""
    own, _, plain, calibrated = trained
    before, after = (measured(capsys, own, model) for model in (plain, calibrated))
    assert after["brief"] == before["brief"]
    found, was = after["extra"]["present"], before["extra"]["present"]
    assert (found["there"], found["absent"]) == (80, 80)
    assert found["auc"] == was["auc"] > 0.6
    assert found["calibration_error"] < 0.6 * was["calibration_error"]


def present(model, features, video_id, queries):
    localizer = Localizer.load(model, encoders=encoders_of(features))
    video = localizer.take(Path(video_id), read_video(features, localizer.encoders, video_id))
    findings = localizer.search(video, queries)
    return [answer.present for answer in findings.answers], findings.warnings


def test_what_is_absent_gets_less_than_what_is_there_and_less_than_it_got(trained):
    own, _, plain, calibrated = trained
    there, absent, absent_before = [], [], []
    asked = {}
    for line in map(json.loads, own[0].read_text().splitlines()):
        asked.setdefault(line["video"], {})[line["query"]] = bool(line["windows"])
    for video_id in (f"test{number}" for number in range(0, VIDEOS["test"], 4)):
        queries = list(asked[video_id])
        said, was = (present(model, own[1], video_id, queries)[0] for model in (calibrated, plain))
        for query, now, before in zip(queries, said, was, strict=True):
            (there if asked[video_id][query] else absent).append(now)
            absent_before += [] if asked[video_id][query] else [before]
    assert np.mean(absent) < np.mean(there) - 0.1
    assert np.mean(absent) < np.mean(absent_before) - 0.1


def test_the_result_and_the_model_say_what_it_is_calibrated_on(trained):
    own, result, plain, calibrated = trained
    found = load_checkpoint(calibrated)
    assert result["present"] == {
        "line": {"slope": found.present.slope, "offset": found.present.offset},
        "there": 40, "absent": 40, "why": "",
    }  # fmt: skip
    assert load_checkpoint(plain).present is None
    assert found.inputs == load_checkpoint(plain).inputs
    assert found.provenance == load_checkpoint(plain).provenance
    assert present(calibrated, own[1], "test0", [SHOWN[0]])[1] == ()
    assert json.loads((calibrated.parent / "result.json").read_text())["present"] == result["present"]


@pytest.mark.parametrize(("last", "why"), [("test", "no line has it"), ("val", "there are only {n} queries that its")])
@pytest.mark.parametrize("absent", [True, False])
def test_without_enough_lines_of_val_it_is_not_calibrated_and_that_is_said(capsys, tmp_path, last, why, absent):
    """Three lines to learn from, three others; with absent ones among them the network has a head for `present`."""
    own = write_own(tmp_path, labels=("windows",))
    for number in range(1, 7):
        windows = {"windows": [] if absent else [[1, 3]]} if number in (3, 6) else {}
        edit_line(own[0], number, split="train" if number < 4 else last, **windows)
    words = ("--annotations", own[0], "--features", own[1], "--out", tmp_path / "run", "--epochs", 1)
    ran = here(capsys, "train", "custom", *words, "--set", "width=16", "heads=2")
    assert ran.status == 0, ran.err
    expected = why.format(n=2 if absent else 3)
    assert ran.out.count(f"present: not calibrated on split val: {expected}") == 1
    model = tmp_path / "run" / "model.safetensors"
    assert load_checkpoint(model).present is None
    assert expected in json.loads((tmp_path / "run" / "result.json").read_text())["present"]["why"]
    assert present(model, own[1], "v0", ["a dog runs"])[1] == ((UNCALIBRATED,) if absent else (ALWAYS_ANSWERS,))


def test_where_nothing_can_be_absent_nothing_is_said(tmp_path):
    assert "present" not in train(write_own(tmp_path, labels=("saliency",)), tmp_path / "run")
