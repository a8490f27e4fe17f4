"""The validator of your own data: nothing to say of what is sound, and every planted fault at once."""

import json

import numpy as np
import pytest

from tests.data.own import edit_line, write_own, write_rows
from tests.media.make import write_video
from visionaryvids.data.check_custom import check_custom
from visionaryvids.errors import ConfigError
from visionaryvids.features.lite import lite


@pytest.fixture
def own(tmp_path):
    return write_own(tmp_path)


def found(report):
    return "\n".join(map(str, report.problems))


def test_what_is_sound_has_no_problem(own):
    report = check_custom(*own, None)
    assert report.problems == ()
    assert (report.videos, report.queries, report.clips) == (6, 6, sum(range(20, 26)))
    assert any("5 videos are for learning and 1 for testing" in note for note in report.notes)


def test_every_planted_fault_is_listed(own):
    path, features = own
    edit_line(path, 1, windows=[[1, 400]])
    edit_line(path, 2, duration_s=1260)
    edit_line(path, 3, saliency=None)
    edit_line(path, 4, windows=[[3, 1]])
    with path.open("a") as file:
        file.write(
            '{"video": "absent", "query": "q", "windows": [[0, 1]], "saliency": []}\n{"vid": "v", "qid": 1}\n{\n'
        )
    np.save(features / "video_features" / "v4.npy", np.full((24, 1280), np.nan, np.float16))
    np.save(features / "audio_features" / "v5.npy", np.zeros((25, 7), np.float16))
    about = features / "about" / "v2.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"encoders": "0123456789abcdef"}))
    report = check_custom(path, features, None)
    for planted in (
        f"{path}:1: a moment until 400 s of video 'v0'; expected times within its 20.0 s",
        f"{path}:2: duration_s = 1260 for video 'v1'; expected its 21.0 s",
        f"{path}: no saliency on 1 of 6 lines (3)",
        f"{path}:4: windows[0] = [3, 1]",
        f"{path}:8: a line of QVHighlights' format",
        f"{path}:9: not JSON",
        f"{features / 'video_features' / 'v4.npy'}: 30720 values are NaN",
        f"{features / 'audio_features' / 'v5.npy'}: 7 columns; expected 129 columns",
        f"{about}: rows of other encoders than lite",
        f"{features / 'video_features' / 'absent.npy'}: no such file",
    ):
        assert planted in found(report), planted
    assert len(report.problems) == 10


def test_the_lines_are_checked_even_if_the_features_cannot_be(own):
    path, features = own
    (features / "encoders.json").write_text("{}")
    edit_line(path, 1, windows=[[3, 1]])
    report = check_custom(path, features, None)
    assert "windows[0] = [3, 1]" in found(report)
    assert "encoders.json: unreadable" in found(report)


def test_a_split_that_cannot_be_measured_is_a_problem(own):
    path, features = own
    for number in range(1, 7):
        edit_line(path, number, split="test" if number > 5 else "train")
    assert "none of the 1 lines of split test has a moment" in found(check_custom(path, features, None))


def test_rows_that_fit_no_label_are_a_problem(own):
    path, features = own
    edit_line(path, 1, saliency=[0.5] * 40)
    assert "v0: video_features 20, audio 20, labels 40 clips" in found(check_custom(path, features, None))


def test_notes_are_no_problems(tmp_path):
    path, features = write_own(tmp_path)
    write_rows(features, "v0", 1800, lite())
    for number in range(1, 7):
        edit_line(path, number, saliency=[[0, 1, 0.2]])
    report = check_custom(path, features, None)
    assert report.problems == ()
    assert any("v0: 30 minutes long" in note for note in report.notes)
    assert any("no saliency above 0.2" in note for note in report.notes)


def test_videos_are_looked_at(tmp_path):
    path, _ = write_own(tmp_path, videos=3)
    videos = tmp_path / "videos"
    videos.mkdir()
    write_video(videos / "v0.mp4", 50, rate=10)
    (videos / "v1.mp4").write_text("no video")
    report = check_custom(path, None, videos)
    assert f"{path}:1: a moment until 10 s of video 'v0'; expected times within its 5.0 s" in found(report)
    assert f"{videos / 'v1.mp4'}: not a video file" in found(report)
    assert "1 of 3 videos are not here (v2)" in found(report)


def test_features_or_videos(own):
    path, features = own
    for given in ((None, None), (features, features)):
        with pytest.raises(ConfigError, match="expected one of them"):
            check_custom(path, *given)
