"""The folder check: a sound folder passes; a folder damaged in one way gives exactly that problem, with its place."""

import re
from pathlib import Path

import numpy as np
import pytest

from visionaryvids.data.check import check
from visionaryvids.errors import ConfigError, FeatureError

from .damage import edit_json, edit_line, pickled_npy, sound

VIDEO = "Se3oxnaPsz0"
AUDIO = f"audio_features/{VIDEO}.npy"
TV_ANNO, QV_ANNO = "tvsum_anno.json", "highlight_val_release.jsonl"


@pytest.mark.parametrize(
    ("dataset", "counts"),
    [("tvsum", (5, 5)), ("youtube", (32, 0)), ("qvhighlights", (7, 7)), ("charades", (5, 10))],
    ids=str,
)
def test_sound_folders_pass(tmp_path, dataset, counts):
    report = check(dataset, sound(dataset, tmp_path))
    assert report.problems == ()
    assert report.notes == ()
    assert (report.videos, report.queries) == counts
    assert report.clips >= 10 * report.videos
    assert str(report).endswith("no problems")


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-7])


def resave(change):
    return lambda path: np.save(path, change(np.load(path)))


def with_nan(array):
    return np.vstack([array[:-1], np.full_like(array[:1], np.nan)])


def entry(**values):
    return lambda path: edit_json(path, lambda videos: videos[VIDEO].update(values))


def record(**values):
    return lambda path: edit_line(path, 2, lambda r: r.update(values))


def rename_video(path):
    edit_json(path, lambda videos: {("../escape" if k == VIDEO else k): v for k, v in videos.items()})


def repeat_video(path):
    path.write_text('{"x": 1, ' + path.read_text().replace(f'"{VIDEO}"', '"x"')[1:])


TVSUM = {
    "missing file": (AUDIO, Path.unlink, f"{AUDIO}: no such file; expected .*\n  -> put it there"),
    "cut off": (AUDIO, cut_off, f"{AUDIO}: the file is cut off: .*\n  -> the file may be cut off or damaged"),
    "pickled": (
        AUDIO,
        lambda p: pickled_npy(p, p.with_name("ran")),
        f"{AUDIO}: the file holds pickled .*\n  -> save it",
    ),
    "width": (AUDIO, resave(lambda a: a[:, :3]), f"{AUDIO}: 3 columns; expected 16 columns, as in 4 files beside it\n"),
    "NaN": (AUDIO, resave(with_nan), f"{AUDIO}: 16 values are NaN .*; expected finite numbers\n  -> extract"),
    "length": (AUDIO, resave(lambda a: a[:5]), f"{VIDEO}: rgb 1., opt 1., audio 5, labels 1. clips; expected about"),
    "title tokens": (f"query_features/{VIDEO}.npz", Path.unlink, f"{VIDEO}.npy: no such file"),
    "label": (
        TV_ANNO,
        entry(anno=[[7] * 20]),
        f"{TV_ANNO}:1: '{VIDEO}': anno.0. holds 7; expected numbers from 1 to 5",
    ),
    "no labels": (TV_ANNO, entry(anno=[]), f"{TV_ANNO}:1: '{VIDEO}': anno = .*; expected a list that is not empty"),
    "path": (TV_ANNO, rename_video, f"{TV_ANNO}:1: '../escape': video id = '../escape'; expected a plain name"),
    "no annotation": (TV_ANNO, Path.unlink, f"{TV_ANNO}: no such file"),
    "empty annotation": (TV_ANNO, lambda p: p.write_text(""), f"{TV_ANNO}:1: the file is empty"),
    "no videos": (TV_ANNO, lambda p: p.write_text("{}"), f"{TV_ANNO}:1: {{}}; expected an object from video names"),
}
TOKENS = "clip_text_features/qid5.npz"
QVHIGHLIGHTS = {
    "duplicate id": (QV_ANNO, record(qid=4), f"{QV_ANNO}:2: duplicate qid 4, first on line 1"),
    "id in two files": (QV_ANNO, record(qid=1), f"{QV_ANNO}: id 1 is also in highlight_train_release.jsonl"),
    "window": (
        QV_ANNO,
        record(relevant_windows=[[6, 2]]),
        f"{QV_ANNO}:2: relevant_windows.0. = .6, 2.; expected an end",
    ),
    "path": (QV_ANNO, record(vid="/etc/x"), f"{QV_ANNO}:2: vid = '/etc/x'; expected a plain name"),
    "not a token file": (TOKENS, lambda p: p.write_bytes(b"x"), f"{TOKENS}: cannot be read as an array"),
    "no audio": ("pann_features/synthetic-0005.npy", Path.unlink, "synthetic-0005.npy: no such file"),
}
CHARADES = {
    "no word vectors": ("glove.txt", Path.unlink, "glove.6B.300d.txt: no such file; expected one of glove.6B"),
    "word vectors cut": ("glove.txt", lambda p: p.write_text("a 1 2\nis 1\n"), "glove.txt: vectors of .1, 2. numbers"),
    "other words": ("glove.txt", lambda p: p.write_text("zyxw 1 2\n"), "glove.txt: none of [0-9]+ words"),
    "narrow": (
        "glove.txt",
        lambda p: p.rename(p.with_name("glove.6B.300d.txt")),
        "glove.6B.300d.txt: vectors of .8. numbers; expected 300 numbers a word, as its name says",
    ),
    "no sound": ("audio_features/SYN01.npy", Path.unlink, "SYN01.npy: no such file"),
}
DAMAGES = {
    **{f"tvsum {name}": ("tvsum", *rest) for name, rest in TVSUM.items()},
    **{f"qvhighlights {name}": ("qvhighlights", *rest) for name, rest in QVHIGHLIGHTS.items()},
    **{f"charades {name}": ("charades", *rest) for name, rest in CHARADES.items()},
}


@pytest.mark.parametrize(("dataset", "file", "damage", "message"), DAMAGES.values(), ids=DAMAGES)
def test_each_damage_is_the_one_problem(tmp_path, dataset, file, damage, message):
    root = sound(dataset, tmp_path / "data")
    damage(root / file)
    problems = [p for p in check(dataset, root).problems if "qid1.npz" not in p.where]
    assert len(problems) == 1, problems
    assert re.search(message, str(problems[0]), re.DOTALL), problems[0]
    assert problems[0].expected
    assert problems[0].remedy
    assert not list(tmp_path.rglob("ran")), "the payload of a pickle was run"


def test_every_problem_is_listed(tmp_path):
    root = sound("tvsum", tmp_path)
    cut_off(root / AUDIO)
    entry(anno=[[9] * 20])(root / TV_ANNO)
    (root / "video_features" / "EE-bNr36nyA_rgb.npy").unlink()
    resave(with_nan)(root / "audio_features" / "oDXZc0tZe04.npy")
    found = [p.found.split()[0] for p in check("tvsum", root).problems]
    assert found == ["anno[0]", "no", "16"], "a bad entry, then what is wrong with the files of the sound ones"


def test_duplicate_video(tmp_path):
    root = sound("tvsum", tmp_path)
    repeat_video(root / TV_ANNO)
    assert any("duplicate key 'x'" in p.found for p in check("tvsum", root).problems)


def test_a_clip_more_is_a_note(tmp_path):
    root = sound("tvsum", tmp_path)
    resave(lambda a: np.vstack([a, a[:1]]))(root / AUDIO)
    report = check("tvsum", root)
    assert report.problems == ()
    assert len(report.notes) == 1
    assert re.fullmatch(rf"{VIDEO}: rgb (\d+), opt \1, audio \d+, labels \1 clips: cut to \1", report.notes[0])


def test_videos_that_no_release_has_are_a_note(tmp_path):
    root = sound("youtube", tmp_path)
    edit_json(root / "youtube_anno.json", lambda videos: dict(list(videos.items())[2:]))
    (note,) = check("youtube", root).notes
    assert note.startswith("parkour: 2 of 21 training and 0 of 11 test videos")


def test_many_notes_are_cut_short_in_text(tmp_path):
    root = sound("youtube", tmp_path)
    for path in (root / "audio_features").iterdir():
        resave(lambda a: np.vstack([a, a[:1]]))(path)
    report = check("youtube", root)
    assert len(report.notes) == 32
    assert str(report).splitlines()[10] == "note: and 22 more (--json lists them all)"


def test_charades_folder(tmp_path):
    (tmp_path / "charades_sta_test.txt").write_text("AB 0.5 1.0##A door.\nAB 0 0##a door.\nCD 0 1##a zyxw.\n")
    (tmp_path / "rgb_features").mkdir()
    (tmp_path / "glove.txt").write_text("a 1 2\ndoor 2 3\n")
    np.save(tmp_path / "rgb_features" / "AB.npy", np.ones((9, 4)))
    report = check("charades", tmp_path)
    assert [Path(p.where).name for p in report.problems] == ["charades_sta_test.txt:2", "CD.npy"]
    assert (report.videos, report.queries, report.clips) == (2, 2, 9)
    assert report.notes == ("glove.txt: 1 of the queries' 3 words have no vector (zeros): 'zyxw'",)


def test_unknown_data_set_folder_and_layout(tmp_path):
    with pytest.raises(ConfigError, match="Did you mean tvsum"):
        check("tvsun", tmp_path)
    with pytest.raises(FeatureError, match="no such folder; expected the folder of tvsum"):
        check("tvsum", tmp_path / "no")
    for dataset in ("qvhighlights", "charades"):
        (problem,) = check(dataset, tmp_path).problems
        assert problem.found == "no annotation file"
