"""The localizer: a video file in, findings out; encoded once; models for other encoders are refused."""

import zlib
from dataclasses import replace

import numpy as np
import pytest

from tests.features.small import small
from tests.media.make import Tone, write_video
from tests.model.samples import QUERY, rows, small_matcher
from visionaryvids.errors import CheckpointError, ConfigError, MediaError
from visionaryvids.features.cache import FeatureCache
from visionaryvids.features.lite import SPEC
from visionaryvids.localize import Localizer
from visionaryvids.model.brain import MatcherBrain
from visionaryvids.model.matcher_file import save_matcher
from visionaryvids.types import Query


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """7.3 s: seven clips."""
    return write_video(tmp_path_factory.mktemp("made") / "a.mp4", 73, rate=10, tone=Tone(7.3))


@pytest.fixture(scope="module")
def lite_file(tmp_path_factory):
    """A matcher for the real encoders; all it knows is random."""
    path = tmp_path_factory.mktemp("model") / "random.safetensors"
    save_matcher(path, small_matcher(spec=SPEC), {})
    return path


def little(cache=None):
    """A localizer whose encoders read numbers from the pictures."""
    plain = small()
    encoders = replace(plain, spec=replace(plain.spec, query_dim=QUERY), text=read)
    return Localizer("small", encoders, MatcherBrain(small_matcher(spec=encoders.spec)), cache)


def read(sentences):
    return [Query(each, rows(3, QUERY, zlib.crc32(each.encode()))) for each in sentences]


def test_from_a_file_to_findings_with_the_real_encoders(video, lite_file, tmp_path):
    localizer = Localizer.load(lite_file, cache=tmp_path / "cache")
    told = []
    encoded = localizer.encode(video, on_progress=lambda *seconds: told.append(seconds))
    assert (encoded.path, encoded.num_clips, encoded.clip_s) == (video, 7, 1.0)
    assert encoded.duration_s == pytest.approx(7.3, abs=0.05)
    assert told[-1][0] == pytest.approx(7.3, abs=0.5)
    found = localizer.search(encoded, ["a dog", None, "a cat on a table"], top=3)
    assert (found.video, found.model, found.clip_s) == (str(video), "random", 1.0)
    assert found.duration_s == encoded.duration_s
    assert [answer.query for answer in found.answers] == ["a dog", None, "a cat on a table"]
    for answer in found.answers:
        assert len(answer.saliency_T) == 7
        assert 1 <= len(answer.moments) <= 3
        assert all(0 <= m.start_s < m.end_s <= found.duration_s and 0 <= m.score <= 1 for m in answer.moments)
    assert (tmp_path / "cache" / "features").is_dir()


def test_sentences_find_their_place_beside_none(video):
    localizer = little()
    encoded = localizer.encode(video)
    mixed = localizer.search(encoded, [None, "a", None, "b"]).answers
    assert [answer.query for answer in mixed] == [None, "a", None, "b"]
    for place in (1, 3):
        [alone] = localizer.search(encoded, [mixed[place].query]).answers
        np.testing.assert_allclose(mixed[place].saliency_T, alone.saliency_T, atol=1e-5)
    assert not np.allclose(mixed[1].saliency_T, mixed[3].saliency_T)
    assert mixed[0].present == mixed[2].present == 1.0


def test_a_second_look_calls_no_encoder(video, tmp_path):
    localizer = little(FeatureCache(tmp_path))
    first = localizer.encode(video)
    looks = len(localizer.encoders.video.encoded)
    assert looks > 0
    second = localizer.encode(video)
    assert len(localizer.encoders.video.encoded) == looks
    np.testing.assert_array_equal(first.features.video_TD, second.features.video_TD)
    assert second.duration_s == first.duration_s


def test_without_a_cache_every_look_is_a_new_one(video, lite_file):
    assert Localizer.load(lite_file, cache=False).cache is None
    localizer = little()
    localizer.encode(video)
    looks = len(localizer.encoders.video.encoded)
    localizer.encode(video)
    assert len(localizer.encoders.video.encoded) == 2 * looks


def test_the_users_own_cache_is_the_default(lite_file, tmp_path, monkeypatch):
    monkeypatch.setenv("VISIONARYVIDS_CACHE", str(tmp_path))
    assert Localizer.load(lite_file).cache == FeatureCache.default()
    assert Localizer.load(str(lite_file), cache=tmp_path / "mine").cache == FeatureCache(tmp_path / "mine")


def test_warnings_of_the_video_are_among_the_findings(video, tmp_path):
    content = video.read_bytes()
    whole = write_video(tmp_path / "whole.mkv", 100, rate=10).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    localizer = little()
    encoded = localizer.encode(tmp_path / "cut.mkv")
    assert encoded.warnings
    assert localizer.search(encoded, ["a"]).warnings == encoded.warnings
    assert not localizer.encode(video).warnings
    assert video.read_bytes() == content


@pytest.mark.parametrize("name", ["lit", "umt", "", "weights.pth"])
def test_unknown_models_are_named_with_a_remedy(name):
    with pytest.raises(ConfigError, match="lite") as raised:
        Localizer.load(name)
    assert raised.value.problem.remedy


def test_a_file_that_is_no_matcher_is_refused(tmp_path):
    with pytest.raises(CheckpointError, match="no such file"):
        Localizer.load(tmp_path / "none.safetensors")
    (tmp_path / "bad.safetensors").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="unreadable"):
        Localizer.load(str(tmp_path / "bad.safetensors"))


@pytest.mark.parametrize("change", [{"version": 2}, {"clip_s": 2.0}, {"settings": {}}, {"name": "other"}])
def test_a_model_for_other_features_is_refused(tmp_path, change):
    save_matcher(tmp_path / "other.safetensors", small_matcher(spec=replace(SPEC, **change)), {})
    with pytest.raises(ConfigError, match="|".join(change)):
        Localizer.load(tmp_path / "other.safetensors")


def test_what_cannot_be_read_or_seen_is_a_media_error(tmp_path):
    with pytest.raises(MediaError):
        little().encode(tmp_path / "none.mp4")
    sound = write_video(tmp_path / "sound.m4a", codec=None, tone=Tone(2.0))
    with pytest.raises(MediaError, match="no pictures"):
        little().encode(sound)


def test_nothing_asked_is_nothing_answered(video):
    localizer = little()
    assert localizer.search(localizer.encode(video), []).answers == ()
