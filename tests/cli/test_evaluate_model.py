"""`evaluate --model`: a network gets what its saved predictions get, and nothing is left out unsaid."""

import json
from dataclasses import replace

import pytest

from tests.cli.run import here
from tests.data.damage import sound
from tests.model.umt import config_of, release
from tests.shared import SHARED, needs_shared
from visionaryvids.annotations.splits import TVSUM
from visionaryvids.features.folder import open_folder
from visionaryvids.features.spec import FeatureSpec
from visionaryvids.metrics.files import read_predictions
from visionaryvids.model.checkpoint import Inputs, save_checkpoint
from visionaryvids.model.config import UMT_COMPAT, ModelConfig
from visionaryvids.model.network import build
from visionaryvids.model.released import RELEASED, domain_of

SPEC = FeatureSpec("lite", 1, 2.0, 16, 8, 8)
DATASETS = {
    "qvhighlights": (ModelConfig(16, 8, 8, moments=True, width=16), "highlight_val_release.jsonl"),
    "charades": (ModelConfig(8, 8, 8, moments=True, saliency=False, width=16), "charades_sta_test.txt"),
    "tvsum": (ModelConfig(16, 16, 4, width=16), "tvsum_anno.json"),
    "youtube": (ModelConfig(16, 16, None, width=16), "youtube_anno.json"),
}
DOMAINS = {"tvsum": ("--domain", "BK"), "youtube": ("--domain", "parkour")}


def trained(path, config, inputs=None):
    save_checkpoint(path, build(config, seed=5), {}, inputs)
    return path


@pytest.fixture
def folder(tmp_path):
    return sound("qvhighlights", tmp_path / "data")


@pytest.fixture
def model(tmp_path):
    return trained(tmp_path / "model.safetensors", DATASETS["qvhighlights"][0])


def ask(capsys, folder, model, *more):
    words = ("evaluate", "qvhighlights", "--model", model, "--data", folder, "--no-baselines", "--json", *more)
    return here(capsys, *words)


def official(ran):
    assert ran.status == 0, ran.err
    found = json.loads(ran.out)
    return {name: value for name, value in found.items() if name != "extra"}, found["extra"]


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_model_gets_what_its_saved_predictions_get(capsys, tmp_path, dataset):
    config, file = DATASETS[dataset]
    root, saved = sound(dataset, tmp_path / "data"), tmp_path / "saved.jsonl"
    model = trained(tmp_path / "model.safetensors", config)
    beside = (*DOMAINS.get(dataset, ()), "--no-baselines", "--json")
    asked = here(capsys, "evaluate", dataset, "--model", model, "--data", root, "--save", saved, *beside)
    read = here(capsys, "evaluate", dataset, "--predictions", saved, "--annotations", root / file, *beside)
    assert official(asked)[0] == official(read)[0]
    assert official(asked)[1]["left_out"] == 0


def test_a_part_of_val_is_measured_where_training_took_the_other(capsys, folder, model):
    everything = official(ask(capsys, folder, model))[1]
    assert (everything["split"], everything["queries"]) == ("val", 4)
    (folder / "highlight_train_release.jsonl").unlink()
    part = official(ask(capsys, folder, model))[1]
    assert (part["split"], part["queries"]) == ("val, the part of split.json", 1)
    assert official(ask(capsys, folder, model, "--split", "val"))[1]["queries"] == 4


def test_absent_features_are_an_error_or_are_counted(capsys, folder, model):
    (folder / "clip_features" / "synthetic-0005.npz").unlink()
    refused = ask(capsys, folder, model)
    assert refused.status == 2
    assert "synthetic-0005.npy: no such file" in refused.err
    ran = ask(capsys, folder, model, "--missing", "skip")
    assert (official(ran)[1]["left_out"], official(ran)[1]["queries"]) == (1, 3)
    assert "1 of 4 queries are left out" in ran.err
    shown = here(capsys, "evaluate", "qvhighlights", "--model", model, "--data", folder, "--missing", "skip")
    assert "1 of 4 queries are left out, since their features are absent" in shown.out


def test_a_test_split_without_labels_becomes_a_submission(capsys, folder, model, tmp_path):
    lines = [json.loads(line) for line in (folder / "highlight_val_release.jsonl").read_text().splitlines()]
    bare = [{key: line[key] for key in ("qid", "query", "duration", "vid")} for line in lines]
    (folder / "highlight_test_release.jsonl").write_text("".join(json.dumps(line) + "\n" for line in bare))
    refused = ask(capsys, folder, model, "--split", "test")
    assert refused.status == 2
    assert "--save FILE" in refused.err
    ran = ask(capsys, folder, model, "--split", "test", "--save", tmp_path / "test.jsonl")
    assert (ran.status, ran.out) == (0, "")
    assert "has no labels here" in ran.err
    submission = [json.loads(line) for line in (tmp_path / "test.jsonl").read_text().splitlines()]
    for line, asked in zip(submission, bare, strict=True):
        assert (line["qid"], line["vid"], line["query"]) == (asked["qid"], asked["vid"], asked["query"])
        assert len(line["pred_saliency_scores"]) == 12
        assert all(0 <= start < end <= 24 for start, end, _ in line["pred_relevant_windows"])
    assert len(read_predictions(tmp_path / "test.jsonl")) == 4


def test_the_test_split_is_measured_where_its_labels_are(capsys, folder, model):
    labels = (folder / "highlight_val_release.jsonl").read_text()
    (folder / "highlight_test_with_gt.jsonl").write_text(labels)
    assert official(ask(capsys, folder, model, "--split", "test"))[0] == official(ask(capsys, folder, model))[0]


def test_features_of_other_encoders_are_refused(capsys, folder, tmp_path):
    config = DATASETS["qvhighlights"][0]
    model = trained(tmp_path / "known.safetensors", config, Inputs(SPEC))
    assert ask(capsys, folder, model).status == 0  # the folder does not say what made its features
    open_folder(folder, replace(SPEC, version=2))
    refused = ask(capsys, folder, model)
    assert refused.status == 2
    assert "features with version 2; expected version 1" in refused.err
    assert "-> give the folder of features of lite" in refused.err


def test_features_of_another_width_are_refused(capsys, folder, tmp_path):
    model = trained(tmp_path / "wide.safetensors", ModelConfig(2816, 2048, 512, moments=True, width=16))
    refused = ask(capsys, folder, model)
    assert refused.status == 2
    assert "features with video 16, audio 8, query 8; expected video 2816, audio 2048, query 512" in refused.err


def test_a_released_model_knows_its_domain(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", str(tmp_path))
    release("umt-tvsum-bk", tmp_path, config_of("umt-tvsum-bk", video_dim=16, audio_dim=16, query_dim=4))
    root = sound("tvsum", tmp_path / "data")
    words = ("--model", "umt-tvsum-bk", "--data", root, "--no-baselines", "--json")
    _, extra = official(here(capsys, "evaluate", "tvsum", *words))
    assert (extra["videos"], extra["model"]) == (len(TVSUM["BK"].test), "umt-tvsum-bk")


def test_domains_of_released_models():
    domains = [domain_of(name) for name in RELEASED if "tvsum" in name or "youtube" in name]
    assert None not in domains
    assert len(set(domains)) == 16
    assert domain_of("umt-youtube-gym") == "gymnastics"
    assert domain_of("umt-qvhighlights") is None
    assert domain_of("model.safetensors") is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--model", "umt-qvhighlight", "--data", "x"), "Did you mean umt-qvhighlights?"),
        (("--model", "absent.safetensors", "--data", "x"), "absent.safetensors: no such file"),
        (("--model", "umt-qvhighlights"), "--data: not given"),
        (("--model", "m", "--predictions", "p"), "one or the other"),
        ((), "--predictions or --annotations is missing"),
    ],
)
def test_what_is_not_enough_is_said(capsys, words, message):
    ran = here(capsys, "evaluate", "qvhighlights", *words)
    assert ran.status == 2
    assert message in ran.err


def test_a_domain_is_needed_where_the_model_names_none(capsys, tmp_path):
    model = trained(tmp_path / "model.safetensors", DATASETS["tvsum"][0])
    ran = here(capsys, "evaluate", "tvsum", "--model", model, "--data", sound("tvsum", tmp_path / "data"))
    assert ran.status == 2
    assert "--domain: not given; expected one of BK" in ran.err


def test_words_are_read_as_the_network_s_preset_reads_them(capsys, tmp_path):
    """A comma after each word: no vector for UMT, which splits at blanks; the same words for us."""
    root, config = sound("charades", tmp_path / "data"), DATASETS["charades"][0]
    path = root / "charades_sta_test.txt"
    scores = {}
    for name, compat in (("ours", False), ("umt", True)):
        made = replace(config, compat=UMT_COMPAT) if compat else config
        model = trained(tmp_path / f"{name}.safetensors", made)
        for commas in (False, True):
            plain = path.read_text().replace(",", "")
            path.write_text(plain.replace(" is ", " is, ") if commas else plain)
            saved = tmp_path / f"{name}-{commas}.jsonl"
            ran = here(
                capsys, "evaluate", "charades", "--model", model, "--data", root, "--save", saved, "--no-baselines"
            )
            assert ran.status == 0, ran.err
            scores[name, commas] = [p.windows_N3.tolist() for p in read_predictions(saved)]
    assert scores["ours", False] == scores["ours", True]
    assert scores["umt", False] != scores["umt", True]


@needs_shared
def test_real_queries_get_what_their_saved_predictions_get(capsys, tmp_path):
    root, saved = SHARED / "data" / "qvhighlights", tmp_path / "saved.jsonl"
    model = trained(tmp_path / "model.safetensors", ModelConfig(128, None, 384, moments=True, width=16))
    scores, extra = official(ask(capsys, root, model, "--save", saved))
    assert (extra["queries"], extra["split"]) == (281, "val, the part of split.json")
    held_back = {str(qid) for qid in json.loads((root / "split.json").read_text())["val"]}
    lines = (root / "highlight_val_release.jsonl").read_text().splitlines()
    part = [line for line in lines if str(json.loads(line)["qid"]) in held_back]
    (tmp_path / "part.jsonl").write_text("\n".join(part))
    words = ("--predictions", saved, "--annotations", tmp_path / "part.jsonl", "--no-baselines", "--json")
    assert official(here(capsys, "evaluate", "qvhighlights", *words))[0] == scores
