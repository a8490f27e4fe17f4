"""The paper's encoder sets with seeded weights, on a real video: shapes, grid, the same numbers every time."""

import dataclasses

import numpy as np
import pytest

from tests.features.seeded import library
from tests.media.make import Tone, write_video
from tests.shared import SHARED, needs_shared
from visionaryvids.errors import ConfigError
from visionaryvids.features import presets
from visionaryvids.features.extract import extract
from visionaryvids.features.presets import Library, Networks
from visionaryvids.features.sets import encoder_set
from visionaryvids.features.spec import FeatureSpec

SETS = [presets.qvhighlights, presets.tvsum, presets.youtube, presets.charades, presets.charades_flow]


@pytest.mark.parametrize("preset", SETS)
def test_a_set_needs_no_weights_before_it_is_used(preset):
    encoders = preset(Networks(Library(_fail, _fail, _fail)))
    assert encoders.spec.name == preset.__name__
    assert FeatureSpec.from_dict(encoders.spec.to_dict()).digest == encoders.spec.digest
    encoders.spec.refuse_other(preset().spec, "the same set")


def _fail(_):
    pytest.fail("asked for weights")


def test_sets_by_name():
    assert [encoder_set(preset.__name__).spec for preset in SETS] == [preset().spec for preset in SETS]
    assert encoder_set("lite").spec.name == "lite"
    with pytest.raises(ConfigError, match="Did you mean tvsum"):
        encoder_set("tvsun")


def test_sets_differ():
    assert len({preset().spec.digest for preset in SETS}) == len(SETS)
    with pytest.raises(ConfigError, match=r"expected name .tvsum., clip_s 2.0, .*\n  -> extract them again"):
        presets.tvsum().spec.refuse_other(presets.youtube().spec, "features")


def test_frames_are_shared():
    """CLIP's frame is one of SlowFast's; the flow stream sees one frame more than the pictures."""
    assert len(presets.qvhighlights().video.offsets_s) == 31
    assert len(presets.tvsum().video.offsets_s) == 65


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize(
    ("preset", "clips", "widths"),
    [
        (presets.qvhighlights, 5, (2816, 2048, 512)),
        (presets.tvsum, 5, (2048, 2048, 512)),
        (presets.charades, 62, (4096, 2048, 300)),
    ],
)
def test_a_real_video(preset, clips, widths, tmp_path):
    encoders = preset(Networks(library(tmp_path)))
    first, second = (extract(SHARED / "videos" / "flipping_a_pancake.mkv", encoders) for _ in range(2))
    video, audio = first.features.video_TD, first.features.audio_TD
    assert (video.shape, audio.shape) == ((clips, widths[0]), (clips, widths[1]))
    assert np.isfinite(video).all()
    assert np.isfinite(audio).all()
    assert video.std(axis=0).max() > 0
    np.testing.assert_array_equal(video, second.features.video_TD)
    np.testing.assert_array_equal(audio, second.features.audio_TD)
    short, long = encoders.text(["a person opens the door.", "a"])
    assert short.tokens_LD.shape[1] == long.tokens_LD.shape[1] == widths[2]
    assert np.isfinite(short.tokens_LD).all()


@pytest.mark.slow
def test_youtube_is_tvsum_on_another_grid(tmp_path):
    encoders = presets.youtube(Networks(library(tmp_path)))
    features = extract(write_video(tmp_path / "a.mp4", 33, tone=Tone(3.0), size=(256, 256)), encoders).features
    assert (features.video_TD.shape, features.audio_TD.shape) == ((2, 2048), (2, 2048))
    assert np.isfinite(features.video_TD).all()


@pytest.mark.slow
def test_flow_in_the_place_of_sound(tmp_path):
    encoders = presets.charades_flow(Networks(library(tmp_path)))
    features = extract(write_video(tmp_path / "a.mp4", 25, tone=Tone(1.0), size=(256, 256)), encoders).features
    assert features.video_TD.shape == (15, 4096 + 1024)
    assert features.audio_TD is None


@pytest.mark.slow
def test_one_set_end_to_end_on_a_made_video(tmp_path):
    encoders = presets.qvhighlights(Networks(library(tmp_path)))
    encoders = dataclasses.replace(encoders, audio=None)  # tested on its own, and the largest of the networks
    features = extract(write_video(tmp_path / "a.mp4", 40, rate=10, size=(256, 256)), encoders).features
    assert features.video_TD.shape == (2, 2816)
    assert np.isfinite(features.video_TD).all()
    (query,) = encoders.text(["a dog"])
    assert query.tokens_LD.shape == (7, 512)
