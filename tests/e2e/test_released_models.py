"""The paper's whole path without its files: encoders and models at full size with seeded weights, behind the command.

What comes out means nothing, but its shape, its times and its every bit are those of the real thing.
"""

import numpy as np
import pytest
import torch

from tests.cli.run import here
from tests.features.seeded import library
from tests.media.make import Tone, write_video
from tests.model.umt import config_of, release
from tests.shared import SHARED, needs_shared
from visionaryvids.data.batch import collate
from visionaryvids.data.example import Example
from visionaryvids.data.prepare import prepared
from visionaryvids.features import presets
from visionaryvids.features.cache import FeatureCache, extract_cached
from visionaryvids.features.presets import Networks
from visionaryvids.model.decode import predictions
from visionaryvids.model.released import encoders_of
from visionaryvids.report.findings_json import parse_findings
from visionaryvids.types import Annotation

FULL = {"width": 256, "max_clips": 5000}
"""As released."""


@pytest.fixture(autouse=True)
def seeded_encoders(monkeypatch, tmp_path):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VISIONARYVIDS_WEIGHTS", str(tmp_path))
    networks = Networks(library(tmp_path))
    monkeypatch.setattr("visionaryvids.model.opening.encoder_set", lambda name, **_: getattr(presets, name)(networks))
    return networks


def asked(capsys, *words):
    """What the command prints, twice: from the video, and from the features in the cache."""
    fresh, cached = (here(capsys, *words, "--json") for _ in range(2))
    assert fresh.status == 0, fresh.err
    assert fresh.out == cached.out
    [findings] = parse_findings(fresh.out, "stdout")
    return findings


def check(findings, clips, seconds):
    assert findings.duration_s == pytest.approx(seconds, abs=0.1)
    for answer in findings.answers:
        assert answer.saliency_T.shape == (clips,)
        assert np.isfinite(answer.saliency_T).all()
        assert answer.moments
        assert all(0 <= m.start_s < m.end_s <= findings.duration_s for m in answer.moments)


@pytest.mark.slow
@needs_shared
def test_a_real_video(capsys, tmp_path, seeded_encoders):
    """And the curve is that of the network on features that were put together by hand."""
    network = release("umt-qvhighlights", tmp_path, config_of("umt-qvhighlights", decoder_layers=3, **FULL))
    video, sentence = SHARED / "videos" / "flipping_a_pancake.mkv", "a person flips a pancake"
    findings = asked(capsys, "find", video, sentence, "a door", "--model", "umt-qvhighlights")
    check(findings, 5, 10.38)
    encoders = presets.qvhighlights(seeded_encoders)
    [query] = encoders.text([sentence])
    features = extract_cached(video, encoders, FeatureCache.default()).features
    batch = collate([Example(Annotation("v", "q", sentence, None, 2.0), features, query, None)])
    with torch.no_grad():
        [direct] = predictions(network(batch), batch, ("v",), network.config.compat)
    np.testing.assert_allclose(findings.answers[0].saliency_T, direct.saliency_T, atol=1e-4)
    best, moment = direct.windows_N3[0], findings.answers[0].moments[0]
    expected = [best[0], min(best[1], findings.duration_s), best[2]]
    np.testing.assert_allclose([moment.start_s, moment.end_s, moment.score], expected, atol=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "clips", "command"),
    [
        ("umt-charades-va", 18, ("find", "a person opens the door")),
        ("umt-charades-vo", 18, ("find", "a person opens the door")),
        ("umt-tvsum-bk", 2, ("find", "the door")),
        ("umt-youtube-dog", 2, ("highlights",)),
    ],
)
def test_a_made_video(capsys, tmp_path, seeded_encoders, model, clips, command):
    release(model, tmp_path, config_of(model, **FULL))
    video = write_video(tmp_path / "a.mp4", 75, rate=25, tone=Tone(3.0), size=(256, 256))
    findings = asked(capsys, command[0], video, *command[1:], "--model", model)
    check(findings, clips, 3.0)
    encoders = getattr(presets, encoders_of(model))(seeded_encoders)
    kept = FeatureCache.default().load(FeatureCache.default().key(video, encoders.spec), encoders.spec)
    ready = prepared(kept.features, encoders.spec.name)
    assert ready.video_TD.shape == (clips, config_of(model).video_dim)
    assert ready.audio_TD.shape == (clips, config_of(model).audio_dim)
