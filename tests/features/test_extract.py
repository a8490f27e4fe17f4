"""A video file to rows: the right frame for each clip, sound on the same grid, warnings where something was lost."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.features.small import Numbers, small, traced
from tests.media.make import Tone, write_video
from tests.shared import SHARED, needs_shared
from visionaryvids.errors import MediaError
from visionaryvids.features.efficientnet import class_logits
from visionaryvids.features.extract import clips_of, extract
from visionaryvids.features.lite import lite


def test_each_clip_has_the_frame_nearest_to_its_middle(tmp_path):
    video = write_video(tmp_path / "a.mp4", 95, rate=10)
    extracted = extract(video, small())
    assert extracted.duration_s == pytest.approx(9.5, abs=0.05)
    assert extracted.features.video_TD[:, 0].tolist() == [5, 15, 25, 35, 45, 55, 65, 75, 85, 94]
    assert extracted.features.audio_TD is None
    assert extracted.warnings == ()


def test_an_encoder_may_want_many_frames_a_clip(tmp_path):
    """As SlowFast and I3D do: here sixteen a clip of 1.6 s, that is every frame."""
    video = write_video(tmp_path / "a.mp4", 64, rate=10)
    rows = extract(video, small(1.6, 16)).features.video_TD
    np.testing.assert_array_equal(rows, np.arange(64).reshape(4, 16))


@pytest.mark.parametrize("batch_clips", [1, 2, 8])
def test_clips_may_look_at_the_same_frames_which_are_prepared_once(tmp_path, batch_clips):
    """Into the clips before and after; beyond the video's ends its first and last frame are seen."""
    video = write_video(tmp_path / "a.mp4", 50, rate=10)
    looks = Numbers((-0.5, 0.5, 1.5), batch_clips)
    prepared = []
    prepare = looks.prepare
    looks.prepare = lambda image: prepared.append(1) or prepare(image)
    rows = extract(video, replace(small(), video=looks)).features.video_TD
    assert rows.tolist() == [[0, 5, 15], [5, 15, 25], [15, 25, 35], [25, 35, 45], [35, 45, 49]]
    assert len(prepared) == 7


@pytest.mark.parametrize(
    ("duration_s", "clips"), [(0.04, 1), (0.4, 1), (1.4, 1), (1.5, 2), (10.4, 10), (10.6, 11), (3600, 3600)]
)
def test_a_clip_belongs_to_the_video_if_its_middle_does(duration_s, clips):
    assert clips_of(duration_s, 1.0) == clips


def test_one_frame_is_one_clip(tmp_path):
    assert extract(write_video(tmp_path / "a.mp4", 1), small()).features.num_clips == 1


def test_sound_lies_on_the_grid_of_the_pictures(tmp_path):
    """Beeps of 0.1 s in clips 2 and 5, sound that ends before the picture."""
    video = write_video(tmp_path / "a.mp4", 90, rate=10, tone=Tone(6.0, beeps_s=(2.3, 5.3)))
    features = extract(video, small()).features
    loud = features.audio_TD[:, -1] > 0.3
    assert features.audio_TD.shape == (9, 129)
    assert np.flatnonzero(loud).tolist() == [2, 5]
    assert not features.audio_TD[6:].any()


def test_progress_runs_to_the_end(tmp_path):
    told = []
    video = write_video(tmp_path / "a.mp4", 100, rate=10)
    extract(video, small(), on_progress=lambda done_s, total_s: told.append((done_s, total_s)))
    assert [done_s for done_s, _ in told] == [4, 8, 10]
    assert {total_s for _, total_s in told} == {10}


def test_rows_are_what_float16_can_say(tmp_path):
    features = extract(write_video(tmp_path / "a.mp4", 40, tone=Tone(4.0)), small()).features
    for rows in (features.video_TD, features.audio_TD):
        assert rows.dtype == np.float32
        np.testing.assert_array_equal(rows, rows.astype(np.float16))


class Wide:
    """A `VideoEncoder` whose rows are far larger than everything else."""

    offsets_s, batch_clips, width = (0.5,), 4, 20_000

    def prepare(self, image_HW3):
        return image_HW3[:1, :1]

    def encode(self, batch):
        return np.ones((len(batch), self.width), np.float32)


def test_rows_are_held_once(tmp_path):
    """What grows with a video is what is returned, and no second copy of it at the end."""
    video = write_video(tmp_path / "a.mp4", 200, rate=1)
    extract(video, small())  # what comes once a process
    with traced() as peak_bytes:
        features = extract(video, replace(small(), video=Wide())).features
        assert features.video_TD.shape == (200, Wide.width)
        assert peak_bytes() < 1.3 * features.video_TD.nbytes


def test_a_cut_file_has_every_clip_that_is_left_and_says_so(tmp_path):
    whole = write_video(tmp_path / "a.mkv", 300, rate=10, size=(128, 128))
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: int(0.6 * whole.stat().st_size)])
    extracted = extract(cut, small())
    rows = extracted.features.video_TD[:, 0]
    assert 10 < len(rows) < 25
    np.testing.assert_array_equal(rows, extract(whole, small()).features.video_TD[: len(rows), 0])
    assert any("cut at" in warning for warning in extracted.warnings)


def test_lost_seconds_take_the_nearest_picture_and_a_warning(tmp_path):
    video = write_video(tmp_path / "a.mkv", 300, rate=10, size=(128, 128), key_every=10)
    damaged = bytearray(video.read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + len(damaged) // 10] = bytes(len(damaged) // 10)
    video.write_bytes(damaged)
    extracted = extract(video, small())
    rows = extracted.features.video_TD[:, 0]
    assert len(rows) == 30
    assert (rows == 5 + 10 * np.arange(30)).sum() >= 20
    assert len(extracted.warnings) == 1
    assert "could not be decoded" in extracted.warnings[0]


def test_sound_alone_is_no_video(tmp_path):
    sound = write_video(tmp_path / "a.mp4", codec=None, tone=Tone(2.0))
    with pytest.raises(MediaError, match="sound but no pictures"):
        extract(sound, small())


def test_a_failing_encoder_leaves_no_thread(tmp_path):
    encoders = small()
    encoders.video.encode = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        extract(write_video(tmp_path / "a.mp4", 300), encoders)
    assert {thread.name for thread in threading.enumerate()} & {"ahead", "listen_0"} == set()


def test_a_caller_that_gives_up_leaves_no_thread_and_the_networks_threads_as_they_were(tmp_path):
    before, video = torch.get_num_threads(), write_video(tmp_path / "a.mp4", 300, tone=Tone(30.0))

    def give_up(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as held:  # as long as it is held, so are the frames that it passed
        extract(video, small(), on_progress=give_up)
    assert {thread.name for thread in threading.enumerate()} & {"ahead", "listen_0"} == set()
    assert torch.get_num_threads() == before
    assert held.traceback


def test_lite_on_a_made_video(tmp_path):
    features = extract(write_video(tmp_path / "a.mp4", 25, tone=Tone(2.5)), lite()).features
    assert (features.video_TD.shape, features.audio_TD.shape) == ((3, 1280), (3, 129))
    assert np.isfinite(features.video_TD).all()


@needs_shared
@pytest.mark.parametrize(
    ("name", "clips", "classes"),
    [
        ("cockatoo.mp4", 14, {89}),  # sulphur-crested cockatoo
        ("skateboarding_dog.mp4", 14, set(range(151, 269))),  # dogs
        ("playing_guitar.mp4", 10, {402, 420, 546}),  # acoustic guitar, banjo, electric guitar
    ],
)
def test_lite_sees_what_real_videos_show(name, clips, classes):
    rows = extract(SHARED / "videos" / name, lite()).features.video_TD
    assert len(rows) == clips
    logits = class_logits(rows).astype(np.float64)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    mean = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    assert int(mean.argmax()) in classes
