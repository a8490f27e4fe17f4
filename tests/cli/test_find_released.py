"""`find` and `highlights` with released models and trained networks: random weights, quick encoders, real commands."""

import json

import numpy as np
import pytest

from tests.cli.run import here
from tests.media.make import Tone, write_video
from tests.model.umt import quick, release
from visionaryvids.features.extract import extract
from visionaryvids.intervals import nms
from visionaryvids.model.checkpoint import save_checkpoint
from visionaryvids.model.released import RELEASED
from visionaryvids.report.findings_json import parse_findings


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """42 s with sound."""
    return write_video(tmp_path_factory.mktemp("made") / "a.mp4", 84, rate=2, tone=Tone(42.0, rate_hz=8000))


@pytest.fixture(scope="module")
def long_video(tmp_path_factory):
    """Five minutes: 150 clips of 2 s."""
    return write_video(tmp_path_factory.mktemp("made") / "b.mp4", 600, rate=2, tone=Tone(300.0, rate_hz=8000))


@pytest.fixture(autouse=True)
def places(monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("VISIONARYVIDS_OFFLINE", "1")
    monkeypatch.setattr("visionaryvids.model.opening.encoder_set", quick)
    monkeypatch.setattr("visionaryvids.localize.encoder_set", quick)


def found_by(ran):
    assert ran.status == 0, ran.err
    [findings] = parse_findings(ran.out, "stdout")
    return findings


def check(findings, model, clips, seconds):
    assert findings.model == model
    assert findings.duration_s == pytest.approx(seconds, abs=0.6)
    for answer in findings.answers:
        assert answer.saliency_T.shape == (clips,)
        assert np.isfinite(answer.saliency_T).all()
        assert 1 <= len(answer.moments) <= 5
        assert all(0 <= m.start_s < m.end_s <= findings.duration_s and 0 <= m.score <= 1 for m in answer.moments)


@pytest.mark.parametrize(
    ("model", "clips"),
    [
        ("umt-qvhighlights", 21),
        ("umt-qvhighlights-asr", 21),
        ("umt-charades-va", 252),
        ("umt-charades-vo", 252),
        ("umt-tvsum-bk", 21),
    ],
)
def test_sentences(capsys, video, tmp_path, model, clips):
    release(model, tmp_path)
    words = ("find", video, "a dog runs", "a cat", "--model", model, "--json")
    ran, again = here(capsys, *words), here(capsys, *words)
    findings = found_by(ran)
    check(findings, model, clips, 42.0)
    assert [answer.query for answer in findings.answers] == ["a dog runs", "a cat"]
    assert ran.out == again.out
    first, second = findings.answers
    assert not np.allclose(first.saliency_T, second.saliency_T)
    assert any("not a probability" in warning for warning in findings.warnings)
    assert first.present == pytest.approx(first.moments[0].score, abs=1e-4)


@pytest.mark.parametrize(("model", "clips"), [("umt-youtube-dog", 25), ("umt-tvsum-vt", 21)])
def test_highlights(capsys, video, tmp_path, model, clips):
    release(model, tmp_path)
    findings = found_by(here(capsys, "highlights", video, "--model", model, "--json"))
    check(findings, model, clips, 42.0)
    assert findings.answers[0].query is None


def test_longer_than_a_stretch(capsys, long_video, tmp_path):
    release("umt-qvhighlights", tmp_path)
    ran = here(capsys, "find", long_video, "a dog", "--model", "umt-qvhighlights", "--json")
    check(found_by(ran), "umt-qvhighlights", 150, 300.0)


def test_it_is_what_network_and_decoding_say(capsys, video, tmp_path):
    """The command on one side; features, batch, network and decoding by hand on the other."""
    import torch

    from visionaryvids.data.batch import collate
    from visionaryvids.data.example import Example
    from visionaryvids.model.decode import predictions
    from visionaryvids.types import Annotation

    network, encoders = release("umt-qvhighlights", tmp_path), quick("qvhighlights")
    findings = found_by(here(capsys, "find", video, "a dog", "--model", "umt-qvhighlights", "--json", "--top", "3"))
    [query] = encoders.text(["a dog"])
    example = Example(Annotation("v", "q", "a dog", None, 2.0), extract(video, encoders).features, query, None)
    batch = collate([example])
    with torch.no_grad():
        [direct] = predictions(network(batch), batch, ("v",), network.config.compat)
    np.testing.assert_allclose(findings.answers[0].saliency_T, direct.saliency_T, atol=1e-4)
    windows = direct.windows_N3.copy()
    windows[:, :2] = windows[:, :2].clip(0, findings.duration_s)
    expected = nms(windows, "normal", threshold=0.5, top=3)
    moments = [(m.start_s, m.end_s, m.score) for m in findings.answers[0].moments]
    np.testing.assert_allclose(moments, expected, atol=2e-3)


def test_a_trained_network_with_its_encoders(capsys, video, tmp_path):
    network = release("umt-qvhighlights", tmp_path)
    save_checkpoint(tmp_path / "model.safetensors", network, {})
    words = ("find", video, "a dog", "--json", "--model")
    trained = found_by(here(capsys, *words, tmp_path / "model.safetensors", "--encoders", "qvhighlights"))
    released = found_by(here(capsys, *words, "umt-qvhighlights"))
    assert (trained.model, released.model) == (f"{tmp_path.name}/model", "umt-qvhighlights")
    assert trained.answers[0].moments == released.answers[0].moments
    ran = here(capsys, *words, tmp_path / "model.safetensors")
    assert ran.status == 2
    assert "--encoders qvhighlights" in ran.err


def test_what_a_model_cannot_answer_is_said_before_the_video_is_read(capsys, tmp_path):
    release("umt-youtube-dog", tmp_path)
    release("umt-qvhighlights", tmp_path)
    (tmp_path / "no.mp4").write_bytes(b"no video: reading it would be another error")
    ran = here(capsys, "find", tmp_path / "no.mp4", "a dog", "--model", "umt-youtube-dog")
    assert (ran.status, ran.out) == (2, "")
    assert "reads no sentences" in ran.err
    assert "visionaryvids highlights" in ran.err
    ran = here(capsys, "highlights", tmp_path / "no.mp4", "--model", "umt-qvhighlights")
    assert (ran.status, ran.out) == (2, "")
    assert "visionaryvids find" in ran.err


def test_a_model_that_is_not_here_or_not_known(capsys, video):
    ran = here(capsys, "find", video, "a dog", "--model", "umt-qvhighlights")
    assert ran.status == 2
    assert RELEASED["umt-qvhighlights"].name in ran.err
    assert "VISIONARYVIDS_WEIGHTS" in ran.err
    ran = here(capsys, "find", video, "a dog", "--model", "umt-qvhighlight")
    assert ran.status == 2
    assert "Did you mean umt-qvhighlights?" in ran.err


def test_json_is_the_contract(capsys, video, tmp_path):
    release("umt-qvhighlights", tmp_path)
    ran = here(capsys, "find", video, "a dog", "--model", "umt-qvhighlights", "--json")
    [line] = ran.out.splitlines()
    assert json.loads(line).keys() == {"schema", "video", "duration_s", "clip_s", "model", "results", "warnings"}
    assert "not a probability" in ran.err
